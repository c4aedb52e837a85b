"""Every file that could not be read, with the reason."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHeaderView, QPushButton, QTableView, QVBoxLayout, QWidget

from photohash.gui.empty import Empty
from photohash.gui.parts import bar, label
from photohash.library import Library
from photohash.types import Failure

NOWHERE = QModelIndex()


class ProblemsModel(QAbstractTableModel):
    """File, folder and reason of each failure."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.failures: list[Failure] = []
        self._heads = (self.tr("File"), self.tr("Folder"), self.tr("Reason"))

    def show(self, failures: list[Failure]) -> None:
        """Show these instead."""
        self.beginResetModel()
        self.failures = failures
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = NOWHERE) -> int:  # type: ignore[override]
        return 0 if parent.isValid() else len(self.failures)

    def columnCount(self, parent: QModelIndex = NOWHERE) -> int:  # type: ignore[override]
        return 0 if parent.isValid() else 3

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # type: ignore[override]
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) or not index.isValid():
            return None
        failure = self.failures[index.row()]
        return (failure.path.name, str(failure.path.parent), failure.reason)[index.column()]

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section]
        return None


class ProblemsPage(QWidget):
    """The table of problems; `retry` asks for another try at all of them."""

    retry = Signal()

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self.model = ProblemsModel(self)
        self._count = label(kind="quiet")
        self._again = QPushButton(self.tr("Try all again"))
        self.table = QTableView()
        self.table.setAccessibleName(self.tr("Files that could not be read"))
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.horizontalHeader().setStretchLastSection(True)
        self._none = Empty("fine", self.tr("No problems"), self.tr("Every file in your folders could be read."))
        head = bar(label(self.tr("Problems"), "title"), self._count, right=(self._again,))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (head, self.table, self._none):
            column.addWidget(widget)
        self._again.clicked.connect(self.retry)
        self.table.doubleClicked.connect(self._open)

    def refresh(self) -> None:
        """Read them anew."""
        failures = self._library.problems()
        if failures != self.model.failures:
            self.model.show(failures)
            self.table.setColumnWidth(0, 220)
            self.table.setColumnWidth(1, 300)
        self._count.setText(self.tr("%n file(s)", "", len(failures)) if failures else "")
        self._again.setVisible(bool(failures))
        self.table.setVisible(bool(failures))
        self._none.setVisible(not failures)

    def _open(self, index: QModelIndex) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.model.failures[index.row()].path.parent)))
