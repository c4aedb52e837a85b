"""The machinery of every long job: a control to pause and stop it, and two generators to pull work through threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Condition
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


class Cancelled(Exception):
    """The user asked the running job to stop."""


class Control:
    """Pause, resume and cancel for one job; safe to call from any thread."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._paused = self._cancelled = False

    def pause(self) -> None:
        """Hold the job at its next checkpoint."""
        self._set(paused=True)

    def resume(self) -> None:
        """Let a paused job go on."""
        self._set(paused=False)

    def cancel(self) -> None:
        """Stop the job at its next checkpoint; what it has written stays."""
        self._set(paused=False, cancelled=True)

    def checkpoint(self) -> None:
        """Wait while paused; raise Cancelled once cancelled."""
        with self._changed:
            self._changed.wait_for(lambda: not self._paused)
            if self._cancelled:
                raise Cancelled

    def _set(self, paused: bool, cancelled: bool = False) -> None:
        with self._changed:
            self._paused = paused
            self._cancelled |= cancelled
            self._changed.notify_all()


def ahead(work: Callable[[In], Out], items: Iterable[In], workers: int, depth: int) -> Generator[Out, None, None]:
    """Map in order on `workers` threads, never more than `depth` results ahead of the reader.

    `items` is pulled by the reader's own thread, so it may touch what only that thread may touch. Closing it cancels
    what has not begun and waits for what has.
    """
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Out]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) >= depth:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def grouped(items: Iterable[In], size: int) -> Iterator[list[In]]:
    """Lists of up to `size` items, in order."""
    group: list[In] = []
    for item in items:
        group.append(item)
        if len(group) >= size:
            yield group
            group = []
    if group:
        yield group
