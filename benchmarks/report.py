"""The frame of every benchmark: its two options, its table and its JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure; `reference` is what it is held against and `ratio` their quotient as the name says."""

    name: str
    value: float
    unit: str
    reference: float | None = None
    ratio: float | None = None


def show(value: float | None) -> str:
    """Four significant digits without an exponent."""
    if value is None:
        return ""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def table(rows: Iterable[Row]) -> str:
    """The rows as an aligned text table."""
    cells = [("", "value", "unit", "reference", "ratio")]
    cells += [(r.name, show(r.value), r.unit, show(r.reference), show(r.ratio)) for r in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    return "\n".join(
        "  ".join(
            c.ljust(w) if n in (0, 2) else c.rjust(w) for n, (c, w) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    )


def run(measure: Callable[[bool], list[Row]], description: str) -> None:
    """Parse `--quick` and `--json FILE`, measure, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="a smaller measurement that ends within a minute")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows here too")
    asked = parser.parse_args()
    rows = measure(asked.quick)
    print(table(rows))
    if asked.json:
        asked.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
