"""Copies in groups, and side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from photohash.flow import Control
from photohash.gui.compare import Compare
from photohash.gui.copies_page import Copies, CopiesPage
from photohash.gui.tile import BADGE, CAPTION
from photohash.gui.window import Window
from photohash.types import Group, Photo
from tests.gui.conftest import FakeLibrary, GatedNetworks
from tests.pictures import noise, write


def smaller(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    return np.array(Image.fromarray(picture).resize((width, height)))


@pytest.fixture
def copied(library: FakeLibrary, networks: GatedNetworks, tmp_path: Path) -> FakeLibrary:
    """Two pictures, one of them in three sizes; and one whose bytes lie in two files."""
    networks.long_side = networks.least_side = 640
    folder = tmp_path / "photos"
    large = noise(1, 640, 480)
    write(folder / "large.jpg", large)
    write(folder / "middle.jpg", smaller(large, 480, 360))
    write(folder / "small.jpg", smaller(large, 320, 240))
    write(folder / "alone.jpg", noise(2, 640, 480))
    write(folder / "twice.jpg", noise(3, 640, 480))
    write(folder / "there" / "twice too.jpg", noise(3, 640, 480))
    library.scan([folder], Control(), lambda progress: None)
    return library


@pytest.fixture
def page(copied: FakeLibrary, make_window: Callable[[], Window], qtbot: QtBot) -> CopiesPage:
    """The page after it has looked for copies by itself."""
    window = make_window()
    window._show_page(window.copies_page)
    qtbot.waitUntil(lambda: len(window.copies_page.model.ids) == 4, timeout=10_000)
    return window.copies_page


def name_at(page: CopiesPage, library: FakeLibrary, row: int) -> str:
    number = int(page.model.ids[row])
    return library.catalogue.photos([number])[number].files[0].name


def test_groups_are_sections_with_the_best_first(page: CopiesPage, copied: FakeLibrary) -> None:
    same, sizes = page.model.sections
    if same.title.startswith("3"):
        same, sizes = sizes, same
    assert same.title.startswith("2 files with the same bytes: twice")
    assert sizes.title.startswith("3 copies, best: large.jpg, ")
    names = [name_at(page, copied, sizes.start + n) for n in range(3)]
    assert names == ["large.jpg", "middle.jpg", "small.jpg"]
    best, middle = page.model.index(sizes.start), page.model.index(sizes.start + 1)
    assert (best.data(CAPTION).split(), best.data(BADGE)) == (["640", "\u00d7", "480"], "best")
    assert (middle.data(CAPTION).split()[0], middle.data(BADGE)) == ("480", "")
    assert middle.data(CAPTION).endswith(" %")
    assert page.model.index(same.start).data(BADGE) == "2 files"
    assert page._count.text().startswith("2 groups, 3 files more than needed, ")


def test_spare_files_are_all_but_one_of_each_group() -> None:
    def photo(number: int, files: int) -> Photo:
        return Photo(number, 1, 1, None, tuple(Path(f"{number} {n}") for n in range(files)))

    groups = [Group((photo(1, 1), photo(2, 2)), (0.99,)), Group((photo(3, 3),), ())]
    assert Copies(groups, {1: 100, 2: 10, 3: 1}).spare() == (4, 2 * 10 + 2 * 1)


def test_nothing_is_looked_for_twice_until_a_scan_ends(page: CopiesPage, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(page._jobs.started):
        page.refresh()
    page.outdated()
    with qtbot.waitSignal(page._jobs.done, timeout=10_000):
        page.refresh()


def test_the_selected_are_compared_by_a_key(page: CopiesPage, copied: FakeLibrary, qtbot: QtBot) -> None:
    chosen = page.view.selectionModel()
    assert not page._compare.isEnabled()
    rows = [row for row in range(4) if name_at(page, copied, row) in ("large.jpg", "small.jpg")]
    for row in rows:
        chosen.select(page.model.index(row), chosen.SelectionFlag.Select)
    assert page._compare.isEnabled()
    window = page.window()
    with qtbot.waitActive(window):
        window.activateWindow()
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_C)
    assert page.compare.isVisible()
    assert [pane.isVisible() for pane in page.compare.panes] == [True, True, False, False]
    assert [pane.name.text() for pane in page.compare.panes[:2]] == ["large.jpg", "small.jpg"]
    qtbot.keyClick(page.compare.panes[0].canvas, Qt.Key.Key_Escape)
    assert page.view.isVisible()


def test_zoom_and_pan_are_shared_whatever_the_sizes(page: CopiesPage, copied: FakeLibrary, qtbot: QtBot) -> None:
    compare = page.compare
    ids = [int(number) for row, number in enumerate(page.model.ids) if "twice" not in name_at(page, copied, row)]
    page._stack.setCurrentWidget(compare)
    compare.show_photos(ids, {})
    qtbot.waitUntil(lambda: all(len(p.canvas._copies) and p.canvas._copies[0].width() > 319 for p in compare.panes[:3]))
    large, _, small = (pane.canvas for pane in compare.panes[:3])
    qtbot.waitUntil(lambda: small.width() > 200)  # laid out
    large.set_zoom(2.0, QPointF(10, 10))
    assert large.shown().width() == pytest.approx(small.shown().width())
    assert large.shown().center().y() == pytest.approx(small.shown().center().y(), abs=1)
    before = small.shown().topLeft()
    qtbot.mousePress(large, Qt.MouseButton.LeftButton, pos=large.rect().center())
    qtbot.mouseMove(large, large.rect().center() + QPointF(-30, -20).toPoint())
    qtbot.mouseRelease(large, Qt.MouseButton.LeftButton)
    moved = small.shown().topLeft() - before
    assert (moved.x(), moved.y()) == pytest.approx((-30, -20), abs=2)
    qtbot.keyClick(small, Qt.Key.Key_0)
    assert [canvas.place[0] for canvas in (large, small)] == [0, 0]


def test_an_empty_library_says_what_to_do(window: Window) -> None:
    window._show_page(window.copies_page)
    assert window.copies_page._empty._title.text() == "No photos yet"
    assert not window.copies_page._again.isEnabled()


def test_a_library_without_copies_says_so(filled: FakeLibrary, make_window: Callable[[], Window], qtbot: QtBot) -> None:
    window = make_window()
    page = window.copies_page
    with qtbot.waitSignal(window._comparing.done, timeout=10_000):
        window._show_page(page)
    assert page._empty.isVisible()
    assert page._empty._title.text() == "No copies"


@pytest.fixture
def alone(copied: FakeLibrary, qtbot: QtBot) -> Iterator[Compare]:
    made = Compare(copied)
    qtbot.addWidget(made)
    yield made
    made.close_pictures()


def test_a_photo_that_is_gone_is_said_in_its_place(alone: Compare, copied: FakeLibrary, qtbot: QtBot) -> None:
    known = copied.catalogue.photos(copied.catalogue.present())
    gone, here = (next(p for p in known.values() if p.files[0].name == name) for name in ("small.jpg", "large.jpg"))
    gone.files[0].rename(gone.files[0].with_suffix(".elsewhere"))
    alone.show_photos([gone.id, here.id], {})
    alone.show()
    qtbot.waitUntil(lambda: bool(alone.panes[0].canvas._said), timeout=5000)
    assert "no longer there" in alone.panes[0].canvas._said
    assert alone.panes[0].name.text() == "small.jpg"
    assert alone.panes[1].canvas._copies[0].width() == 640
