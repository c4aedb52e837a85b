from __future__ import annotations

import calendar
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from photohash.flow import Control
from photohash.gui.library_page import LibraryPage, months
from photohash.gui.thumbs import Thumbs
from photohash.store.timeline import Filter, timeline
from tests.gui.conftest import FakeLibrary
from tests.pictures import noise, write

DAY = 86_400


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English))
    yield
    QLocale.setDefault(before)


@contextmanager
def opened(qtbot: QtBot, library: FakeLibrary, thumbs: Thumbs) -> Iterator[LibraryPage]:
    made = LibraryPage(library, thumbs)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.refresh()
    made.show()
    yield made
    made.close_reading()


@pytest.fixture
def empty(qtbot: QtBot, library: FakeLibrary, thumbs: Thumbs) -> Iterator[LibraryPage]:
    with opened(qtbot, library, thumbs) as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, filled: FakeLibrary, thumbs: Thumbs) -> Iterator[LibraryPage]:
    with opened(qtbot, filled, thumbs) as made:
        qtbot.waitUntil(lambda: len(made.model.ids) == 40, timeout=5000)
        yield made


def choose(qtbot: QtBot, page: LibraryPage, text: str) -> None:
    """Choose a filter by what it is called, and wait for what fits."""
    (box,) = (box for box in (page._faces, page._folder) if box.findText(text) >= 0)
    with qtbot.waitSignal(page._reader.ready, timeout=5000):
        box.setCurrentIndex(box.findText(text))


def test_a_section_for_each_month_latest_first() -> None:
    moments = [(2024, 3, 31), (2024, 3, 1), (2024, 2, 29), (2023, 12, 31), (1969, 12, 31), (1901, 1, 1)]
    times = np.array([calendar.timegm((*day, 12, 0, 0)) for day in moments])
    assert [(section.start, section.title) for section in months(times)] == [
        (0, "March 2024"),
        (2, "February 2024"),
        (3, "December 2023"),
        (4, "December 1969"),
        (5, "January 1901"),
    ]
    assert months(np.empty(0, np.int64)) == []


def test_months_agree_with_the_calendar_day_by_day() -> None:
    times = np.arange(0, 40_000 * DAY, DAY)[::-1]
    sections = months(times)
    for section, following in zip(sections, [*sections[1:], None], strict=True):
        end = following.start if following else len(times)
        seen = {
            np.datetime64(int(time), "s").astype("datetime64[M]").astype(str) for time in times[section.start : end]
        }
        (month,) = seen
        assert section.title == f"{calendar.month_name[int(month[5:])]} {month[:4]}"


def test_an_empty_library_asks_for_a_folder(empty: LibraryPage, qtbot: QtBot) -> None:
    assert empty._empty.isVisible()
    assert not any(widget.isVisible() for widget in (empty._bar, empty.view, empty._nothing))
    (button,) = empty._empty.findChildren(QPushButton)
    with qtbot.waitSignal(empty.adding):
        button.click()


def test_photos_are_there_with_their_months_and_count(page: LibraryPage, filled: FakeLibrary) -> None:
    ids, times = timeline(filled.catalogue)
    assert page.model.ids.tolist() == ids.tolist()
    assert page.model.sections == tuple(months(times))
    assert "40" in page._count.text()
    assert page.view.isVisible()
    assert not page._empty.isVisible()


def test_filters(page: LibraryPage, filled: FakeLibrary, qtbot: QtBot) -> None:
    with_faces = {photo for photo in filled.catalogue.present() if filled.results.faces_of(photo)}
    assert 0 < len(with_faces) < 40
    choose(qtbot, page, "With faces")
    assert set(page.model.ids.tolist()) == with_faces
    choose(qtbot, page, "Without faces")
    assert set(page.model.ids.tolist()) == set(filled.catalogue.present()) - with_faces
    choose(qtbot, page, "Missing files")
    assert page._nothing.isVisible()
    assert not page.view.isVisible()
    choose(qtbot, page, "All photos")
    assert page.view.isVisible()
    assert len(page.model.ids) == 40


def test_a_chosen_folder_stays_chosen_when_another_is_added(
    page: LibraryPage, filled: FakeLibrary, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(qtbot, page, "photos")
    assert page.filter() == Filter(folder=filled.catalogue.roots()[0].path)
    for name in ("another", "zoo"):  # one before it, one behind it
        write(tmp_path / name / "x.jpg", noise(1000 + len(name)))
        filled.scan([tmp_path / name], Control(), lambda progress: None)
    with qtbot.waitSignal(page._reader.ready, timeout=5000):
        page.refresh()
    assert page._folder.currentText() == "photos"
    assert len(page.model.ids) == 40
    choose(qtbot, page, "zoo")
    assert len(page.model.ids) == 1
    choose(qtbot, page, "All folders")
    assert len(page.model.ids) == 42


def test_selection_stays_when_a_scan_adds_photos(
    page: LibraryPage, filled: FakeLibrary, qtbot: QtBot, photos: Path
) -> None:
    page.view.selectAll()
    chosen = set(page.view.chosen())
    write(photos / "new.jpg", noise(2000))
    filled.scan([], Control(), lambda progress: None)
    page.refresh()
    qtbot.waitUntil(lambda: len(page.model.ids) == 41, timeout=5000)
    assert set(page.view.chosen()) == chosen


def test_an_answer_to_an_older_question_is_not_shown(page: LibraryPage) -> None:
    before = page.model.ids.tolist()
    page._came(Filter(missing=True), (np.empty(0, np.int64), []))
    assert page.model.ids.tolist() == before


def test_the_slider_and_the_wheel_are_of_one_mind(page: LibraryPage) -> None:
    page._size.setValue(250)
    assert page.view.cell == 250
    page.view.set_cell(120)
    assert page._size.value() == 120


def test_the_month_is_said_beside_the_scroll_bar_while_it_is_dragged(page: LibraryPage) -> None:
    bar = page.view.verticalScrollBar()
    bar.setValue(30)
    assert not page._when.isVisible()
    bar.setSliderDown(True)
    bar.setValue(60)
    assert page._when.isVisible()
    assert page._when.text() == page.model.sections[0].title


def test_a_catalogue_that_cannot_be_read_is_an_error(page: LibraryPage) -> None:
    with pytest.raises(OSError, match="gone"):
        page._came(page.filter(), OSError("gone"))


def test_readings_rest_between_each_other_but_the_last_is_never_lost(
    page: LibraryPage, filled: FakeLibrary, qtbot: QtBot, photos: Path
) -> None:
    asked: list[Filter] = []
    page._reader.ready.connect(lambda only, found: asked.append(only))
    page._resting.start(300)
    for _ in range(20):
        page.refresh()
    write(photos / "new.jpg", noise(6000))
    filled.scan([], Control(), lambda progress: None)
    page.refresh()
    assert asked == []
    qtbot.waitUntil(lambda: len(page.model.ids) == 41, timeout=5000)
    qtbot.waitUntil(lambda: asked == [Filter()], timeout=5000)
    page._resting.start(10_000)
    choose(qtbot, page, "Missing files")  # another question waits for nothing
    assert page._nothing.isVisible()
