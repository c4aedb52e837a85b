"""The window: pages beside each other, the scan bar below, and everything that can be dropped anywhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from photohash.dirs import Dirs
from photohash.gui.copies_page import CopiesPage
from photohash.gui.drop_hint import DropHint
from photohash.gui.find_page import FindPage
from photohash.gui.given import Given, given
from photohash.gui.jobs import Jobs
from photohash.gui.library_page import LibraryPage
from photohash.gui.problems_page import ProblemsPage
from photohash.gui.reading import Reading
from photohash.gui.scan_bar import ScanBar
from photohash.gui.searching import Searching
from photohash.gui.sidebar import Sidebar
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
        self._reading_faces = Reading(dirs.cached)
        self.faces = Thumbs(self._reading_faces.chips, parent=self)
        # People search and compare while a scan runs: each kind of job has a thread and a library of its own.
        self._searches = Jobs(lambda: Library(dirs, settings), self)
        self._comparing = Jobs(lambda: Library(dirs, settings), self)
        self.searching = Searching(self._searches, self)
        self.pages = QStackedWidget()
        self.photos = LibraryPage(self.library, self.thumbs)
        self.find_page = FindPage(self.library, self.searching, self.thumbs, self.faces)
        self.copies_page = CopiesPage(self.library, self._comparing, self.thumbs)
        self.problems = ProblemsPage(self.library)
        self.viewer = Viewer(self.library)
        self._entries = (
            ("library", self.tr("Library"), self.photos),
            ("find", self.tr("Find"), self.find_page),
            ("copies", self.tr("Copies"), self.copies_page),
            ("problems", self.tr("Problems"), self.problems),
        )
        self.sidebar = Sidebar([(icon, title) for icon, title, _ in self._entries])
        self.bar = ScanBar(self.jobs)
        self._from: LibraryPage | FindPage | CopiesPage = self.photos
        self._before = 0  # the row of the page before this one
        self._hint = DropHint(self)
        self._refreshing = QTimer(self)
        self._refreshing.setInterval(REFRESH_MS)
        self._lay_out()
        self._connect()
        self.photos.refresh()
        self.resize(1180, 780)

    def _lay_out(self) -> None:
        for _, _, page in self._entries:
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
        row.addWidget(self.sidebar)
        row.addLayout(right, 1)
        self.setCentralWidget(middle)

    def _connect(self) -> None:
        self.sidebar.turned.connect(self._turn)
        self.sidebar.adding.connect(self.choose_folder)
        self.photos.adding.connect(self.choose_folder)
        for page in (self.photos, self.find_page, self.copies_page):
            page.opened.connect(self._open_photo)
        self.find_page.choosing.connect(self.choose_picture)
        self.viewer.closed.connect(self._close_photo)
        self.viewer.picked.connect(self.find_face)
        self.viewer.alike.connect(self.find_alike)
        self.searching.failed.connect(lambda error: self._failed("search", error))
        self.problems.retry.connect(lambda: self.scan([], retry=True))
        self.jobs.done.connect(self._done)
        self.jobs.failed.connect(self._failed)
        self._comparing.failed.connect(self._failed)
        self.jobs.stopped.connect(self._refresh)
        self.jobs.started.connect(lambda name: self._refreshing.start() if name == "scan" else None)
        self._refreshing.timeout.connect(self._refresh)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self, self._scan_all)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Open), self, self.choose_folder)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, self.paste)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.choose_picture)

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

    def choose_picture(self) -> None:
        """Ask for a picture and look for the people in it."""
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a picture of the person you look for"))
        if name:
            self.search(Path(name))

    def search(self, picture: Path | QImage, of: int = 1) -> None:
        """Look for the people of a picture, the first of so many, or for photos like it."""
        self._show_page(self.find_page)
        self.find_page.ask(picture, of)

    def find_face(self, face: int) -> None:
        """Look for the person of a face in the library."""
        photo = self.library.results.faces([face])[face].photo_id
        self._ask(lambda: self.find_page.ask_face(photo, face))

    def find_alike(self, photo: int) -> None:
        """Look for photos like one of the library."""
        self._ask(lambda: self.find_page.ask_alike(photo))

    def _ask(self, ask: Callable[[], None]) -> None:
        try:
            ask()
        except UserError as error:
            self._failed("search", error)
        else:
            self._show_page(self.find_page)

    def paste(self) -> None:
        """Take what lies in the clipboard as if it had been dropped."""
        self.take(given(QGuiApplication.clipboard().mimeData()))

    def take(self, what: Given) -> None:
        """Scan folders, look for pictures, whatever is there."""
        if what.folders:
            self.scan(what.folders)
        elif what.files:
            self.search(what.files[0], len(what.files))
        elif what.picture is not None:
            self.search(what.picture)
        elif what.address:
            text = self.tr(
                "photohash never opens anything on the web: save the picture first, then drop its file here."
            )
            tell(self, self.tr("That is only an address"), text)

    # -- pages -------------------------------------------------------------------------------------------------------

    def _show_page(self, page: QWidget) -> None:
        self.sidebar.turn(next(row for row, (_, _, each) in enumerate(self._entries) if each is page))

    def _turn(self, row: int) -> None:
        page, now = self._entries[row][2], self.pages.currentWidget()
        self._before = next(
            (n for n, (_, _, each) in enumerate(self._entries) if each is now is not page), self._before
        )
        page.refresh()
        self.pages.setCurrentWidget(page)

    def _open_photo(self, number: int) -> None:
        page = self.pages.currentWidget()
        if isinstance(page, LibraryPage | FindPage | CopiesPage):
            self._from = page
        marked = self._from.face_in if isinstance(self._from, FindPage) else lambda photo: None
        self.viewer.show_photo(number, self._from.model.ids, marked)
        self.pages.setCurrentWidget(self.viewer)
        self.viewer.setFocus()

    def _close_photo(self, number: int) -> None:
        page = self._from
        page.refresh()
        self.pages.setCurrentWidget(page)
        row = page.model.row_of(number)
        if row is not None:
            page.view.setCurrentIndex(page.model.index(row))
        page.view.setFocus()

    def back(self) -> None:
        """From the viewer to its page, from a page to the one before."""
        if self.pages.currentWidget() is self.viewer:
            self.viewer.close_photo()
        else:
            self.sidebar.turn(self._before)

    # -- jobs --------------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        if not self.jobs.running:
            self._refreshing.stop()
        page = self.pages.currentWidget()
        if isinstance(page, LibraryPage | ProblemsPage | CopiesPage):
            page.refresh()

    def _done(self, name: str, result: object) -> None:
        self.copies_page.outdated()
        self._refresh()

    def _failed(self, name: str, error: BaseException) -> None:
        self._refresh()
        if isinstance(error, UserError):
            tell(self, self.tr("That did not work"), str(error))
        else:
            raise error

    # -- events ------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        what = given(event.mimeData())
        if event.source() is None and what:
            event.acceptProposedAction()
            self._hint.show_for(what)

    def dropEvent(self, event: QDropEvent) -> None:
        what = given(event.mimeData())
        event.acceptProposedAction()
        QTimer.singleShot(0, self, lambda: self.take(what))  # whoever dropped it waits until this returns

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.back()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.hide()  # at once: the job may take a moment to stop
        self._refreshing.stop()
        every = (self.jobs, self._searches, self._comparing)
        for jobs in every:
            jobs.cancel()
        for jobs in every:
            jobs.close()
        self.photos.close_reading()
        self.copies_page.close_pictures()
        self.thumbs.close()
        self.faces.close()
        self.viewer.close_pictures()
        self._reading.close()
        self._reading_faces.close()
        self.library.__exit__(None, None, None)
        event.accept()
