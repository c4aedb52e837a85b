"""One long job at a time in a thread of its own, with a library of its own; the window only polls how far it is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from photohash.flow import Cancelled, Control
from photohash.library import Library
from photohash.types import Progress

EVERY_MS = 100

Job = Callable[[Library, Control, Callable[[Progress], None]], Any]

log = logging.getLogger(__name__)


class Jobs(QObject):
    """Runs jobs on a library that `make` opens in the thread at the first of them.

    `progressed` carries the last Progress at most ten times a second, whatever the job reports; `done` the job's name
    and result, `failed` its name and exception, `stopped` its name. All four are emitted in the window's thread.
    """

    progressed = Signal(str, object)
    done = Signal(str, object)
    failed = Signal(str, object)
    stopped = Signal(str)
    started = Signal(str)

    def __init__(self, make: Callable[[], Library], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._library: Library | None = None
        self._thread: threading.Thread | None = None
        self._control = Control()
        self._name = ""
        self._progress: Progress | None = None
        self._shown: Progress | None = None
        self._ending: tuple[str, object] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._poll)

    @property
    def running(self) -> str:
        """The name of the job that is running, or nothing."""
        return self._name

    def start(self, name: str, job: Job) -> bool:
        """Start a job; False, and nothing happens, while another one runs."""
        if self._name:
            return False
        self._name, self._control = name, Control()
        self._progress = self._shown = self._ending = None
        self._thread = threading.Thread(target=self._work, args=(job, self._control), name=name, daemon=True)
        self._thread.start()
        self._timer.start()
        self.started.emit(name)
        return True

    def pause(self, paused: bool) -> None:
        """Hold the job at its next checkpoint, or let it go on."""
        if paused:
            self._control.pause()
        else:
            self._control.resume()

    def cancel(self) -> None:
        """Stop the job at its next checkpoint; what it has written stays."""
        self._control.cancel()

    def close(self, seconds: float = 10.0) -> bool:
        """Stop what runs and wait for it; whether it ended in time. What was written is safe either way."""
        self.cancel()
        if self._thread:
            self._thread.join(seconds)
        self._timer.stop()
        ended = not (self._thread and self._thread.is_alive())
        if ended and self._library:
            self._library.__exit__(None, None, None)
            self._library = None
        return ended

    def _work(self, job: Job, control: Control) -> None:
        try:
            if self._library is None:
                self._library = self._make()
            result = job(self._library, control, self._report)
        except Cancelled:
            self._ending = "stopped", None
        except BaseException as error:  # whatever ended it: the window must know that nothing runs any more
            log.exception("job %s", self._name)
            self._ending = "failed", error
        else:
            self._ending = "done", result

    def _report(self, progress: Progress) -> None:
        self._progress = progress

    def _poll(self) -> None:
        name, ending = self._name, self._ending
        if self._progress is not None and self._progress is not self._shown:
            self._shown = self._progress
            self.progressed.emit(name, self._shown)
        if ending is None:
            return
        if self._thread:
            self._thread.join()
        self._timer.stop()
        self._thread, self._name = None, ""
        how, what = ending
        if how == "done":
            self.done.emit(name, what)
        elif how == "failed":
            self.failed.emit(name, what)
        else:
            self.stopped.emit(name)
