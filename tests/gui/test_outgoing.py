from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photohash.gui.grid import GridModel, GridView
from photohash.gui.outgoing import files, mime
from photohash.gui.thumbs import Thumbs
from tests.gui.conftest import FakeLibrary

LEFT = Qt.MouseButton.LeftButton


def view_of(library: FakeLibrary, thumbs: Thumbs, qtbot: QtBot) -> GridView:
    view = GridView()
    qtbot.addWidget(view)
    view.setModel(GridModel(thumbs))
    view.files = lambda numbers: files(library, numbers)
    view.grid().show(np.array(library.catalogue.present(), np.int64))
    view.resize(900, 600)
    view.show()
    return view


def test_one_file_of_each_photo_in_order(filled: FakeLibrary) -> None:
    ids = filled.catalogue.present()[::-1]
    assert files(filled, [*ids[:3], 999_999]) == [filled.catalogue.photos([n])[n].files[0] for n in ids[:3]]


def test_files_and_their_names(tmp_path: Path) -> None:
    paths = [tmp_path / "a b.jpg", tmp_path / "ü.jpg"]
    made = mime(paths)
    assert made.urls() == [QUrl.fromLocalFile(str(path)) for path in paths]
    assert made.text() == "\n".join(map(str, paths))


def test_what_is_chosen_is_copied(filled: FakeLibrary, thumbs: Thumbs, qtbot: QtBot) -> None:
    view = view_of(filled, thumbs, qtbot)
    view.selectAll()
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = {Path(url.toLocalFile()) for url in QGuiApplication.clipboard().mimeData().urls()}
    assert copied == {photo.files[0] for photo in filled.catalogue.photos(filled.catalogue.present()).values()}


def test_what_is_chosen_is_dragged_as_a_copy(
    filled: FakeLibrary, thumbs: Thumbs, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dragged: list[tuple[list[QUrl], Qt.DropAction]] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, actions: dragged.append((drag.mimeData().urls(), actions)))
    view = view_of(filled, thumbs, qtbot)
    start = view.visualRect(view.grid().index(2)).center()
    press, move, release = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
    none, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    for kind, far, button, held in ((press, 0, LEFT, LEFT), (move, 5, none, LEFT), (move, 60, none, LEFT)):
        at = QPointF(start + QPoint(far, far))
        QApplication.sendEvent(view.viewport(), QMouseEvent(kind, at, at, button, held, keys))
    QApplication.sendEvent(view.viewport(), QMouseEvent(release, at, at, LEFT, none, keys))
    expected = QUrl.fromLocalFile(str(files(filled, [int(view.grid().ids[2])])[0]))
    assert dragged[0] == ([expected], Qt.DropAction.CopyAction)
