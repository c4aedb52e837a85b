"""How one picture of a grid is painted: cropped to a rounded square, its caption and badge over it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QLinearGradient, QPainter, QPainterPath, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from photohash.gui.cuts import Cuts

GAP, ROUND = 3, 6  # pixels around a picture, and of its corners
CAPTION_FROM = 120  # pixels: smaller cells have no room for captions
CAPTION = Qt.ItemDataRole.UserRole + 1
BADGE = Qt.ItemDataRole.UserRole + 2
FOCUS = Qt.ItemDataRole.UserRole + 3  # what of the picture must be seen, in fractions of it


class Tile(QStyledItemDelegate):
    """Paints cells and section headers."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cuts = Cuts()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.draw(painter, option.rect, index, selected=False, current=False, palette=option.palette)

    def draw(
        self,
        painter: QPainter,
        cell: QRect,
        index: QModelIndex | QPersistentModelIndex,
        *,
        selected: bool,
        current: bool,
        palette: QPalette,
    ) -> None:
        """Paint one cell."""
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        accent = palette.color(QPalette.ColorRole.Highlight)
        inside = QRectF(cell).adjusted(GAP, GAP, -GAP, -GAP)
        if selected:
            inside = inside.adjusted(3, 3, -3, -3)
        thumb = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(thumb, QPixmap):
            square, ratio = _square(thumb, index.data(FOCUS)), painter.device().devicePixelRatioF()
            painter.drawPixmap(inside.topLeft(), self._cuts.get(thumb, square, round(inside.width()), ROUND, ratio))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))
            painter.drawRoundedRect(inside, ROUND, ROUND)
        caption, badge = str(index.data(CAPTION) or ""), str(index.data(BADGE) or "")
        if caption and inside.width() >= CAPTION_FROM:
            self._caption(painter, inside, caption)
        if badge:
            self._badge(painter, inside, badge)
        if selected or current:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(accent, 3 if selected else 1.5))
            painter.drawRoundedRect(inside.adjusted(-2, -2, 2, 2), ROUND + 1, ROUND + 1)
        painter.restore()

    def header(self, painter: QPainter, place: QRect, title: str, palette: QPalette) -> None:
        """Paint a section's title."""
        painter.save()
        font = QFont(painter.font())
        font.setPointSizeF(font.pointSizeF() * 1.15)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        text = place.adjusted(GAP + 2, 0, 0, -6)
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, title)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(176, 176)

    def _caption(self, painter: QPainter, inside: QRectF, caption: str) -> None:
        band = QRectF(inside.left(), inside.bottom() - 34, inside.width(), 34)
        outline = QPainterPath()
        outline.addRoundedRect(inside, ROUND, ROUND)
        painter.setClipPath(outline)
        shade = QLinearGradient(band.topLeft(), band.bottomLeft())
        shade.setColorAt(0, QColor(0, 0, 0, 0))
        shade.setColorAt(1, QColor(0, 0, 0, 165))
        painter.fillRect(band, shade)
        painter.setPen(QColor("white"))
        text = painter.fontMetrics().elidedText(caption, Qt.TextElideMode.ElideMiddle, int(inside.width()) - 16)
        painter.drawText(band.adjusted(8, 0, -8, -6), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, text)
        painter.setClipping(False)

    def _badge(self, painter: QPainter, inside: QRectF, badge: str) -> None:
        width = painter.fontMetrics().horizontalAdvance(badge) + 14
        height = painter.fontMetrics().height() + 4
        place = QRectF(inside.right() - width - 6, inside.top() + 6, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 150))
        painter.drawRoundedRect(place, height / 2, height / 2)
        painter.setPen(QColor("white"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, badge)


def _square(thumb: QPixmap, focus: QPointF | None = None) -> QRectF:
    """The largest square around a focus, or else in the middle; of a tall picture rather above it, where heads are."""
    side = min(thumb.width(), thumb.height())
    across, down = thumb.width() - side, thumb.height() - side
    if focus is None:
        return QRectF(across / 2, down / 6, side, side)
    left, top = focus.x() * thumb.width() - side / 2, focus.y() * thumb.height() - side / 2
    return QRectF(max(0.0, min(across, left)), max(0.0, min(down, top)), side, side)
