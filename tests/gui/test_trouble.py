from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from photohash.gui.trouble import Catcher, tell


@pytest.fixture
def catcher(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catcher]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    made = Catcher(tmp_path / "photohash.log")
    made.install()
    yield made
    for box in boxes():
        box.close()


def boxes() -> list[QMessageBox]:
    return [box for box in QApplication.topLevelWidgets() if isinstance(box, QMessageBox) and box.isVisible()]


def fail(error: Exception) -> None:
    try:
        raise error
    except type(error) as raised:
        sys.excepthook(type(raised), raised, raised.__traceback__)


def button(box: QMessageBox, text: str) -> QPushButton:
    (found,) = (each for each in box.findChildren(QPushButton) if each.text() == text)
    return found


def test_an_exception_is_shown_with_text_to_copy(catcher: Catcher, qtbot: QtBot, tmp_path: Path) -> None:
    fail(ZeroDivisionError("oh"))
    qtbot.waitUntil(lambda: len(boxes()) == 1)
    (box,) = boxes()
    assert str(tmp_path / "photohash.log") in box.informativeText()
    assert not box.isModal()
    button(box, "Copy the details").click()
    copied = QGuiApplication.clipboard().text()
    assert "ZeroDivisionError: oh" in copied
    assert "test_trouble.py" in copied
    assert copied.startswith("photohash ")
    assert box.isVisible()  # copying does not close it
    box.button(QMessageBox.StandardButton.Close).click()
    qtbot.waitUntil(lambda: not boxes())
    assert not catcher._boxes


def test_the_same_is_shown_once(catcher: Catcher, qtbot: QtBot) -> None:
    for error in (ValueError("a"), ValueError("a"), ValueError("b")):
        fail(error)
    qtbot.waitUntil(lambda: len(boxes()) == 2)


def test_an_exception_of_a_thread_is_shown_in_the_windows_thread(catcher: Catcher, qtbot: QtBot) -> None:
    def run() -> None:
        raise ValueError("in a thread")

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert not boxes()  # not from there
    qtbot.waitUntil(lambda: len(boxes()) == 1)
    assert "in a thread" in boxes()[0].detailedText()


def test_what_is_told_shows_names_as_they_are(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    box = tell(parent, "A <title>", "no file <b>one</b> & two")
    assert box.text() == "<b>A &lt;title&gt;</b>"
    assert box.informativeText() == "no file <b>one</b> & two"
    assert box.isVisible()
    assert not box.isModal()
    assert not [each for each in box.findChildren(QPushButton) if "Copy" in each.text()]
    box.close()
