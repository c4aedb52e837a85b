"""The faces of a picture in a row: one or several of them are picked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPalette, QPen, QPixmap
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

SIDE, ROUND = 76, 10  # pixels of a chip and of its corners
STYLE = """
QListWidget { background: transparent; }
QScrollBar:horizontal { height: 8px; background: transparent; margin: 0; }
QScrollBar::handle:horizontal { border-radius: 3px; background: palette(mid); min-width: 40px; margin: 1px; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""


class Chip(QStyledItemDelegate):
    """Paints a face as a rounded square, ringed where it is picked."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        inside = QRectF(0, 0, SIDE - 10, SIDE - 10)
        inside.moveCenter(QRectF(option.rect).center())
        outline = QPainterPath()
        outline.addRoundedRect(inside, ROUND, ROUND)
        picked = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setClipPath(outline)
        painter.setOpacity(1.0 if picked else 0.55)
        face = index.data(Qt.ItemDataRole.UserRole)
        painter.fillPath(outline, option.palette.color(QPalette.ColorRole.AlternateBase))
        if isinstance(face, QPixmap) and not face.isNull():
            painter.drawPixmap(inside, face, QRectF(face.rect()))
        painter.setClipping(False)
        painter.setOpacity(1.0)
        accent = option.palette.color(QPalette.ColorRole.Highlight)
        if picked:
            painter.setPen(QPen(accent, 3))
            painter.drawRoundedRect(inside.adjusted(-1.5, -1.5, 1.5, 1.5), ROUND + 1, ROUND + 1)
        elif option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(accent, 1.2, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(inside, ROUND, ROUND)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(SIDE, SIDE)


class Chips(QListWidget):
    """A row of faces. A click picks one face, with Ctrl another one; `picked` carries the numbers of all picked."""

    picked = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Faces in the picture"))
        self.setFlow(QListWidget.Flow.LeftToRight)
        self.setWrapping(False)
        self.setItemDelegate(Chip(self))
        self.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setStyleSheet(STYLE)
        self.setFixedHeight(SIDE + 14)
        self.itemSelectionChanged.connect(self._changed)

    def show_faces(self, faces: Sequence[QImage], picked: Sequence[int]) -> None:
        """Show these faces, some of them picked."""
        with QSignalBlocker(self):
            self.clear()
            for number, face in enumerate(faces):
                item = QListWidgetItem()
                item.setData(Qt.ItemDataRole.UserRole, QPixmap.fromImage(face))
                name = self.tr("Face {number} of {count}").format(number=number + 1, count=len(faces))
                item.setData(Qt.ItemDataRole.AccessibleTextRole, name)
                item.setToolTip(self.tr("Look for this person; Ctrl+click picks several"))
                self.addItem(item)
            for number in picked:
                self.item(number).setSelected(True)
            if picked:
                self.setCurrentRow(picked[0])
                for number in picked:
                    self.item(number).setSelected(True)

    def numbers(self) -> list[int]:
        """The picked faces, from the left."""
        return sorted(self.row(item) for item in self.selectedItems())

    def _changed(self) -> None:
        self.picked.emit(self.numbers())
