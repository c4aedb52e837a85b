"""What a grid shows: ids in sections, their thumbnails, captions and badges."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QPointF, Qt

from photohash.gui.thumbs import Thumbs
from photohash.gui.tile import BADGE, CAPTION, FOCUS

ID = Qt.ItemDataRole.UserRole

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
        self._focus: Callable[[int], QPointF | None] = lambda number: None
        thumbs.ready.connect(self._came)

    def show(
        self,
        ids: NDArray[np.int64],
        sections: Sequence[Section] = (),
        captions: dict[int, str] | None = None,
        badges: dict[int, str] | None = None,
        focus: Callable[[int], QPointF | None] = lambda number: None,
    ) -> None:
        """Show these items instead; `focus` gives what of a picture must be seen, in fractions of it."""
        self.beginResetModel()
        self.ids, self.sections = ids, tuple(sections) or (Section(0, ""),)
        self._captions, self._badges = captions or {}, badges or {}
        self._focus = focus
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.ids)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        if not index.isValid():
            return None
        number = int(self.ids[index.row()])
        if role == ID:
            return number
        if role in (CAPTION, Qt.ItemDataRole.DisplayRole):
            return self._captions.get(number, "")
        if role == FOCUS:
            return self._focus(number)
        if role == BADGE:
            return self._badges.get(number, "")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._said(index.row(), number)
        return self.thumbs.get(number) if role == Qt.ItemDataRole.DecorationRole else None

    def _said(self, row: int, number: int) -> str:
        """What a screen reader says of an item: its caption and badge, or else where it is."""
        said = ", ".join(filter(None, (self._captions.get(number), self._badges.get(number))))
        section = self.section_at(row)
        place = self.tr("{n} of {count}").format(n=f"{row + 1:,}", count=f"{len(self.ids):,}")
        return said or ", ".join(filter(None, (section.title, place)))

    def rows_of(self, numbers: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """Where those of these ids stand that are shown, in order of the rows."""
        return np.flatnonzero(np.isin(self.ids, np.asarray(numbers, np.int64)))

    def row_of(self, number: int) -> int | None:
        """Where an id stands."""
        rows = self.rows_of([number])
        return int(rows[0]) if len(rows) else None

    def section_at(self, row: int) -> Section:
        """The section of a row."""
        return self.sections[bisect_right(self.sections, row, key=lambda section: section.start) - 1]

    def _came(self, numbers: list[int]) -> None:
        for row in self.rows_of(numbers).tolist():
            index = self.index(row)
            self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])
