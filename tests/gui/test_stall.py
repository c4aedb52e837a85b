"""The event loop never stands still for long, whatever goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchmarks.window import dirs_in, fill, painted, scroll, write_like_a_scan
from photohash.gui.window import Window
from photohash.settings import Settings

PHOTOS = 20_000
MOST = 100.0  # milliseconds


@pytest.fixture
def window(tmp_path: Path, qtbot: QtBot) -> Window:
    dirs = dirs_in(tmp_path / "large")
    fill(dirs, PHOTOS)
    made = Window(dirs, Settings())
    qtbot.addWidget(made)
    made.resize(1600, 1000)
    made.show()
    qtbot.waitUntil(lambda: painted(made), timeout=20_000)
    return made


def test_scrolling_while_a_scan_writes(window: Window, qtbot: QtBot) -> None:
    """By the time that this program computed, for other programs may take the processor for longer."""
    window._refreshing.setInterval(300)
    window.jobs.start("scan", write_like_a_scan)
    found = scroll(window, "scrolling", 3.0)
    assert len(window.photos.model.ids) > PHOTOS  # the grid has been shown anew meanwhile
    assert window.jobs.running
    assert 0 < found["longest stall, scrolling, all threads computing", "ms"] < MOST
