"""The layout against one that places every cell in a loop."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from photohash.gui.sheet import HEADER, MARGIN, Sheet, lay_out

SHEETS = [
    lay_out([0], [False], 0, 500, 100),
    lay_out([0], [False], 1, 500, 100),
    lay_out([0], [True], 23, 500, 100),
    lay_out([0, 3, 4, 20], [True, True, True, True], 31, 500, 96),
    lay_out([0, 5, 5, 9], [False, True, False, True], 12, 333, 100),
    lay_out([0, 1], [True, True], 2, 40, 100),  # narrower than a cell
]


def places(sheet: Sheet) -> list[tuple[int, int]]:
    """Left and top of every cell."""
    found, y = [], MARGIN
    for section, start in enumerate(sheet.starts):
        y += sheet.heads[section]
        end = sheet.starts[section + 1] if section + 1 < len(sheet.starts) else sheet.count
        for n in range(end - start):
            if n and n % sheet.columns == 0:
                y += sheet.cell
            found.append((MARGIN + n % sheet.columns * sheet.cell, y))
        if end > start:
            y += sheet.cell
    assert sheet.height == y + MARGIN
    return found


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_cell_is_where_a_loop_puts_it(sheet: Sheet) -> None:
    expected = places(sheet)
    assert [sheet.place(row) for row in range(sheet.count)] == expected
    for row, (left, top) in enumerate(expected):
        for x, y in ((left, top), (left + sheet.cell - 1, top + sheet.cell - 1)):
            assert sheet.row_at(x, y) == row


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_point_beside_the_cells_is_none(sheet: Sheet) -> None:
    chance, tops = random.Random(1), places(sheet)
    for _ in range(300):
        x, y = chance.randrange(-20, 600), chance.randrange(-20, sheet.height + 200)
        inside = [n for n, (a, b) in enumerate(tops) if a <= x < a + sheet.cell and b <= y < b + sheet.cell]
        assert sheet.row_at(x, y) == (inside[0] if inside else None)


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("high", [1, 50, 700])
def test_between_holds_every_row_that_is_seen_and_few_others(sheet: Sheet, high: int) -> None:
    tops = places(sheet)
    for y in range(0, sheet.height + 300, 37):
        seen = {n for n, (_, top) in enumerate(tops) if top < y + high and top + sheet.cell > y}
        rows = sheet.between(y, y + high - 1)
        assert seen <= set(rows)
        assert len(rows) <= len(seen) + 2 * sheet.columns
        assert not rows or (rows[0] >= 0 and rows[-1] < sheet.count)


def test_cells_fill_the_width() -> None:
    sheet = lay_out([0], [False], 100, 1000, 176)
    assert sheet.columns == 5
    assert 1000 - 2 * MARGIN - sheet.columns < sheet.columns * sheet.cell <= 1000 - 2 * MARGIN


def test_the_first_header_is_above_the_first_cell() -> None:
    assert SHEETS[2].place(0) == (MARGIN, MARGIN + HEADER)


@pytest.mark.parametrize("sheet", [sheet for sheet in SHEETS if sheet.count > 1])
def test_down_and_up_go_line_by_line_through_headers_and_short_lines(sheet: Sheet) -> None:
    tops = places(sheet)
    lines = sorted({top for _, top in tops})
    for row, (left, top) in enumerate(tops):
        for step, down in ((1, sheet.cell), (-1, -sheet.cell)):
            there = lines.index(top) + step
            if not 0 <= there < len(lines):
                assert sheet.beyond(row, down) == row
                continue
            line = [n for n, (_, y) in enumerate(tops) if y == lines[there]]
            assert sheet.beyond(row, down) == max(n for n in line if tops[n][0] <= left)


def test_a_page_goes_further_than_a_line_and_ends_at_the_ends() -> None:
    sheet = SHEETS[3]
    row, seen = 0, [0]
    while (down := sheet.beyond(row, 300)) != row:
        row = down
        seen.append(row)
    assert sheet.place(row)[1] == sheet.place(sheet.count - 1)[1]
    assert all(later > earlier for earlier, later in pairwise(seen))
    while (up := sheet.beyond(row, -300)) != row:
        assert up < row
        row = up
    assert sheet.place(row)[1] == sheet.place(0)[1]
