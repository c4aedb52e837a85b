"""Thumbnails for views: asked for while painting, read in one thread, kept up to so many bytes."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

TOGETHER = 16  # read between two looks at what is wished for now
LIMIT = 96 << 20  # bytes of pixels

Read = Callable[[Sequence[int]], dict[int, bytes]]

log = logging.getLogger(__name__)


class Thumbs(QObject):
    """Pixmaps by id. `get` gives one at once or None, and wishes for it then; `ready` tells which came.

    What a paint lacked replaces what earlier paints lacked, so that fast scrolling never queues up what is no longer
    seen. `read` gives the JPEG bytes of ids and is called in a thread of its own.
    """

    ready = Signal(list)
    _loaded = Signal(object)

    def __init__(self, read: Read, limit: int = LIMIT, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._limit = limit
        self._held: OrderedDict[int, QPixmap] = OrderedDict()
        self._bytes = 0
        self._least = 1
        self._absent: set[int] = set()
        self._reading: set[int] = set()
        self._missed: list[int] = []
        self._wanted: list[int] = []
        self._changed = threading.Condition()
        self._closing = False
        self._flush = QTimer(self)
        self._flush.setSingleShot(True)
        self._flush.setInterval(0)
        self._flush.timeout.connect(self._wish)
        self._loaded.connect(self._keep)
        self._thread = threading.Thread(target=self._run, name="thumbnails", daemon=True)
        self._thread.start()

    def get(self, number: int) -> QPixmap | None:
        """The thumbnail of an id, or None while it is not there."""
        held = self._held.get(number)
        if held is not None:
            self._held.move_to_end(number)
            return held
        if number not in self._absent:
            self._missed.append(number)
            if not self._flush.isActive():
                self._flush.start()
        return None

    def hold(self, number: int) -> None:
        """Keep at least twice so many, whatever the limit: a view that shows more than fits would read for ever."""
        self._least = max(self._least, 2 * number)

    def look_again(self) -> None:
        """Ask anew for what was not there, as a scan may have made it."""
        self._absent.clear()

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()

    def _wish(self) -> None:
        with self._changed:
            missed, self._missed = dict.fromkeys(self._missed), []
            here = self._reading | self._held.keys() | self._absent
            self._wanted = [number for number in missed if number not in here]
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._closing)
                if self._closing:
                    return
                part, self._wanted = self._wanted[:TOGETHER], self._wanted[TOGETHER:]
                self._reading.update(part)
            try:
                found = {number: QImage.fromData(raw) for number, raw in self._read(part).items()}
            except Exception:  # a database that is busy or damaged must not end the thread
                log.exception("thumbnails")
                found = {}
            if not self._closing:
                self._loaded.emit([(number, found.get(number)) for number in part])

    def _keep(self, loaded: list[tuple[int, QImage | None]]) -> None:
        with self._changed:
            self._reading.difference_update(number for number, _ in loaded)
        for number, image in loaded:
            if image is None or image.isNull():
                self._absent.add(number)
                continue
            pixmap = QPixmap.fromImage(image)
            if number not in self._held:
                self._bytes += 4 * pixmap.width() * pixmap.height()
            self._held[number] = pixmap
        while self._bytes > self._limit and len(self._held) > self._least:
            _, oldest = self._held.popitem(last=False)
            self._bytes -= 4 * oldest.width() * oldest.height()
        self.ready.emit([number for number, _ in loaded])
