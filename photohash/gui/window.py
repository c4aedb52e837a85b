"""The window: pages beside each other, the scan bar below, and everything that can be dropped anywhere."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from photohash.dirs import Dirs
from photohash.gui import icons
from photohash.gui.jobs import Jobs
from photohash.gui.library_page import LibraryPage
from photohash.gui.parts import label
from photohash.gui.problems_page import ProblemsPage
from photohash.gui.reading import Reading
from photohash.gui.scan_bar import ScanBar
from photohash.gui.theme import colour
from photohash.gui.thumbs import Thumbs
from photohash.gui.trouble import tell
from photohash.gui.viewer import Viewer
from photohash.library import Library
from photohash.settings import Settings
from photohash.types import UserError

REFRESH_MS = 1500  # while a scan runs

log = logging.getLogger(__name__)


class Window(QMainWindow):
    """The one window of the application."""

    def __init__(self, dirs: Dirs, settings: Settings) -> None:
        super().__init__()
        self.setWindowTitle("photohash")
        self.setAcceptDrops(True)
        self.library = Library(dirs, settings)
        self.jobs = Jobs(lambda: Library(dirs, settings), self)
        self._reading = Reading(dirs.cached)
        self.thumbs = Thumbs(self._reading.thumbs, parent=self)
        self.pages = QStackedWidget()
        self._list = QListWidget()
        self._list.setObjectName("pages")
        self._add = QPushButton(self.tr("Add folder…"))
        self.photos = LibraryPage(self.library, self.thumbs)
        self.problems = ProblemsPage(self.library)
        self.viewer = Viewer(self.library)
        self._entries = (
            ("library", self.tr("Library"), self.photos),
            ("problems", self.tr("Problems"), self.problems),
        )
        self.bar = ScanBar(self.jobs)
        self._refreshing = QTimer(self)
        self._refreshing.setInterval(REFRESH_MS)
        self._lay_out()
        self._connect()
        self.resize(1180, 780)

    def _lay_out(self) -> None:
        side = QWidget()
        side.setObjectName("sidebar")
        side.setFixedWidth(190)
        column = QVBoxLayout(side)
        column.setContentsMargins(6, 12, 6, 12)
        column.setSpacing(8)
        name = label("photohash", "title")
        name.setContentsMargins(14, 2, 0, 6)
        column.addWidget(name)
        column.addWidget(self._list, 1)
        column.addWidget(self._add)
        self._list.setAccessibleName(self.tr("Pages"))
        self._list.setIconSize(QSize(20, 20))
        for _, title, page in self._entries:
            self._list.addItem(QListWidgetItem(title))
            self.pages.addWidget(page)
        self.pages.addWidget(self.viewer)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.pages, 1)
        right.addWidget(self.bar)
        row.addWidget(side)
        row.addLayout(right, 1)
        self._side = side
        self.setCentralWidget(middle)
        self._paint()

    def _connect(self) -> None:
        self._list.currentRowChanged.connect(self._turn)
        self._list.setCurrentRow(0)
        self._list.itemClicked.connect(lambda item: self._turn(self._list.row(item)))  # the row may be current already
        self._add.clicked.connect(self.choose_folder)
        self.photos.adding.connect(self.choose_folder)
        self.photos.opened.connect(self._open_photo)
        self.viewer.closed.connect(self._close_photo)
        self.problems.retry.connect(lambda: self.scan([], retry=True))
        self.jobs.done.connect(self._done)
        self.jobs.failed.connect(self._failed)
        self.jobs.stopped.connect(self._refresh)
        self.jobs.started.connect(lambda name: self._refreshing.start() if name == "scan" else None)
        self._refreshing.timeout.connect(self._refresh)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self, self._scan_all)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Open), self, self.choose_folder)

    # -- what a user can do ------------------------------------------------------------------------------------------

    def choose_folder(self) -> None:
        """Ask for a folder and scan it."""
        folder = QFileDialog.getExistingDirectory(self, self.tr("Add a folder of photos"))
        if folder:
            self.scan([Path(folder)])

    def scan(self, folders: Sequence[Path], retry: bool = False) -> None:
        """Bring the library up to date with these folders, or with all it has."""
        wanted = list(folders)
        if not self.jobs.start("scan", lambda library, control, report: library.scan(wanted, control, report, retry)):
            tell(
                self, self.tr("Another job is running"), self.tr("Wait until it has ended, or stop it, and try again.")
            )

    def _scan_all(self) -> None:
        if self.library.catalogue.roots():
            self.scan([])

    def _turn(self, row: int) -> None:
        if 0 <= row < len(self._entries):
            page = self._entries[row][2]
            page.refresh()
            self.pages.setCurrentWidget(page)

    def _open_photo(self, number: int) -> None:
        self.viewer.show_photo(number, self.photos.model.ids)
        self.pages.setCurrentWidget(self.viewer)
        self.viewer.setFocus()

    def _close_photo(self, number: int) -> None:
        self.photos.refresh()
        self.pages.setCurrentWidget(self.photos)
        row = self.photos.model.row_of(number)
        if row is not None:
            self.photos.view.setCurrentIndex(self.photos.model.index(row))
        self.photos.view.setFocus()

    # -- jobs --------------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        if not self.jobs.running:
            self._refreshing.stop()
        page = self.pages.currentWidget()
        if page in (self.photos, self.problems):
            page.refresh()

    def _done(self, name: str, result: object) -> None:
        self._refresh()

    def _failed(self, name: str, error: BaseException) -> None:
        self._refresh()
        if isinstance(error, UserError):
            tell(self, self.tr("That did not work"), str(error))
        else:
            raise error

    # -- events ------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        folders = [path for path in paths if path.is_dir()]
        if folders:
            self.scan(folders)
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.hide()  # at once: the job may take a moment to stop
        self._refreshing.stop()
        self.jobs.close()
        self.photos.close_reading()
        self.thumbs.close()
        self.viewer.close_pictures()
        self._reading.close()
        self.library.__exit__(None, None, None)
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def _paint(self) -> None:
        line = colour(self.palette())
        for row, (name, _, _) in enumerate(self._entries):
            self._list.item(row).setIcon(icons.icon(name, line))
        self._add.setIcon(icons.icon("add", line))
