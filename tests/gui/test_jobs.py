from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from photohash.flow import Control
from photohash.gui.jobs import EVERY_MS, Jobs
from photohash.library import Library
from photohash.types import Progress

Report = Callable[[Progress], None]


class Shelf:
    """All that jobs need of a library: to be closed."""

    closed = 0

    def __exit__(self, *exception: object) -> None:
        self.closed += 1


@pytest.fixture
def shelves() -> list[Shelf]:
    return []


@pytest.fixture
def jobs(shelves: list[Shelf]) -> Iterator[Jobs]:
    def make() -> Library:
        shelves.append(Shelf())
        return shelves[-1]  # type: ignore[return-value]

    made = Jobs(make)
    yield made
    made.close()


def test_a_job_gives_its_result_in_the_windows_thread(qtbot: QtBot, jobs: Jobs) -> None:
    seen: list[threading.Thread] = []
    jobs.done.connect(lambda *args: seen.append(threading.current_thread()))
    with qtbot.waitSignal(jobs.done, timeout=5000) as done:
        assert jobs.start("add", lambda library, control, report: 1 + 1)
        assert jobs.running == "add"
    assert done.args == ["add", 2]
    assert seen == [threading.main_thread()]
    assert jobs.running == ""


def test_all_jobs_share_one_library_that_close_closes(qtbot: QtBot, jobs: Jobs, shelves: list[Shelf]) -> None:
    met: list[object] = []
    for _ in range(3):
        with qtbot.waitSignal(jobs.done, timeout=5000):
            jobs.start("meet", lambda library, control, report: met.append(library))
    assert jobs.close()
    assert met == shelves * 3
    assert [shelf.closed for shelf in shelves] == [1]


def test_one_at_a_time(qtbot: QtBot, jobs: Jobs) -> None:
    go = threading.Event()
    with qtbot.waitSignal(jobs.done, timeout=5000) as done:
        jobs.start("first", lambda library, control, report: go.wait(5))
        assert not jobs.start("second", lambda library, control, report: None)
        go.set()
    assert done.args == ["first", True]


def test_progress_is_polled_however_fast_it_comes_and_the_last_is_told(qtbot: QtBot, jobs: Jobs) -> None:
    told: list[int] = []
    jobs.progressed.connect(lambda name, progress: told.append(progress.done))

    def count(library: Library, control: Control, report: Report) -> None:
        for n in range(5000):
            report(Progress("counting", n, 5000, 0, n / 1000))

    with qtbot.waitSignal(jobs.done, timeout=5000):
        jobs.start("count", count)
    assert told[-1] == 4999
    assert len(told) < 5000 / EVERY_MS


def test_pause_holds_and_resume_goes_on(qtbot: QtBot, jobs: Jobs) -> None:
    passed: list[int] = []

    def walk(library: Library, control: Control, report: Report) -> str:
        for n in range(3):
            control.checkpoint()
            passed.append(n)
            if n == 0:
                first.set()
                paused.wait(5)
        return "there"

    first, paused = threading.Event(), threading.Event()
    with qtbot.waitSignal(jobs.done, timeout=5000) as done:
        jobs.start("walk", walk)
        assert first.wait(5)
        jobs.pause(True)
        paused.set()
        qtbot.wait(3 * EVERY_MS)
        assert passed == [0]
        jobs.pause(False)
    assert done.args == ["walk", "there"]
    assert passed == [0, 1, 2]


def loop(library: Library, control: Control, report: Report) -> None:
    while True:
        control.checkpoint()


def test_cancel_stops(qtbot: QtBot, jobs: Jobs) -> None:
    with qtbot.waitSignal(jobs.stopped, timeout=5000) as stopped:
        jobs.start("loop", loop)
        jobs.cancel()
    assert stopped.args == ["loop"]
    assert jobs.running == ""


def test_cancel_stops_a_paused_job(qtbot: QtBot, jobs: Jobs) -> None:
    with qtbot.waitSignal(jobs.stopped, timeout=5000):
        jobs.start("loop", loop)
        jobs.pause(True)
        jobs.cancel()


@pytest.mark.parametrize("error", [ValueError("oh"), SystemExit(3)])
def test_failure_is_told_and_the_next_job_runs(qtbot: QtBot, jobs: Jobs, error: BaseException) -> None:
    def fail(library: Library, control: Control, report: Report) -> None:
        raise error

    with qtbot.waitSignal(jobs.failed, timeout=5000) as failed:
        jobs.start("fail", fail)
    assert failed.args == ["fail", error]
    with qtbot.waitSignal(jobs.done, timeout=5000):
        assert jobs.start("next", lambda library, control, report: None)


def test_a_library_that_cannot_be_opened_fails_the_job(qtbot: QtBot) -> None:
    def make() -> Library:
        raise OSError("no disk")

    jobs = Jobs(make)
    with qtbot.waitSignal(jobs.failed, timeout=5000) as failed:
        jobs.start("scan", loop)
    assert "no disk" in str(failed.args)
    assert jobs.close()


def test_close_stops_what_runs(jobs: Jobs, shelves: list[Shelf]) -> None:
    jobs.start("loop", loop)
    assert jobs.close()
    assert [shelf.closed for shelf in shelves] == [1]


def test_close_waits_no_longer_than_it_is_told(qtbot: QtBot, jobs: Jobs, shelves: list[Shelf]) -> None:
    go = threading.Event()
    jobs.start("deaf", lambda library, control, report: go.wait(5))
    assert not jobs.close(seconds=0.1)
    assert not any(shelf.closed for shelf in shelves)  # not under a job that still uses it
    go.set()
    assert jobs.close()
