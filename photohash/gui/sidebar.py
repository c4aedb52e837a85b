"""The list of pages at the left, and the button that adds a folder."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from photohash.gui import icons
from photohash.gui.parts import label
from photohash.gui.theme import colour


class Sidebar(QWidget):
    """Entries are pairs of an icon's name and a title. `turned` carries a row, also when it is current already."""

    turned = Signal(int)
    adding = Signal()

    def __init__(self, entries: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setFixedWidth(204)
        self._icons = [icon for icon, _ in entries]
        self.pages = QListWidget()
        self.pages.setObjectName("pages")
        self.pages.setAccessibleName(self.tr("Pages"))
        self.pages.setIconSize(QSize(20, 20))
        for _, title in entries:
            self.pages.addItem(QListWidgetItem(title))
        self._add = QPushButton(self.tr("Add folder…"))
        name = label("photohash", "title")
        name.setContentsMargins(14, 2, 0, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 12, 6, 12)
        column.setSpacing(8)
        column.addWidget(name)
        column.addWidget(self.pages, 1)
        column.addWidget(self._add)
        self.pages.setCurrentRow(0)
        self.pages.currentRowChanged.connect(self.turned)
        self.pages.itemClicked.connect(lambda item: self.turned.emit(self.pages.row(item)))
        self._add.clicked.connect(self.adding)
        self._paint()

    def turn(self, row: int) -> None:
        """Go to a page, as by a click."""
        if row == self.pages.currentRow():
            self.turned.emit(row)
        else:
            self.pages.setCurrentRow(row)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def _paint(self) -> None:
        line = colour(self.palette())
        for row, name in enumerate(self._icons):
            self.pages.item(row).setIcon(icons.icon(name, line))
        self._add.setIcon(icons.icon("add", line))
