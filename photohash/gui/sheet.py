"""Where the cells of a grid lie on one tall sheet: square cells in lines, sections with or without a header."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

HEADER, MARGIN = 44, 12  # pixels


@dataclass(frozen=True, slots=True)
class Sheet:
    """The layout of `count` cells of `cell` pixels in `columns`; a row is a cell's number, a line a row of cells.

    `starts` are the first rows of the sections, `heads` the heights of their headers, and `tops` where the sections
    begin, with the end of the last one. No operation depends on how many cells there are.
    """

    cell: int
    columns: int
    count: int
    starts: tuple[int, ...]
    heads: tuple[int, ...]
    tops: tuple[int, ...]

    @property
    def height(self) -> int:
        """Of all of it, in pixels."""
        return self.tops[-1] + MARGIN

    def section(self, row: int) -> int:
        """The section of a row."""
        return max(0, bisect_right(self.starts, row) - 1)

    def end(self, section: int) -> int:
        """The first row behind a section."""
        return self.starts[section + 1] if section + 1 < len(self.starts) else self.count

    def place(self, row: int) -> tuple[int, int]:
        """Left and top of a row's cell."""
        section = self.section(row)
        line, column = divmod(row - self.starts[section], self.columns)
        return MARGIN + column * self.cell, self.tops[section] + self.heads[section] + line * self.cell

    def first(self, y: int) -> int:
        """The first row of the line at a height, or of the next line where a header is there."""
        section = min(max(0, bisect_right(self.tops, y) - 1), len(self.starts) - 1)
        line = max(0, (y - self.tops[section] - self.heads[section]) // self.cell)
        return max(0, min(self.starts[section] + line * self.columns, self.end(section) - 1))

    def between(self, top: int, bottom: int) -> range:
        """The rows of all lines that two heights touch."""
        if not self.count:
            return range(0)
        last = self.first(bottom)
        return range(self.first(top), min(self.end(self.section(last)), last + self.columns))

    def row_at(self, x: int, y: int) -> int | None:
        """The row of the cell at a point, if there is one."""
        if not self.count:
            return None
        first, column = self.first(y), (x - MARGIN) // self.cell
        row = first + column
        top = self.place(first)[1]
        inside = 0 <= column < self.columns and top <= y < top + self.cell
        return row if inside and row < self.end(self.section(first)) else None

    def beyond(self, row: int, down: int) -> int:
        """The row so many pixels further down or up, at least one line, in the same column where that has one."""
        x, y = self.place(row)
        section = self.section(row)
        target = y + self.cell // 2 + down
        first = self.first(max(0, target))
        same = self.place(first)[1] == y
        if same and down > 0:  # the step ended in a header or a gap
            first = min(self.count - 1, self.end(section))
        elif same and down < 0 and section > 0 and first == self.starts[section]:
            first = self.first(self.tops[section] - 1)
        end = self.end(self.section(first)) - 1
        return row if self.place(first)[1] == y else min(first + (x - MARGIN) // self.cell, end)


def lay_out(starts: Sequence[int], titled: Sequence[bool], count: int, width: int, least: int) -> Sheet:
    """Lay `count` cells of at least so many pixels out in a width; `starts` and `titled` are those of the sections."""
    columns = max(1, (width - 2 * MARGIN) // least)
    cell = max(least, (width - 2 * MARGIN) // columns)  # no strip is left over at the right
    sizes = [end - start for start, end in zip(starts, [*starts[1:], count], strict=True)]
    heads = tuple(HEADER if title else 0 for title in titled)
    heights = [head - (-size // columns) * cell for head, size in zip(heads, sizes, strict=True)]
    return Sheet(cell, columns, count, tuple(starts), heads, tuple(accumulate(heights, initial=MARGIN)))
