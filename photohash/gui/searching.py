"""Searches run beside a scan, in a thread and a library of their own; only the last wish counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from photohash.gui.jobs import Job, Jobs


class Searching(QObject):
    """Asks one job at a time: a new one stops what runs, and what that found is dropped.

    `busy` says when searching begins and ends, `failed` carries the exception of the last wish.
    """

    busy = Signal(bool)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._next: tuple[Job, Callable[[Any], None]] | None = None
        self._then: Callable[[Any], None] | None = None
        jobs.done.connect(self._done)
        jobs.failed.connect(self._failed)
        jobs.stopped.connect(self._stopped)

    def ask(self, job: Job, then: Callable[[Any], None]) -> None:
        """Run a job and hand its result to `then`, in the window's thread."""
        self._next, self._then = (job, then), None
        if self._jobs.running:
            self._jobs.cancel()
        else:
            self._start()

    def stop(self) -> None:
        """Drop what is being searched."""
        self._next = self._then = None
        self._jobs.cancel()

    def _start(self) -> None:
        assert self._next
        (job, self._then), self._next = self._next, None
        self._jobs.start("search", job)
        self.busy.emit(True)

    def _ended(self) -> Callable[[Any], None] | None:
        """Begin what is next, or else give whoever waits for what has ended."""
        if self._next:
            self._start()
            return None
        then, self._then = self._then, None
        self.busy.emit(False)
        return then

    def _done(self, name: str, result: object) -> None:
        then = self._ended()
        if then:
            then(result)

    def _failed(self, name: str, error: BaseException) -> None:
        if self._ended():
            self.failed.emit(error)

    def _stopped(self) -> None:
        self._ended()
