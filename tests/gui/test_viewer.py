from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from pytestqt.qtbot import QtBot

from photohash.flow import Control
from photohash.gui.viewer import NAME, Viewer
from tests.gui.conftest import FakeLibrary

KEYS = Qt.Key


@pytest.fixture
def viewer(filled: FakeLibrary, qtbot: QtBot) -> Iterator[Viewer]:
    """The viewer at the second of all photos."""
    made = Viewer(filled)
    qtbot.addWidget(made)
    made.resize(800, 600)
    ids = np.array(filled.catalogue.present(), np.int64)
    made.show_photo(int(ids[1]), ids)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_pictures()


def shown(viewer: Viewer) -> int:
    assert viewer._photo
    return viewer._photo.id


def arrive(qtbot: QtBot, viewer: Viewer) -> None:
    """Until the photo itself has taken the thumbnail's place."""
    qtbot.waitUntil(lambda: [copy.width() for copy in viewer.canvas._copies] == [96], timeout=5000)


def test_the_photo_its_name_date_place_and_faces(viewer: Viewer, filled: FakeLibrary, qtbot: QtBot) -> None:
    arrive(qtbot, viewer)
    photo = filled.catalogue.photos([shown(viewer)])[shown(viewer)]
    assert viewer._name.text() == photo.files[0].name
    assert "96 \u00d7 64" in viewer._about.text()
    assert "2 of 40" in viewer._about.text()
    qtbot.waitUntil(lambda: viewer.canvas._faces == filled.results.faces_of(photo.id), timeout=5000)


def test_keys_step_through_the_photos_and_stop_at_the_ends(viewer: Viewer, qtbot: QtBot) -> None:
    ids, places = viewer._ids.tolist(), []
    keys = (KEYS.Key_Right, KEYS.Key_Space, KEYS.Key_Left, KEYS.Key_End, KEYS.Key_Right, KEYS.Key_Home, KEYS.Key_Left)
    for key in keys:
        qtbot.keyClick(viewer.canvas, key)
        places.append(ids.index(shown(viewer)))
    assert places == [2, 3, 2, 39, 39, 0, 0]
    assert not viewer._buttons["back"].isEnabled()
    assert viewer._buttons["forward"].isEnabled()


def test_keys_zoom(viewer: Viewer, qtbot: QtBot) -> None:
    arrive(qtbot, viewer)
    zooms = []
    for key in (KEYS.Key_Plus, KEYS.Key_Minus, KEYS.Key_1, KEYS.Key_Equal, KEYS.Key_0):
        qtbot.keyClick(viewer.canvas, key)
        zooms.append(viewer.canvas.zoom)
    assert zooms == pytest.approx([1.25, 1, 1, 1.25, 1])


def test_another_photo_is_shown_whole_again(viewer: Viewer, qtbot: QtBot) -> None:
    qtbot.keyClick(viewer.canvas, KEYS.Key_Plus)
    qtbot.keyClick(viewer.canvas, KEYS.Key_Right)
    assert viewer.canvas.zoom == 1


def test_faces_on_and_off(viewer: Viewer, qtbot: QtBot) -> None:
    assert viewer.canvas._boxes
    qtbot.keyClick(viewer.canvas, KEYS.Key_F)
    assert not viewer.canvas._boxes
    viewer._buttons["people"].click()
    assert viewer.canvas._boxes


def test_escape_says_which_was_seen_last(viewer: Viewer, qtbot: QtBot) -> None:
    qtbot.keyClick(viewer.canvas, KEYS.Key_Right)
    with qtbot.waitSignal(viewer.closed) as closed:
        qtbot.keyClick(viewer.canvas, KEYS.Key_Escape)
    assert closed.args == [viewer._ids[2]]


def test_copy_gives_the_path_and_r_shows_the_folder(
    viewer: Viewer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    assert viewer._photo
    path = viewer._photo.files[0]
    qtbot.keyClick(viewer.canvas, KEYS.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == str(path)
    qtbot.keyClick(viewer.canvas, KEYS.Key_R)
    assert opened == [QUrl.fromLocalFile(str(path.parent))]


def test_other_keys_are_left_to_others(viewer: Viewer, qtbot: QtBot) -> None:
    before = shown(viewer)
    qtbot.keyClick(viewer.canvas, KEYS.Key_X)
    assert shown(viewer) == before


def test_a_file_that_broke_since_the_scan_says_so(viewer: Viewer, qtbot: QtBot) -> None:
    viewer.show_photo(int(viewer._ids[5]), viewer._ids)
    arrive(qtbot, viewer)
    photo = viewer._library.catalogue.photos([int(viewer._ids[6])])[int(viewer._ids[6])]
    photo.files[0].write_bytes(b"rubbish")
    qtbot.keyClick(viewer.canvas, KEYS.Key_Right)
    qtbot.waitUntil(lambda: viewer.canvas._said.endswith("."), timeout=5000)
    assert not viewer.canvas._copies


def test_a_photo_without_a_file_says_so(viewer: Viewer, qtbot: QtBot) -> None:
    viewer.show_photo(999_999, np.array([999_999]))
    assert "not there" in viewer.canvas._said
    qtbot.keyClick(viewer.canvas, KEYS.Key_R)
    qtbot.keyClick(viewer.canvas, KEYS.Key_C, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(viewer.closed):
        qtbot.keyClick(viewer.canvas, KEYS.Key_Escape)


def test_a_picture_that_comes_late_is_not_shown_for_another(viewer: Viewer, qtbot: QtBot) -> None:
    arrive(qtbot, viewer)
    assert viewer._photo
    old = viewer._photo.files[0]
    qtbot.keyClick(viewer.canvas, KEYS.Key_Right)
    viewer._came(old, "the wrong one")
    assert viewer.canvas._said == ""


def test_a_long_name_does_not_widen_the_window(viewer: Viewer, qtbot: QtBot) -> None:
    before = viewer.minimumSizeHint().width()
    photo = viewer._library.catalogue.photos([shown(viewer)])[shown(viewer)]
    long = "many words " * 18
    (photo.files[0].parent / f"{long}.jpg").write_bytes(photo.files[0].read_bytes())
    photo.files[0].unlink()
    viewer._library.scan([], Control(), lambda progress: None)
    viewer.show_photo(photo.id, viewer._ids)
    assert "…" in viewer._name.text()
    assert long in viewer._name.toolTip()
    assert viewer.minimumSizeHint().width() < before + NAME
