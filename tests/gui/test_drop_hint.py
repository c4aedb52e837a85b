"""What is dragged over the window, and what would become of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtWidgets import QApplication

from photohash.gui.window import Window
from tests.pictures import noise, write


def drag(window: Window, mime: QMimeData) -> bool:
    """Whether the window would take it."""
    event = QDragEnterEvent(
        QPoint(200, 200), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    event.ignore()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def urls(path: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    return mime


def test_the_window_says_what_a_drop_would_do(window: Window, tmp_path: Path) -> None:
    folder, picture = urls(tmp_path), urls(write(tmp_path / "a.jpg", noise(1)))
    assert drag(window, folder)
    assert window._hint.isVisible()
    assert window._hint.size() == window.size()
    assert "folder" in window._hint._said
    assert drag(window, picture)
    assert "who is in it" in window._hint._said
    window._hint.grab()  # paints
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not window._hint.isVisible()


def test_words_are_not_taken(window: Window) -> None:
    words = QMimeData()
    words.setText("words")
    assert not drag(window, words)
    assert not window._hint.isVisible()
