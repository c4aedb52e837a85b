"""One thread that does what was asked last; what was asked before and not begun is dropped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

log = logging.getLogger(__name__)


class Latest(QObject):
    """`ready` carries what was asked and what came of it: what `work` gave, or the exception it raised.

    `work` is only ever called in the one thread, so it may own a database.
    """

    ready = Signal(object, object)

    def __init__(self, name: str, work: Callable[[Any], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._asked: list[object] = []  # one at most
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def ask(self, wanted: object) -> None:
        """Do this next, in place of what was asked before."""
        with self._changed:
            self._asked = [wanted]
            self._changed.notify_all()

    def close(self) -> None:
        """Wait for what is being done, and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._asked or self._closing)
                if self._closing:
                    return
                wanted = self._asked.pop()
            try:
                found = self._work(wanted)
            except Exception as error:
                log.exception("%s", self._thread.name)
                found = error
            if not self._closing:
                self.ready.emit(wanted, found)
