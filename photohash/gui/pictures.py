"""Whole pictures for the viewer, decoded in a thread; only the last wish counts."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from photohash.media.decode import decode
from photohash.media.errors import Undecodable

SIDE = 4096  # pixels at most: sharp at 100 % for most cameras, 64 MB at the worst

log = logging.getLogger(__name__)


class Pictures(QObject):
    """`ready` carries the number that was wished for and a QImage, or a sentence that says why there is none."""

    ready = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wish: tuple[int, Path] | None = None
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="pictures", daemon=True)
        self._thread.start()

    def wish(self, number: int, path: Path) -> None:
        """Ask for the picture of a file in place of what was asked for before."""
        with self._changed:
            self._wish = number, path
            self._changed.notify_all()

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wish or self._closing)
                if self._closing:
                    return
                assert self._wish
                (number, path), self._wish = self._wish, None
            found: QImage | str
            try:
                found = image(path)
            except Undecodable as error:
                found = error.reason
            except OSError as error:
                found = f"{path} cannot be read ({error.strerror or error})."
            except Exception as error:
                log.exception("picture %s", path)
                found = str(error)
            if not self._closing:
                self.ready.emit(number, found)


def image(path: Path) -> QImage:
    """The upright picture of a file, as QImage of at most SIDE pixels."""
    pixels = decode(path, SIDE).pixels
    height, width = pixels.shape[:2]
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
