from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from photohash.gui.scan_bar import ScanBar, duration
from photohash.types import Progress


class Told(QObject):
    """The signals and switches of Jobs, worked by hand."""

    progressed = Signal(str, object)
    done = Signal(str, object)
    failed = Signal(str, object)
    stopped = Signal(str)
    started = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.switched: list[object] = []

    def pause(self, paused: bool) -> None:
        self.switched.append(paused)

    def cancel(self) -> None:
        self.switched.append("cancel")

    def say(self, stage: str, done: int, seconds: float, failed: int = 0) -> None:
        self.progressed.emit("scan", Progress(stage, done, 1000, failed, seconds))


@pytest.fixture
def jobs() -> Told:
    return Told()


@pytest.fixture
def bar(jobs: Told, qtbot: QtBot) -> ScanBar:
    made = ScanBar(jobs)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    return made


def test_it_is_there_while_a_scan_runs_and_only_then(bar: ScanBar, jobs: Told) -> None:
    ends: list[Callable[[], Any]] = [
        lambda: jobs.done.emit("scan", None),
        lambda: jobs.failed.emit("scan", ValueError()),
        lambda: jobs.stopped.emit("scan"),
    ]
    for end in ends:
        assert not bar.isVisible()
        jobs.started.emit("scan")
        assert bar.isVisible()
        end()
    jobs.started.emit("copies")
    assert not bar.isVisible()


def test_counts_rate_and_time_left(bar: ScanBar, jobs: Told) -> None:
    jobs.started.emit("scan")
    jobs.progressed.emit("scan", Progress("looking", 0, 0, 0, 0.1))
    assert bar._text.text() == "Looking for photos…"
    jobs.say("loading networks", 0, 7.0)
    assert bar._text.text() == "Getting ready…  ·  0 of 1,000 photos"
    jobs.say("scanning", 100, 4.0)
    assert bar._text.text() == "100 of 1,000 photos  ·  25.0 photos/s  ·  0:36 left"
    jobs.say("scanning", 400, 8.0, failed=2)
    assert "50.0 photos/s  ·  0:12 left  ·  2 problem(s)" in bar._text.text()
    assert (bar._bar.value(), bar._bar.maximum()) == (400, 1000)


def test_pause_is_said_and_does_not_count_as_time(bar: ScanBar, jobs: Told) -> None:
    jobs.started.emit("scan")
    jobs.switched.clear()
    jobs.say("scanning", 100, 4.0)
    bar._pause.click()
    assert bar._text.text() == "Paused  ·  100 of 1,000 photos"
    assert bar._pause.accessibleName() == "Resume"
    bar._pause.click()
    assert jobs.switched == [True, False]
    jobs.say("scanning", 110, 600.0)  # ten minutes later
    jobs.say("scanning", 210, 604.0)
    assert "25.0 photos/s" in bar._text.text()
    assert bar._pause.accessibleName() == "Pause"


def test_stop_is_said_until_it_has_stopped(bar: ScanBar, jobs: Told) -> None:
    jobs.started.emit("scan")
    jobs.say("scanning", 100, 4.0)
    bar._stop.click()
    assert jobs.switched[-1] == "cancel"
    jobs.say("scanning", 104, 4.2)
    assert "everything found so far is kept" in bar._text.text()
    assert not bar._stop.isEnabled()
    jobs.stopped.emit("scan")
    jobs.started.emit("scan")
    assert bar._stop.isEnabled()
    assert bar._pause.isEnabled()
    assert bar._text.text() == "Looking for photos…"


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (3599, "59:59"), (3661, "1:01:01")])
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text
