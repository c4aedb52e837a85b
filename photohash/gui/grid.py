"""The one grid of pictures: a model of ids in sections, a view that lays out and paints only what is seen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QRegion, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QWidget

from photohash.gui.thumbs import Thumbs
from photohash.gui.tile import Tile

ID = Qt.ItemDataRole.UserRole
CAPTION = Qt.ItemDataRole.UserRole + 1
BADGE = Qt.ItemDataRole.UserRole + 2

LEAST, MOST, USUAL = 96, 360, 176  # pixels of a cell's side
HEADER, MARGIN = 44, 12

Index = QModelIndex | QPersistentModelIndex

NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Section:
    """Items from `start` on, under a title; no title takes no room."""

    start: int
    title: str


class GridModel(QAbstractListModel):
    """Ids of photos or faces in order, in sections; captions and badges by id for those that have some."""

    def __init__(self, thumbs: Thumbs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.thumbs = thumbs
        self.ids: NDArray[np.int64] = np.empty(0, np.int64)
        self.sections: tuple[Section, ...] = (Section(0, ""),)
        self._captions: dict[int, str] = {}
        self._badges: dict[int, str] = {}
        self._rows: dict[int, int] | None = None
        thumbs.ready.connect(self._came)

    def show(
        self,
        ids: NDArray[np.int64],
        sections: Sequence[Section] = (),
        captions: dict[int, str] | None = None,
        badges: dict[int, str] | None = None,
    ) -> None:
        """Show these items instead."""
        self.beginResetModel()
        self.ids, self.sections = ids, tuple(sections) or (Section(0, ""),)
        self._captions, self._badges = captions or {}, badges or {}
        self._rows = None
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        if not index.isValid():
            return None
        number = int(self.ids[index.row()])
        if role == ID:
            return number
        if role in (CAPTION, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._captions.get(number, "")
        if role == BADGE:
            return self._badges.get(number, "")
        return self.thumbs.get(number) if role == Qt.ItemDataRole.DecorationRole else None

    def row_of(self, number: int) -> int | None:
        """Where an id stands."""
        if self._rows is None:
            self._rows = {int(each): row for row, each in enumerate(self.ids.tolist())}
        return self._rows.get(number)

    def section_at(self, row: int) -> Section:
        """The section of a row."""
        return self.sections[bisect_right([section.start for section in self.sections], row) - 1]

    def _came(self, numbers: list[int]) -> None:
        for number in numbers:
            row = self.row_of(number)
            if row is not None:
                index = self.index(row)
                self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])


class GridView(QAbstractItemView):
    """Square cells in rows under section headers. Emits `opened` with an id on Return or a double click."""

    opened = Signal(int)
    resized = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cell = USUAL
        self._columns = 1
        self._starts: NDArray[np.int64] = np.zeros(1, np.int64)
        self._tops: NDArray[np.int64] = np.zeros(2, np.int64)
        self._tile = Tile(self)
        self.setItemDelegate(self._tile)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.activated.connect(self._open)

    # -- layout ------------------------------------------------------------------------------------------------------

    @property
    def cell(self) -> int:
        """The side of a cell in pixels."""
        return self._cell

    def set_cell(self, side: int) -> None:
        """Make cells larger or smaller; what stands at the top stays in sight."""
        side = max(LEAST, min(MOST, side))
        if side != self._cell:
            first = self.indexAt(QPoint(MARGIN + 4, HEADER + 4))
            self._cell = side
            self._lay_out()
            if first.isValid():
                self.scrollTo(first, QAbstractItemView.ScrollHint.PositionAtTop)
            self.resized.emit(side)

    def setModel(self, model: GridModel | None) -> None:  # type: ignore[override]
        super().setModel(model)
        if model:
            model.modelReset.connect(self._lay_out)
        self._lay_out()

    def grid(self) -> GridModel:
        """The model, of this one kind."""
        model = self.model()
        assert isinstance(model, GridModel)
        return model

    def _lay_out(self) -> None:
        width = self.viewport().width() - 2 * MARGIN
        self._columns = max(1, width // self._cell)
        if isinstance(self.model(), GridModel):
            sections, count = self.grid().sections, len(self.grid().ids)
            self._starts = np.array([section.start for section in sections], np.int64)
            sizes = np.diff(np.append(self._starts, count))
            headers = np.array([HEADER if section.title else 0 for section in sections])
            heights = headers + -(-sizes // self._columns) * self._cell
            self._tops = np.concatenate([[0], np.cumsum(heights)]) + MARGIN
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(24, self._cell // 3))
        bar.setRange(0, max(0, int(self._tops[-1]) + MARGIN - self.viewport().height()))
        self.viewport().update()

    def _section(self, row: int) -> int:
        return int(np.searchsorted(self._starts, row, "right")) - 1

    def _header(self, section: int) -> int:
        return HEADER if self.grid().sections[section].title else 0

    def _place(self, row: int) -> QRect:
        """Where a row's cell is on the whole sheet."""
        section = self._section(row)
        line, column = divmod(row - int(self._starts[section]), self._columns)
        top = int(self._tops[section]) + self._header(section) + line * self._cell
        return QRect(MARGIN + column * self._cell, top, self._cell, self._cell)

    def _first_row(self, y: int) -> int:
        """The first row whose cell ends below the height y of the sheet."""
        section = max(0, min(len(self._starts) - 1, int(np.searchsorted(self._tops, y, "right")) - 1))
        line = max(0, (y - int(self._tops[section]) - self._header(section)) // self._cell)
        return min(int(self._starts[section]) + line * self._columns, max(0, len(self.grid().ids) - 1))

    def visible_rows(self) -> range:
        """The rows that are on the screen."""
        if not len(self.grid().ids):
            return range(0)
        top = self.verticalOffset()
        first, last = self._first_row(top), self._first_row(top + self.viewport().height())
        return range(first, min(len(self.grid().ids), last + self._columns))

    # -- what QAbstractItemView asks of a view -----------------------------------------------------------------------

    def visualRect(self, index: QModelIndex) -> QRect:  # type: ignore[override]
        return self._place(index.row()).translated(0, -self.verticalOffset()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        if isinstance(self.model(), GridModel):
            for row in self.visible_rows():
                if self._place(row).translated(0, -self.verticalOffset()).contains(point):
                    return self.model().index(row, 0)
        return QModelIndex()

    def scrollTo(  # type: ignore[override]
        self, index: QModelIndex, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid():
            return
        place, bar, height = self._place(index.row()), self.verticalScrollBar(), self.viewport().height()
        top = place.top() - self._header(self._section(index.row()))
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(place.center().y() - height // 2)
        elif hint == QAbstractItemView.ScrollHint.PositionAtTop or place.top() < bar.value():
            bar.setValue(top)
        elif place.bottom() > bar.value() + height:
            bar.setValue(place.bottom() - height + MARGIN)

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def isIndexHidden(self, index: QModelIndex) -> bool:  # type: ignore[override]
        return False

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        count = len(self.grid().ids)
        if not count:
            return QModelIndex()
        row = max(0, self.currentIndex().row())
        actions = QAbstractItemView.CursorAction
        if action in (actions.MoveUp, actions.MoveDown, actions.MovePageUp, actions.MovePageDown):
            row = self._row_beyond(row, action)
        else:
            row = {
                actions.MoveLeft: row - 1,
                actions.MovePrevious: row - 1,
                actions.MoveRight: row + 1,
                actions.MoveNext: row + 1,
                actions.MoveHome: 0,
                actions.MoveEnd: count - 1,
            }[action]
        return self.model().index(max(0, min(count - 1, row)), 0)

    def _row_beyond(self, row: int, action: QAbstractItemView.CursorAction) -> int:
        """The row above or below, by a line or a page, in the same column where there is one."""
        place, actions = self._place(row), QAbstractItemView.CursorAction
        page = max(self._cell, self.viewport().height() - self._cell)
        by = self._cell if action in (actions.MoveUp, actions.MoveDown) else page
        up = action in (actions.MoveUp, actions.MovePageUp)
        y = place.center().y() + (-by if up else by)
        section = self._section(row)
        inside = int(self._tops[section]) + self._header(section) <= y < int(self._tops[section + 1])
        if not inside and by == self._cell:  # step over the header
            y += -self._header(section) if up else self._header(min(section + 1, len(self._starts) - 1))
        first = self._first_row(max(0, y))
        column = (place.left() - MARGIN) // self._cell
        there = self._section(first)
        end = int(np.append(self._starts, len(self.grid().ids))[there + 1]) - 1
        return min(first + column, end)

    def setSelection(self, rect: QRect, command: Any) -> None:  # noqa: ANN401
        chosen = QItemSelection()
        wanted = rect.normalized().translated(0, self.verticalOffset())
        first, last = self._first_row(wanted.top()), self._first_row(wanted.bottom()) + self._columns
        for row in range(first, min(last, len(self.grid().ids))):
            if self._place(row).intersects(wanted):
                index = self.model().index(row, 0)
                chosen.select(index, index)
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: Any) -> QRegion:  # noqa: ANN401
        region = QRegion()
        seen = self.visible_rows()
        for part in selection:
            for row in range(max(part.top(), seen.start), min(part.bottom() + 1, seen.stop)):
                region += self.visualRect(self.model().index(row, 0))
        return region

    # -- events ------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        if not isinstance(self.model(), GridModel) or not len(self.grid().ids):
            return
        rows, chosen = self.visible_rows(), self.selectionModel()
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        for row in rows:
            index = self.model().index(row, 0)
            self._tile.draw(
                painter,
                self.visualRect(index),
                index,
                selected=chosen.isSelected(index),
                current=self.hasFocus() and index == self.currentIndex(),
                palette=self.palette(),
            )
        for section in range(self._section(rows.start), self._section(rows.stop - 1) + 1):
            title = self.grid().sections[section].title
            if title:
                top = int(self._tops[section]) - self.verticalOffset()
                self._tile.header(
                    painter, QRect(MARGIN, top, self.viewport().width() - 2 * MARGIN, HEADER), title, self.palette()
                )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        self._lay_out()

    def dataChanged(self, first: QModelIndex, last: QModelIndex, roles: Sequence[int] = ()) -> None:  # type: ignore[override]
        self.viewport().update(self.visualRect(first))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_cell(self._cell + (16 if event.angleDelta().y() > 0 else -16))
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(int(index.data(ID)))

    def chosen(self) -> list[int]:
        """The ids that are selected, in order."""
        return [int(index.data(ID)) for index in sorted(self.selectionModel().selectedIndexes(), key=lambda i: i.row())]

    def sizeHint(self) -> QSize:
        return QSize(900, 600)
