"""A box drawn around a face by hand, on the whole picture."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QWidget

LEAST = 8  # pixels of the screen: less is a click by mistake


class Mark(QWidget):
    """`drawn` carries the box in fractions of the picture, x, y, width and height; `closed` when there is none."""

    drawn = Signal(tuple)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(self.tr("Draw a box around the face"))
        self._picture = QPixmap()
        self._begin: QPointF | None = None
        self._box = QRectF()
        self.hide()

    def show_picture(self, picture: QImage) -> None:
        """Show a picture to draw on."""
        self._picture = QPixmap.fromImage(picture)
        self._begin, self._box = None, QRectF()
        self.update()

    def _shown(self) -> QRectF:
        """Where the picture is on the widget."""
        room = QRectF(self.rect()).adjusted(16, 40, -16, -16)
        size = QSizeF(self._picture.size()).scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(QPointF(0, 0), size)
        place.moveCenter(room.center())
        return place

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        hint = self.tr("Draw a box around the face, from the forehead to the chin. Esc goes back.")
        painter.drawText(QRectF(0, 0, self.width(), 40), Qt.AlignmentFlag.AlignCenter, hint)
        if self._picture.isNull():
            return
        shown = self._shown()
        painter.drawPixmap(shown, self._picture, QRectF(self._picture.rect()))
        if not self._box.isEmpty():
            around = QPainterPath()
            around.addRect(shown)
            around.addRect(self._box)
            painter.fillPath(around, QColor(0, 0, 0, 130))
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2.5))
            painter.drawRoundedRect(self._box, 4, 4)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._begin = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._begin is not None:
            self._box = QRectF(self._begin, event.position()).normalized() & self._shown()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._begin is None:
            return
        self._begin = None
        box, shown = self._box, self._shown()
        if min(box.width(), box.height()) < LEAST:
            self._box = QRectF()
            self.update()
            return
        x, y = (box.left() - shown.left()) / shown.width(), (box.top() - shown.top()) / shown.height()
        self.drawn.emit((x, y, box.width() / shown.width(), box.height() / shown.height()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
