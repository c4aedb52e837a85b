"""Stories of a user at the window; real folders and databases, fake networks, and once the real ones."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from photohash.dirs import find_dirs
from photohash.gui import theme
from photohash.gui.trouble import Catcher
from photohash.gui.window import Window
from photohash.settings import Settings
from photohash.types import UserError
from tests.conftest import DemoLibrary
from tests.gui.conftest import FakeLibrary, GatedNetworks
from tests.pictures import noise, write

KEYS = Qt.Key
LONG = 20_000  # milliseconds for what takes well under one second on an idle machine


def drop(window: Window, *paths: Path) -> None:
    """Drag files over the window and let them go."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(300, 300), copy, mime, left, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), copy, mime, left, none))


def scanned(window: Window, qtbot: QtBot, photos: Path) -> None:
    """Scan a folder to its end, and wait until its photos are in the grid."""
    with qtbot.waitSignal(window.jobs.done, timeout=LONG):
        window.scan([photos])
    in_grid(window, qtbot, 40)


def in_grid(window: Window, qtbot: QtBot, number: int) -> None:
    qtbot.waitUntil(lambda: len(window.photos.model.ids) == number, timeout=LONG)


def in_library(window: Window) -> int:
    return window.library.catalogue.counts()["photos"]


def boxes() -> list[QMessageBox]:
    return [box for box in QApplication.topLevelWidgets() if isinstance(box, QMessageBox) and box.isVisible()]


def page(window: Window, name: str) -> None:
    """Turn to a page by the list at the side."""
    row = [entry[0] for entry in window._entries].index(name)
    window.sidebar.turn(row)


def test_first_run_a_dropped_folder_is_scanned(window: Window, qtbot: QtBot, photos: Path) -> None:
    assert window.photos._empty.isVisible()
    assert not window.bar.isVisible()
    with qtbot.waitSignal(window.jobs.done, timeout=LONG):
        with qtbot.waitSignal(window.jobs.started, timeout=LONG):
            drop(window, photos)
        assert window.jobs.running == "scan"
        assert window.bar.isVisible()
    in_grid(window, qtbot, 40)
    assert not window.bar.isVisible()
    assert not window.photos._empty.isVisible()
    thumbs = window.photos.model.thumbs
    seen = [int(window.photos.model.ids[row]) for row in window.photos.view.visible_rows()]
    qtbot.waitUntil(lambda: all(number in thumbs._held for number in seen), timeout=LONG)


def test_a_folder_is_chosen_from_the_empty_page(
    window: Window, qtbot: QtBot, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: "")
    (button,) = window.photos._empty.findChildren(QPushButton)
    button.click()
    assert not window.jobs.running
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: str(photos))
    with qtbot.waitSignal(window.jobs.done, timeout=LONG):
        button.click()
    in_grid(window, qtbot, 40)


def test_a_scan_is_paused_resumed_and_ends(window: Window, networks: GatedNetworks, qtbot: QtBot, photos: Path) -> None:
    networks.open = False
    networks.gate = threading.Semaphore(2)  # batches of four
    window.scan([photos])
    qtbot.waitUntil(lambda: in_library(window) == 8, timeout=LONG)
    window.bar._pause.click()
    networks.open = True
    qtbot.waitUntil(lambda: window.bar._text.text().startswith("Paused"), timeout=LONG)
    qtbot.wait(300)
    held = in_library(window)
    assert held <= 16  # those that were past the checkpoint when it was pressed
    assert window.jobs.running
    with qtbot.waitSignal(window.jobs.done, timeout=LONG):
        window.bar._pause.click()
    in_grid(window, qtbot, 40)


def test_photos_appear_while_the_scan_runs(window: Window, networks: GatedNetworks, qtbot: QtBot, photos: Path) -> None:
    networks.open = False
    networks.gate = threading.Semaphore(5)
    window._refreshing.setInterval(50)
    window.scan([photos])
    qtbot.waitUntil(lambda: 20 <= len(window.photos.model.ids) < 40, timeout=LONG)
    thumbs, ids = window.photos.model.thumbs, window.photos.model.ids
    qtbot.waitUntil(lambda: int(ids[0]) in thumbs._held, timeout=LONG)  # even if asked for before it was written
    with qtbot.waitSignal(window.jobs.done, timeout=LONG):
        networks.open = True
    in_grid(window, qtbot, 40)


