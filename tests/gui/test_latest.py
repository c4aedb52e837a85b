from __future__ import annotations

import threading

from pytestqt.qtbot import QtBot

from photohash.gui.latest import Latest


def test_the_last_asked_is_done_and_those_between_are_dropped(qtbot: QtBot) -> None:
    go, done = threading.Event(), []

    def work(wanted: int) -> int:
        assert go.wait(5)
        done.append((wanted, threading.current_thread().name))
        return wanted * 10

    latest, came = Latest("tens", work), []
    latest.ready.connect(lambda asked, found: came.append((asked, found, threading.current_thread().name)))
    latest.ask(1)
    qtbot.waitUntil(lambda: not latest._asked, timeout=5000)
    for wanted in (2, 3, 4):
        latest.ask(wanted)
    go.set()
    qtbot.waitUntil(lambda: len(came) == 2, timeout=5000)
    latest.close()
    assert done == [(1, "tens"), (4, "tens")]
    assert came == [(1, 10, "MainThread"), (4, 40, "MainThread")]


def test_an_exception_is_an_answer_and_the_next_is_done(qtbot: QtBot) -> None:
    latest = Latest("halves", lambda wanted: 1 / wanted)
    for wanted, kind in ((0, ZeroDivisionError), (2, float)):
        with qtbot.waitSignal(latest.ready, timeout=5000) as ready:
            latest.ask(wanted)
        assert ready.args is not None
        assert isinstance(ready.args[1], kind)
    latest.close()


def test_nothing_is_told_after_close(qtbot: QtBot) -> None:
    begun, go = threading.Event(), threading.Event()

    def work(wanted: int) -> int:
        begun.set()
        assert go.wait(5)
        return wanted

    latest = Latest("slow", work)
    latest.ask(1)
    assert begun.wait(5)
    threading.Timer(0.05, go.set).start()
    with qtbot.assertNotEmitted(latest.ready, wait=50):
        latest.close()
    assert not latest._thread.is_alive()
