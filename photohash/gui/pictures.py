"""Whole pictures for the viewer, as QImage: made in a thread, for only there they may take their time."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from photohash.media.decode import decode
from photohash.media.errors import Undecodable

SIDE = 4096  # pixels at most: sharp at 100 % for most cameras, 64 MB at the worst
LEAST = 512  # pixels: the smallest of the copies


def levels(path: Path) -> list[QImage] | str:
    """The upright picture of a file, at most SIDE pixels, and copies each half as large; or why there is none.

    Whoever paints takes the copy that is just larger than what is seen: to shrink further than by half while painting
    would leave out pixels, and show jagged edges.
    """
    try:
        pixels = decode(path, SIDE).pixels
    except Undecodable as error:
        return error.reason
    except OSError as error:
        return f"{path} cannot be read ({error.strerror or error})."
    height, width = pixels.shape[:2]
    raw = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    made = [raw.convertToFormat(QImage.Format.Format_RGB32)]  # what a pixmap is made of without another copy
    while max(made[-1].width(), made[-1].height()) >= 2 * LEAST:
        half = QSize(max(1, made[-1].width() // 2), max(1, made[-1].height() // 2))
        made.append(
            made[-1].scaled(half, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        )
    return made
