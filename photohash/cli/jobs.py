"""Running a job from the shell: a progress line, and Ctrl+C that stops within a second."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from photohash.flow import Control
from photohash.types import Progress

Result = TypeVar("Result")

INTERRUPTED = 130  # the shell's own code for Ctrl+C
PATIENCE = 0.8  # seconds that a job has to reach its next checkpoint after Ctrl+C


def run(job: Callable[[Control], Result]) -> Result:
    """Run the job in a thread and wait; raises what it raised, and ends the program on Ctrl+C.

    A job that does not reach a checkpoint in time is left behind with the process: everything written is in
    transactions, so that is as safe as any other end.
    """
    control = Control()
    results: list[Result] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(job(control))
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work, name="job", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.1)
    except KeyboardInterrupt:
        control.cancel()
        thread.join(PATIENCE)
        sys.stderr.write("\nStopped. Everything found so far is kept; the same command goes on from here.\n")
        sys.stderr.flush()
        os._exit(INTERRUPTED)
    if errors:
        raise errors[0]
    return results[0]


class ProgressLine:
    """One line on the terminal, rewritten at most five times a second; elsewhere a line every ten seconds."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._every = 0.2 if self._terminal else 10.0
        self._last = float("-inf")
        self._width = 0
        self._stage = ""

    def __call__(self, progress: Progress) -> None:
        """Show the progress."""
        now = time.monotonic()
        last = progress.stage == "done"
        if now - self._last < self._every and progress.stage == self._stage:
            return
        self._last, self._stage = now, progress.stage
        text = describe(progress)
        if self._terminal:
            sys.stderr.write("\r" + text.ljust(self._width) + ("\n" if last else ""))
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()
        self._width = len(text)


def describe(progress: Progress) -> str:
    """The progress in words: stage, done of total, photos per second, time left, failures."""
    if not progress.total:
        return progress.stage
    parts = [f"{progress.stage} {progress.done:,} of {progress.total:,}"]
    rate = progress.done / progress.seconds if progress.seconds else 0.0
    if rate:
        parts.append(f"{rate:.1f} photos/s")
    if progress.done < progress.total and rate:
        parts.append(f"{duration((progress.total - progress.done) / rate)} left")
    if progress.failed:
        parts.append(f"{progress.failed:,} failed")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
