"""What a training says of itself: a table that any program can plot, and a picture of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from photohash.learn.trainer import Look

LOG, PLOT = "log.csv", "plot.png"


def write_log(folder: Path, looks: Sequence[Look]) -> Path:
    """Write all looks as `log.csv` into `folder`, a row each, in place of the one before."""
    text = io.StringIO()
    table = csv.DictWriter(text, [field.name for field in fields(Look)])
    table.writeheader()
    table.writerows(asdict(look) for look in looks)
    path = folder / LOG
    part = path.with_suffix(".part")
    part.write_text(text.getvalue(), encoding="utf-8")
    part.replace(path)
    return path


def plot(folder: Path, looks: Sequence[Look], best: int, measure: str) -> Path:
    """Draw loss, validation score and bit balance over the steps as `plot.png`; the step `best` is marked."""
    figure = Figure(figsize=(10, 3.2), layout="constrained")
    steps = [look.step for look in looks]
    loss, score, balance = figure.subplots(1, 3)
    _lines(loss, steps, {"mean since the last look": [look.loss for look in looks]}, "Loss")
    _lines(score, steps, {measure: [look.score for look in looks]}, "Validation")
    shares = {"all bits": [look.ones for look in looks], "rarer value of the worst bit": [look.worst for look in looks]}
    _lines(balance, steps, shares, "Share of ones")
    balance.set_ylim(0, 1)
    for axes in (loss, score, balance):
        axes.axvline(best, color="0.6", linestyle=":", label=f"kept: step {best}" if axes is score else None)
        axes.legend(frameon=False, fontsize="small")
    path = folder / PLOT
    part = path.with_suffix(".part")
    figure.savefig(part, format="png", dpi=120)
    part.replace(path)
    return path


def _lines(axes: Axes, steps: list[int], lines: dict[str, list[float]], title: str) -> None:
    for (name, values), color in zip(lines.items(), ("#1f6fb4", "#c8553d"), strict=False):
        axes.plot(steps, values, color=color, linewidth=1.6, label=name)
    axes.set_title(title, loc="left", fontsize="medium")
    axes.set_xlabel("step")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
