from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from photohash.dirs import find_dirs
from photohash.gui import app, theme
from photohash.gui.window import Window
from photohash.settings import Settings
from photohash.types import UserError
from tests.gui.conftest import GatedNetworks


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_without_a_display_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UserError, match="photohash scan FOLDER"):
        app.run(find_dirs(), Settings())


def test_it_opens_scans_the_folder_and_ends_with_the_window(
    qtbot: QtBot, networks: GatedNetworks, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    seen: list[int] = []

    def look() -> None:
        (window,) = (each for each in QApplication.topLevelWidgets() if isinstance(each, Window) and each.isVisible())
        if not window.jobs.running:
            seen.append(window.library.catalogue.counts()["photos"])
            timer.stop()
            window.close()
            window.deleteLater()
            QTimer.singleShot(0, QApplication.quit)

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(50)
    assert app.run(find_dirs(), Settings(), [photos]) == 0
    assert seen == [40]


def test_a_library_that_cannot_be_opened_is_said_where_it_is_seen(
    qtbot: QtBot, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "critical", lambda parent, title, text: said.append(text))
    dirs = find_dirs()
    dirs.make()
    dirs.catalogue.write_bytes(b"no database" * 1000)
    with pytest.raises(UserError) as raised:
        app.run(dirs, Settings())
    assert said == [str(raised.value)]
    assert str(dirs.catalogue) in said[0]


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_stands_out_from_what_it_is_on(name: theme.Theme) -> None:
    """Contrast by the formula of the Web Content Accessibility Guidelines 2.1, level AA: 4.5 for text."""
    colours = theme.LIGHT if name == "light" else theme.DARK

    def luminance(code: str) -> float:
        parts = [int(code[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    roles = theme.Roles
    for text in (roles.WindowText, roles.Text, roles.PlaceholderText, roles.Link):
        for ground in (roles.Window, roles.Base):
            high, low = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, (text, ground)