def test_a_stopped_scan_keeps_what_it_found_and_goes_on_from_there(
    window: Window, networks: GatedNetworks, qtbot: QtBot, photos: Path
) -> None:
    networks.open = False
    networks.gate = threading.Semaphore(3)
    window.scan([photos])
    qtbot.waitUntil(lambda: in_library(window) == 12, timeout=LONG)
    with qtbot.waitSignal(window.jobs.stopped, timeout=LONG):
        window.bar._stop.click()
        networks.open = True
    kept = in_library(window)
    assert 12 <= kept < 40
    in_grid(window, qtbot, kept)
    assert not window.bar.isVisible()
    networks.detected = 0
    with qtbot.waitSignal(window.jobs.done, timeout=LONG):
        qtbot.keyClick(window, KEYS.Key_F5)
    in_grid(window, qtbot, 40)
    assert networks.detected == 40 - kept


def test_closed_in_the_middle_of_a_scan_and_opened_again(
    make_window: Callable[[], Window], networks: GatedNetworks, qtbot: QtBot, photos: Path
) -> None:
    window = make_window()
    networks.open = False
    networks.gate = threading.Semaphore(3)
    window.scan([photos])
    qtbot.waitUntil(lambda: in_library(window) == 12, timeout=LONG)
    threading.Timer(0.2, lambda: setattr(networks, "open", True)).start()  # a network cannot be stopped half-way
    window.close()
    assert not window.isVisible()
    assert not (window.jobs._thread and window.jobs._thread.is_alive())
    again = make_window()
    kept = in_library(again)
    assert 12 <= kept < 40
    in_grid(again, qtbot, kept)
    networks.detected = 0
    with qtbot.waitSignal(again.jobs.done, timeout=LONG):
        again.scan([])
    in_grid(again, qtbot, 40)
    assert networks.detected == 40 - kept


def test_a_second_job_is_refused_with_a_sentence(
    window: Window, networks: GatedNetworks, qtbot: QtBot, photos: Path
) -> None:
    networks.open = False
    networks.gate = threading.Semaphore(0)
    window.scan([photos])
    window.scan([photos])
    (box,) = boxes()
    assert "Another job is running" in box.text()
    box.close()
    with qtbot.waitSignal(window.jobs.done, timeout=LONG):
        networks.open = True


def test_a_photo_is_opened_stepped_through_and_left(window: Window, qtbot: QtBot, photos: Path) -> None:
    scanned(window, qtbot, photos)
    view = window.photos.view
    view.setFocus()
    view.setCurrentIndex(window.photos.model.index(3))
    qtbot.keyClick(view, KEYS.Key_Return)
    assert window.pages.currentWidget() is window.viewer
    for key in (KEYS.Key_Right, KEYS.Key_Right):
        qtbot.keyClick(window.viewer.canvas, key)
    qtbot.keyClick(window.viewer.canvas, KEYS.Key_Escape)
    assert window.pages.currentWidget() is window.photos
    assert view.currentIndex().row() == 5
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))


