"""Finding a person in the window: real folders and databases, networks that need no torch."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from photohash.gui.find_page import PEOPLE, WHOLE, FindPage
from photohash.gui.given import Given, given, picture_of
from photohash.gui.strictness import STEPS
from photohash.gui.subject import AS_WHOLE, Subject
from photohash.gui.tile import BADGE
from photohash.gui.window import Window
from photohash.library import Library
from photohash.work.search import Candidates
from tests.gui.conftest import FakeLibrary, GatedNetworks
from tests.pictures import noise


def faces_in(library: Library, count: int) -> Path:
    """One of the photos in which the scan found so many faces."""
    for photo in library.catalogue.photos(library.catalogue.present()).values():
        if len(library.results.faces_of(photo.id)) == count:
            return photo.files[0]
    raise AssertionError


def found(page: FindPage) -> list[int]:
    return [int(number) for number in page.model.ids]


def idle(window: Window) -> bool:
    return not window._searches.running


def drop(window: Window, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    action, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(300, 300), action, mime, button, keys))


@pytest.fixture
def ask(filled: FakeLibrary, make_window: Callable[[], Window], qtbot: QtBot) -> Callable[[Path], Window]:
    """A window of the filled library in which a picture has been dropped, and searched."""

    def asking(path: Path) -> Window:
        window = make_window()
        drop(window, path)
        qtbot.waitUntil(lambda: window.find_page.found is not None and idle(window), timeout=10_000)
        return window

    return asking


def test_a_dropped_picture_finds_the_photo_that_shows_its_face(
    ask: Callable[[Path], Window], filled: FakeLibrary, photos: Path
) -> None:
    path = faces_in(filled, 1)
    window = ask(path)
    page = window.find_page
    assert window.pages.currentWidget() is page
    assert page.asked.chips.numbers() == [0]
    best = filled.catalogue.photos(found(page)[:1])[found(page)[0]]
    assert best.files[0] == path
    assert page.model.section_at(0).title == "Same person  ·  1"
    assert page.model.index(0).data(BADGE) == "99.9 %"
    assert page.view.isVisible()
    face = page.face_in(best.id)
    assert face is not None
    assert filled.results.faces([face])[face].photo_id == best.id
    assert len(filled.catalogue.present()) == 40  # nothing was added


def test_the_slider_filters_what_was_found_without_searching(
    ask: Callable[[Path], Window], filled: FakeLibrary, photos: Path, networks: GatedNetworks, qtbot: QtBot
) -> None:
    page = ask(faces_in(filled, 1)).find_page
    everything, asked = found(page), networks.detected
    with qtbot.assertNotEmitted(page._searches.busy):
        page.asked.strictness.slider.setValue(STEPS)
        assert 0 < len(found(page)) < len(everything)
        assert found(page) == everything[: len(found(page))]
        assert page.borderline.isVisible()
        page.asked.strictness.slider.setValue(0)
    assert found(page) == everything
    assert networks.detected == asked


def test_several_people_any_or_together(
    ask: Callable[[Path], Window], filled: FakeLibrary, photos: Path, networks: GatedNetworks, qtbot: QtBot
) -> None:
    path = faces_in(filled, 2)
    window = ask(path)
    page, decoded = window.find_page, networks.detected
    page.asked.chips.selectAll()
    qtbot.waitUntil(lambda: page.found is not None and idle(window), timeout=10_000)
    either = set(found(page))
    assert page.asked._way.isVisible()
    page.asked._way.button(1).click()
    assert page.asked.together
    both = set(found(page))
    assert both < either
    for photo in both:
        assert len(filled.results.faces_of(photo)) >= 2  # one face is not two people
    assert networks.detected == decoded  # nothing was decoded again
    page.asked.chips.clearSelection()
    assert found(page) == []
    assert page._nothing.text() == "Pick a face above."


def test_a_picture_without_faces_finds_what_looks_like_it(
    ask: Callable[[Path], Window], filled: FakeLibrary, photos: Path
) -> None:
    path = faces_in(filled, 0)
    page = ask(path).find_page
    assert page.by.number == WHOLE
    assert "No face was found" in page.asked._note.text()
    assert filled.catalogue.photos(found(page)[:1])[found(page)[0]].files[0] == path
    assert len(found(page)) == 40
    assert not page.asked.strictness.isVisible()
    page.by.button(PEOPLE).click()
    assert found(page) == []
    assert "mark one by hand" in page._nothing.text()


def test_a_face_that_was_not_found_is_drawn_by_hand(
    ask: Callable[[Path], Window], filled: FakeLibrary, qtbot: QtBot
) -> None:
    window = ask(faces_in(filled, 0))
    page = window.find_page
    page.asked.mark.click()
    assert page.mark.isVisible()
    assert not page.view.isVisible()
    qtbot.waitUntil(lambda: page.mark.height() > 200)
    shown = page.mark._shown()
    with qtbot.waitSignal(page.mark.drawn, timeout=1000) as drawn:
        qtbot.mousePress(page.mark, Qt.MouseButton.LeftButton, pos=shown.center().toPoint())
        qtbot.mouseMove(page.mark, (shown.bottomRight() - QPointF(20, 20)).toPoint())
        qtbot.mouseRelease(page.mark, Qt.MouseButton.LeftButton)
    x, y, width, height = drawn.args[0]
    assert (x, y) == pytest.approx((0.5, 0.5), abs=0.01)
    assert (x + width, y + height) == pytest.approx((1 - 20 / shown.width(), 1 - 20 / shown.height()), abs=0.01)
    page.mark.grab()  # paints
    qtbot.waitUntil(lambda: page.found is not None and idle(window), timeout=10_000)
    assert page.asked.chips.count() == 1
    assert page.by.number == PEOPLE
    assert not page.mark.isVisible()


def test_drawing_is_left_without_a_face(ask: Callable[[Path], Window], filled: FakeLibrary, qtbot: QtBot) -> None:
    page = ask(faces_in(filled, 0)).find_page
    before = found(page)
    page.asked.mark.click()
    with qtbot.assertNotEmitted(page.mark.drawn):
        qtbot.mouseClick(page.mark, Qt.MouseButton.LeftButton)
    qtbot.keyClick(page.mark, Qt.Key.Key_Escape)
    assert page.view.isVisible()
    assert found(page) == before


def test_people_or_the_whole_picture(
    ask: Callable[[Path], Window], filled: FakeLibrary, photos: Path, networks: GatedNetworks, qtbot: QtBot
) -> None:
    window = ask(faces_in(filled, 1))
    page = window.find_page
    people = found(page)
    page.by.button(1).click()
    qtbot.waitUntil(lambda: page.found is not None and idle(window), timeout=10_000)
    assert len(found(page)) == 40
    assert page.face_in(found(page)[0]) is None
    described = networks.described
    page.by.button(0).click()
    assert found(page) == people
    page.by.button(1).click()
    assert len(found(page)) == 40
    assert networks.described == described  # found once


def test_a_pasted_picture_is_searched(
    filled: FakeLibrary, make_window: Callable[[], Window], photos: Path, qtbot: QtBot
) -> None:
    window = make_window()
    QGuiApplication.clipboard().setImage(QImage(str(faces_in(filled, 1))))
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.find_page.found is not None, timeout=10_000)
    assert window.find_page.subject
    assert window.find_page.subject.name == "Pasted picture"
    assert window.find_page.subject.known


def test_of_several_files_the_first_is_searched_and_said(
    filled: FakeLibrary, window: Window, photos: Path, qtbot: QtBot
) -> None:
    window.take(Given(files=(photos / "00.jpg", photos / "01.jpg")))
    qtbot.waitUntil(lambda: window.find_page.found is not None, timeout=10_000)
    assert window.find_page.subject
    assert window.find_page.subject.name == "00.jpg (the first of 2)"


def test_a_face_of_the_viewer_is_searched_without_decoding(
    filled: FakeLibrary, make_window: Callable[[], Window], photos: Path, networks: GatedNetworks, qtbot: QtBot
) -> None:
    window, decoded = make_window(), networks.detected
    photo = next(p for p in filled.catalogue.present() if len(filled.results.faces_of(p)) == 2)
    faces = filled.results.faces_of(photo)
    qtbot.waitUntil(lambda: len(window.photos.model.ids) == 40, timeout=5000)
    window._open_photo(photo)
    window.viewer.picked.emit(faces[1].id)
    page = window.find_page
    qtbot.waitUntil(lambda: page.found is not None and idle(window), timeout=10_000)
    assert window.pages.currentWidget() is page
    assert page.asked.chips.numbers() == [1]
    assert (found(page)[0], page.face_in(photo)) == (photo, faces[1].id)
    assert networks.detected == decoded
    page.opened.emit(photo)
    assert window.pages.currentWidget() is window.viewer
    assert window.viewer._found(photo) == faces[1].id
    qtbot.keyClick(window.viewer.canvas, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is page
    qtbot.keyClick(page.view, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.photos


def test_photos_like_one_of_the_library_leave_it_out(
    filled: FakeLibrary, make_window: Callable[[], Window], qtbot: QtBot
) -> None:
    window = make_window()
    qtbot.waitUntil(lambda: len(window.photos.model.ids) == 40, timeout=5000)
    photo = int(window.photos.model.ids[7])
    window._open_photo(photo)
    qtbot.keyClick(window.viewer.canvas, Qt.Key.Key_S)
    page = window.find_page
    qtbot.waitUntil(lambda: page.found is not None and idle(window), timeout=10_000)
    assert len(found(page)) == 39
    assert photo not in found(page)


def test_what_cannot_be_opened_is_said_and_forgotten(
    filled: FakeLibrary, make_window: Callable[[], Window], photos: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("photohash.gui.window.tell", lambda parent, title, text: said.append(text))
    window = make_window()
    drop(window, photos / "broken.jpg")
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    assert "broken.jpg" in said[0]
    assert window.find_page.subject is None
    assert window.find_page._empty.isVisible()


def test_an_empty_library_says_so(
    make_window: Callable[[], Window], photos: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("photohash.gui.window.tell", lambda parent, title, text: said.append(text))
    window = make_window()
    drop(window, photos / "00.jpg")
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    assert "empty" in said[0]


def test_the_web_is_never_opened(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("photohash.gui.window.tell", lambda parent, title, text: said.append(text))
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/a.jpg")])
    window.take(given(mime))
    assert "save the picture first" in said[0]


def test_five_thousand_candidates_follow_the_slider_at_once(filled: FakeLibrary, window: Window) -> None:
    n = 5000
    rng = np.random.default_rng(0)
    distances = np.sort(rng.uniform(0, 9, n)).astype(np.float32)
    bands = {"same": 1.0, "likely": 2.0, "maybe": 9.0}
    least = {name: float(np.exp(-end)) for name, end in bands.items()}
    ids = np.arange(1, n + 1)
    many = Candidates(ids, ids, distances, np.exp(-distances).astype(np.float32), 0 * ids, bands, least)
    page = window.find_page
    window._show_page(page)
    chips = [picture_of(noise(1))]
    page._take(Subject("a", picture_of(noise(2)), chips, np.zeros((1, 16), np.float16), [0], photo=1))
    assert page.subject
    page._found(page.subject, {0: many, AS_WHOLE: many})
    assert len(found(page)) == n
    slowest = 0.0  # of this thread alone: whatever else the computer does
    for step in range(0, STEPS + 1, 20):
        start = time.thread_time()
        page.asked.strictness.slider.setValue(step)
        page.view.viewport().repaint()
        slowest = max(slowest, time.thread_time() - start)
        assert len(found(page)) == np.sum(many.confidences >= np.float32(page.asked.strictness.confidence))
    assert slowest < 0.05
