"""Only the last wish counts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from photohash.flow import Control
from photohash.gui.jobs import Job, Jobs
from photohash.gui.searching import Searching
from photohash.types import UserError


class Nothing:
    """A library that is only opened and closed."""

    def __exit__(self, *exception: object) -> None: ...


@pytest.fixture
def searching(qtbot: QtBot) -> Iterator[Searching]:
    jobs = Jobs(Nothing)  # type: ignore[arg-type]
    made = Searching(jobs)
    yield made
    jobs.close()


def giving(result: object) -> Job:
    return lambda library, control, report: result


def waiting(begun: threading.Event) -> Job:
    def job(library: Any, control: Control, report: Callable[..., None]) -> str:  # noqa: ANN401
        begun.set()
        while True:
            control.checkpoint()
            threading.Event().wait(0.01)

    return job


def test_a_result_is_handed_over(searching: Searching, qtbot: QtBot) -> None:
    got: list[object] = []
    busy: list[bool] = []
    searching.busy.connect(busy.append)
    searching.ask(giving(7), got.append)
    qtbot.waitUntil(lambda: got == [7], timeout=5000)
    assert busy == [True, False]


def test_a_new_wish_takes_the_place_of_the_old_ones(searching: Searching, qtbot: QtBot) -> None:
    got: list[object] = []
    begun = threading.Event()
    searching.ask(waiting(begun), got.append)
    assert begun.wait(5)
    searching.ask(giving("second"), got.append)
    searching.ask(giving("third"), got.append)
    qtbot.waitUntil(lambda: got == ["third"], timeout=5000)


def test_stopping_drops_what_is_found(searching: Searching, qtbot: QtBot) -> None:
    got: list[object] = []
    begun = threading.Event()
    with qtbot.waitSignals([searching.busy, searching.busy], timeout=5000):
        searching.ask(waiting(begun), got.append)
        assert begun.wait(5)
        searching.stop()
    assert got == []


def test_what_fails_is_told_and_the_next_wish_is_done(searching: Searching, qtbot: QtBot) -> None:
    def failing(library: object, control: Control, report: object) -> None:
        raise UserError("No.")

    got: list[object] = []
    with qtbot.waitSignal(searching.failed, timeout=5000) as failed:
        searching.ask(failing, got.append)
    assert str(failed.args[0]) == "No."
    searching.ask(giving(1), got.append)
    qtbot.waitUntil(lambda: got == [1], timeout=5000)
