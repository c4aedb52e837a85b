"""Pictures cut to the size of their cells once, and then only copied to the screen."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPixmap

LIMIT = 64 << 20  # bytes


class Cuts:
    """Squares of pixmaps with round corners. To scale and clip one takes twenty times as long as to copy it."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._held: OrderedDict[tuple[int, float, float, int, float], QPixmap] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._held)

    def get(self, picture: QPixmap, square: QRectF, side: int, radius: float, ratio: float) -> QPixmap:
        """A square of a picture at `side` logical pixels, `ratio` pixels of the screen to each."""
        key = picture.cacheKey(), square.left(), square.top(), side, ratio
        held = self._held.get(key)
        if held is not None:
            self._held.move_to_end(key)
            return held
        made = self._held[key] = _rounded(picture, square, max(1, round(side * ratio)), radius * ratio)
        made.setDevicePixelRatio(ratio)
        self._bytes += 4 * made.width() * made.height()
        while self._bytes > self._limit and len(self._held) > 1:
            _, old = self._held.popitem(last=False)
            self._bytes -= 4 * old.width() * old.height()
        return made


def _rounded(picture: QPixmap, square: QRectF, side: int, radius: float) -> QPixmap:
    """A square in pixels of the screen; where it shrinks much, by the mean of its pixels, so that no edge is jagged."""
    if square.width() >= 1.5 * side:
        ignore, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        picture = picture.copy(square.toRect()).scaled(side, side, ignore, smooth)
        square = QRectF(picture.rect())
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(made.rect()), radius, radius)
    painter.setClipPath(outline)
    painter.drawPixmap(QRectF(made.rect()), picture, square)
    painter.end()
    return made
