from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from photohash.flow import Cancelled, Control, ahead, grouped


def test_results_keep_their_order() -> None:
    def slow_first(n: int) -> int:
        time.sleep(0.02 if n == 0 else 0)
        return n * n

    assert list(ahead(slow_first, range(20), workers=4, depth=8)) == [n * n for n in range(20)]


def test_never_more_than_depth_ahead_of_the_reader() -> None:
    pulled: list[int] = []

    def source() -> Iterator[int]:
        for n in range(50):
            pulled.append(n)
            yield n

    for read, _ in enumerate(ahead(lambda n: n, source(), workers=2, depth=5), 1):
        assert len(pulled) <= read + 5


def test_the_source_is_pulled_by_the_readers_thread() -> None:
    threads = set()

    def source() -> Iterator[int]:
        for n in range(5):
            threads.add(threading.current_thread())
            yield n

    list(ahead(lambda n: n, source(), workers=2, depth=2))
    assert threads == {threading.current_thread()}


def test_an_error_reaches_the_reader_and_leaves_no_thread() -> None:
    def fail(n: int) -> int:
        if n == 3:
            raise ValueError("three")
        return n

    with pytest.raises(ValueError, match="three"):
        list(ahead(fail, range(10), workers=2, depth=4))


def test_leaving_the_loop_stops_the_work() -> None:
    done: list[int] = []
    for n in ahead(lambda n: done.append(n) or n, range(1000), workers=1, depth=3):
        if n == 5:
            break
    assert len(done) < 20


def test_groups_lose_nothing() -> None:
    assert list(grouped(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(grouped([], 3)) == []


def test_cancel_wakes_a_paused_job() -> None:
    control = Control()
    control.pause()
    raised = threading.Event()

    def job() -> None:
        try:
            control.checkpoint()
        except Cancelled:
            raised.set()

    thread = threading.Thread(target=job)
    thread.start()
    assert not raised.wait(0.05)
    control.cancel()
    assert raised.wait(1)
    thread.join()


def test_resume_lets_a_paused_job_go_on() -> None:
    control = Control()
    control.pause()
    threading.Timer(0.05, control.resume).start()
    control.checkpoint()