def test_a_click_on_the_library_leaves_the_viewer(window: Window, qtbot: QtBot, photos: Path) -> None:
    scanned(window, qtbot, photos)
    window.photos.view.opened.emit(int(window.photos.model.ids[0]))
    assert window.pages.currentWidget() is window.viewer
    pages = window.sidebar.pages
    place = pages.visualItemRect(pages.item(0)).center()
    qtbot.mouseClick(pages.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.pages.currentWidget() is window.photos


def test_what_a_scan_found_behind_the_viewer_is_there_when_it_closes(
    window: Window, qtbot: QtBot, photos: Path
) -> None:
    scanned(window, qtbot, photos)
    window.photos.view.opened.emit(int(window.photos.model.ids[0]))
    write(photos / "new.jpg", noise(3000))
    with qtbot.waitSignal(window.jobs.done, timeout=LONG):
        window.scan([])
    qtbot.keyClick(window.viewer.canvas, KEYS.Key_Escape)
    in_grid(window, qtbot, 41)


def test_problems_are_listed_and_tried_again(window: Window, qtbot: QtBot, photos: Path) -> None:
    scanned(window, qtbot, photos)
    page(window, "problems")
    assert [failure.path for failure in window.problems.model.failures] == [photos / "broken.jpg"]
    with qtbot.waitSignal(window.jobs.done, timeout=LONG):
        window.problems._again.click()
    assert len(window.problems.model.failures) == 1  # it is still broken
    write(photos / "broken.jpg", noise(4000))
    with qtbot.waitSignal(window.jobs.done, timeout=LONG):
        window.problems._again.click()
    assert window.problems.model.failures == []
    assert window.problems._none.isVisible()
    page(window, "library")
    in_grid(window, qtbot, 41)


def test_selection_is_kept_when_a_scan_refreshes_the_grid(window: Window, qtbot: QtBot, photos: Path) -> None:
    scanned(window, qtbot, photos)
    view = window.photos.view
    for row in (1, 2, 7):
        view.selectionModel().select(window.photos.model.index(row), view.selectionModel().SelectionFlag.Select)
    chosen = view.chosen()
    assert len(chosen) == 3
    write(photos / "new.jpg", noise(5000))
    with qtbot.waitSignal(window.jobs.done, timeout=LONG):
        window.scan([])
    in_grid(window, qtbot, 41)
    assert set(view.chosen()) == set(chosen)


@pytest.fixture
def catcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catcher]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    made = Catcher(tmp_path / "photohash.log")
    made.install()
    yield made
    for box in boxes():
        box.close()


def test_an_exception_of_a_job_is_shown_with_text_to_copy(window: Window, catcher: Catcher, qtbot: QtBot) -> None:
    def fail(*args: object) -> None:
        raise ZeroDivisionError("oh")

    with qtbot.waitSignal(window.jobs.failed, timeout=LONG):
        window.jobs.start("fail", fail)
    qtbot.waitUntil(lambda: len(boxes()) == 1, timeout=LONG)
    assert "ZeroDivisionError: oh" in boxes()[0].detailedText()
    assert "test_window.py" in boxes()[0].detailedText()
    assert window.isEnabled()


def test_what_a_user_can_mend_is_a_sentence(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(window.jobs.failed, timeout=LONG) as failed:
        window.scan([tmp_path / "nowhere"])
    assert failed.args
    assert isinstance(failed.args[1], UserError)
    (box,) = boxes()
    assert "is not a folder" in box.informativeText()
    box.close()


def test_dark_and_light_change_every_icon(window: Window, qtbot: QtBot) -> None:
    def icons() -> list[int]:
        pages = window.sidebar.pages
        return [pages.item(row).icon().cacheKey() for row in range(pages.count())]

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light")
    before = icons()
    theme.apply(app, "dark")
    assert not set(icons()) & set(before)
    theme.apply(app, "light")
    assert icons() == before


def test_with_the_real_networks(
    demo_library: DemoLibrary, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(demo_library.home, tmp_path / "copy")
    monkeypatch.setenv("PHOTOHASH_HOME", str(tmp_path / "copy"))
    window = Window(find_dirs(), Settings(device="cpu"))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    photos = window.library.catalogue.present()
    in_grid(window, qtbot, len(photos))
    together = next(
        photo for photo in window.library.catalogue.photos(photos).values() if photo.files[0].name == "together.jpg"
    )
    window.photos.view.opened.emit(together.id)
    qtbot.waitUntil(lambda: len(window.viewer.canvas._faces) == 2, timeout=LONG)
    page(window, "problems")
    assert [failure.path.name for failure in window.problems.model.failures] == ["half a file.jpg"]
    new = demo_library.photos.parent / "added later"
    write(new / "a.jpg", noise(1, 320, 240))
    with qtbot.waitSignal(window.jobs.done, timeout=100_000):
        drop(window, new)
    page(window, "library")
    in_grid(window, qtbot, len(photos) + 1)
    assert isinstance(window.library, object)
    assert not isinstance(window.library, FakeLibrary)
