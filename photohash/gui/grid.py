"""The one grid of pictures: a view that lays out and paints only what is seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDrag,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget

from photohash.gui.grid_model import ID, GridModel, Section
from photohash.gui.outgoing import mime
from photohash.gui.sheet import HEADER, MARGIN, lay_out
from photohash.gui.tile import Tile

__all__ = ["ID", "LEAST", "MOST", "GridModel", "GridView", "Section"]

LEAST, MOST, USUAL = 96, 360, 176  # pixels of a cell's side


class GridView(QAbstractItemView):
    """Square cells in lines under section headers. Emits `opened` with an id on Return or a double click."""

    opened = Signal(int)
    resized = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cell = USUAL
        self._sheet = lay_out([0], [False], 0, 0, USUAL)
        self._tile = Tile(self)
        self.files: Callable[[list[int]], list[Path]] = lambda numbers: []  # of ids, to be dragged or copied
        self.setItemDelegate(self._tile)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.activated.connect(self._open)

    # -- what is shown -----------------------------------------------------------------------------------------------

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

    def show_anew(self, ids: NDArray[np.int64], sections: Sequence[Section] = ()) -> None:
        """Show what these items have become; what is selected, current and in sight stays so."""
        model, bar = self.grid(), self.verticalScrollBar()
        if np.array_equal(ids, model.ids) and tuple(sections) == model.sections:
            return
        chosen, current = model.ids[self._chosen_rows()], self.currentIndex().data(ID)
        seen = self.visible_rows() if bar.value() else range(0)  # at the top it stays at the top
        top = [(int(model.ids[row]), self._sheet.place(row)[1] - bar.value()) for row in seen[:1]]
        model.show(ids, sections)
        for number, y in top:
            row = model.row_of(number)
            if row is not None:
                bar.setValue(self._sheet.place(row)[1] - y)
        self._choose(model.rows_of(chosen))
        row = None if current is None else model.row_of(current)
        if row is not None:
            self.selectionModel().setCurrentIndex(model.index(row), QItemSelectionModel.SelectionFlag.NoUpdate)

    def _choose(self, rows: NDArray[np.int64]) -> None:
        """Select rows that rise, run by run: a change of selection for each row would take minutes."""
        if not len(rows):
            return
        chosen, model = QItemSelection(), self.grid()
        for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
            chosen.select(model.index(int(run[0])), model.index(int(run[-1])))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.Select)

    def _chosen_rows(self) -> NDArray[np.int64]:
        runs = [np.arange(run.start, run.stop) for run in _runs(self.selectionModel().selection())]
        return np.sort(np.concatenate(runs)) if runs else np.empty(0, np.int64)

    def chosen(self) -> list[int]:
        """The ids that are selected, in order."""
        numbers: list[int] = self.grid().ids[self._chosen_rows()].tolist()
        return numbers

    # -- layout ------------------------------------------------------------------------------------------------------

    @property
    def cell(self) -> int:
        """The least side of a cell in pixels; they are stretched to fill the width."""
        return self._cell

    def set_cell(self, side: int) -> None:
        """Make cells larger or smaller; what stands at the top stays in sight."""
        side = max(LEAST, min(MOST, side))
        if side != self._cell:
            seen, atop = self.visible_rows(), self.verticalScrollBar().value() == 0
            self._cell = side
            self._lay_out()
            if len(seen) and not atop:
                self.scrollTo(self.model().index(seen.start, 0), QAbstractItemView.ScrollHint.PositionAtTop)
            self.resized.emit(side)

    def _lay_out(self) -> None:
        sections: tuple[Section, ...] = (Section(0, ""),)
        count = 0
        if isinstance(self.model(), GridModel):
            sections, count = self.grid().sections, len(self.grid().ids)
        starts, titled = [each.start for each in sections], [bool(each.title) for each in sections]
        self._sheet = lay_out(starts, titled, count, self.viewport().width(), self._cell)
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(24, self._sheet.cell // 3))
        bar.setRange(0, max(0, self._sheet.height - self.viewport().height()))
        self.viewport().update()

    def visible_rows(self) -> range:
        """The rows that are on the screen."""
        return self._sheet.between(self.verticalOffset(), self.verticalOffset() + self.viewport().height() - 1)

    # -- what QAbstractItemView asks of a view -----------------------------------------------------------------------

    def visualRect(self, index: QModelIndex) -> QRect:  # type: ignore[override]
        return self._rect(index.row()) if index.isValid() else QRect()

    def _rect(self, row: int) -> QRect:
        left, top = self._sheet.place(row)
        return QRect(left, top - self.verticalOffset(), self._sheet.cell, self._sheet.cell)

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._sheet.row_at(point.x(), point.y() + self.verticalOffset())
        return QModelIndex() if row is None else self.model().index(row, 0)

    def scrollTo(  # type: ignore[override]
        self, index: QModelIndex, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid():
            return
        bar, height, side = self.verticalScrollBar(), self.viewport().height(), self._sheet.cell
        top = self._sheet.place(index.row())[1]
        section = self._sheet.section(index.row())
        under_header = index.row() - self._sheet.starts[section] < self._sheet.columns
        head = self._sheet.heads[section] if under_header else 0
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(top + (side - height) // 2)
        elif hint == QAbstractItemView.ScrollHint.PositionAtTop or top < bar.value():
            bar.setValue(top - head)
        elif top + side > bar.value() + height:
            bar.setValue(top + side - height + MARGIN)

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def isIndexHidden(self, index: QModelIndex) -> bool:  # type: ignore[override]
        return False

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        count = self._sheet.count
        if not count:
            return QModelIndex()
        if not self.currentIndex().isValid():  # the first key goes to what is in sight
            return self.model().index(self.visible_rows().start, 0)
        row, line = self.currentIndex().row(), self._sheet.cell
        page = max(line, self.viewport().height() - line)
        actions = QAbstractItemView.CursorAction
        steps = {actions.MoveLeft: -1, actions.MovePrevious: -1, actions.MoveRight: 1, actions.MoveNext: 1}
        steps |= {actions.MoveHome: -count, actions.MoveEnd: count}
        lines = {actions.MoveUp: -line, actions.MoveDown: line}
        lines |= {actions.MovePageUp: -page, actions.MovePageDown: page}
        there = self._sheet.beyond(row, lines[action]) if action in lines else row + steps[action]
        return self.model().index(max(0, min(count - 1, there)), 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """A rectangle drawn with the mouse selects what it touches; Shift selects all between two cells."""
        chosen, grid, top = QItemSelection(), self.grid(), self.verticalOffset()
        if self.state() == QAbstractItemView.State.DragSelectingState:
            wanted = rect.normalized()
            for row in self._sheet.between(wanted.top() + top, wanted.bottom() + top):
                if self._rect(row).intersects(wanted):
                    chosen.select(grid.index(row), grid.index(row))
        else:
            ends = [self._sheet.row_at(each.x(), each.y() + top) for each in (rect.topLeft(), rect.bottomRight())]
            rows = [row for row in ends if row is not None]
            if rows:
                chosen.select(grid.index(min(rows)), grid.index(max(rows)))
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region, seen = QRegion(), self.visible_rows()
        for run in _runs(selection):
            for row in range(max(run.start, seen.start), min(run.stop, seen.stop)):
                region += self._rect(row)
        return region

    def keyboardSearch(self, search: str) -> None:
        """Nothing: it would look at the caption of every row."""

    # -- events ------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        rows, chosen, grid = self.visible_rows(), self.selectionModel(), self.model()
        if not len(rows) or not isinstance(grid, GridModel):
            return
        grid.thumbs.hold(len(rows))
        focus, palette = self.currentIndex().row() if self.hasFocus() else -1, self.palette()
        for row in rows:
            index = grid.index(row)
            here, is_chosen = self._rect(row), chosen.isSelected(index)
            self._tile.draw(painter, here, index, selected=is_chosen, current=row == focus, palette=palette)
        width = self.viewport().width() - 2 * MARGIN
        for section in range(self._sheet.section(rows.start), self._sheet.section(rows.stop - 1) + 1):
            if self._sheet.heads[section]:
                place = QRect(MARGIN, self._sheet.tops[section] - self.verticalOffset(), width, HEADER)
                self._tile.header(painter, place, grid.sections[section].title, palette)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        self._lay_out()

    def dataChanged(self, first: QModelIndex, last: QModelIndex, roles: Sequence[int] = ()) -> None:  # type: ignore[override]
        seen = self.visible_rows()
        for row in range(max(first.row(), seen.start), min(last.row() + 1, seen.stop)):
            self.viewport().update(self._rect(row))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turned = event.angleDelta().y()
            self.set_cell(self._cell + 16 * ((turned > 0) - (turned < 0)))
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setMimeData(mime(self.files(self.chosen())))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def startDrag(self, actions: Qt.DropAction) -> None:
        paths = self.files(self.chosen())
        if not paths:
            return
        drag, thumb = QDrag(self), self.currentIndex().data(Qt.ItemDataRole.DecorationRole)
        drag.setMimeData(mime(paths))
        if thumb:
            drag.setPixmap(thumb.scaledToHeight(72, Qt.TransformationMode.SmoothTransformation))
        drag.exec(Qt.DropAction.CopyAction)  # never moved: another program must not take the file away

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(int(index.data(ID)))

    def sizeHint(self) -> QSize:
        return QSize(900, 600)


def _runs(selection: QItemSelection) -> list[range]:
    """The rows of a selection; in Python it is a list that cannot be iterated."""
    parts = [selection.at(n) for n in range(selection.count())]
    return [range(part.top(), part.bottom() + 1) for part in parts]
