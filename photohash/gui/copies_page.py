"""Groups of copies of one picture, the best of each first. Nothing is moved or deleted here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from photohash.flow import Control
from photohash.gui.compare import MOST, Compare, megabytes
from photohash.gui.empty import Empty
from photohash.gui.grid import GridView
from photohash.gui.grid_model import GridModel, Section
from photohash.gui.jobs import Jobs
from photohash.gui.parts import bar, label
from photohash.gui.thumbs import Thumbs
from photohash.library import Library
from photohash.types import Group, Photo, Progress

JOB = "copies"


@dataclass(frozen=True, slots=True)
class Copies:
    """What the job found: groups, and the bytes of a file of each photo."""

    groups: list[Group]
    sizes: dict[int, int]

    def spare(self) -> tuple[int, int]:
        """How many files there are beside the best of each group, and their bytes."""
        files = [
            (photo, len(photo.files) - (photo is group.photos[0])) for group in self.groups for photo in group.photos
        ]
        return sum(count for _, count in files), sum(count * self.sizes.get(photo.id, 0) for photo, count in files)


def look(library: Library, control: Control, report: Callable[[Progress], None]) -> Copies:
    """The job that finds all groups of copies."""
    return Copies(library.duplicates(control), library.catalogue.sizes())


class CopiesPage(QWidget):
    """Looks for copies when it is first seen and after a scan. `opened` carries a photo's id."""

    opened = Signal(int)

    def __init__(self, library: Library, jobs: Jobs, thumbs: Thumbs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._jobs = jobs
        self._stale = True
        self._interrupted = False
        self.copies = Copies([], {})
        self.model = GridModel(thumbs, self)
        self.view = GridView()
        self.view.setModel(self.model)
        self.view.setAccessibleName(self.tr("Copies in groups"))
        self._count = label(kind="quiet")
        self._again = QPushButton(self.tr("Look again"))
        self._compare = QPushButton(self.tr("Compare (C)"))
        self._compare.setToolTip(self.tr("Select two to four photos to see them side by side"))
        self._wait = QProgressBar()
        self._wait.setRange(0, 0)
        self._wait.setTextVisible(False)
        self._wait.setFixedWidth(160)
        self._wait.setAccessibleName(self.tr("Comparing"))
        self._stop = QPushButton(self.tr("Stop"))
        self._empty = Empty("copies", "", "")
        self.compare = Compare(library)
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        head = bar(
            label(self.tr("Copies"), "title"),
            self._count,
            right=(self._wait, self._stop, self._compare, self._again),
        )
        groups = QWidget()
        column = QVBoxLayout(groups)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (head, self.view, self._empty):
            column.addWidget(widget, 0 if widget is head else 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(groups)
        self._stack.addWidget(self.compare)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def _connect(self) -> None:
        self.view.opened.connect(self.opened)
        self.view.selectionModel().selectionChanged.connect(self._selected)
        self.compare.closed.connect(self._close_compare)
        self._compare.clicked.connect(self.compare_chosen)
        self._again.clicked.connect(self.look_again)
        self._stop.clicked.connect(self._jobs.cancel)
        key = QShortcut(QKeySequence(Qt.Key.Key_C), self.view, self.compare_chosen)
        key.setContext(Qt.ShortcutContext.WidgetShortcut)
        self._jobs.started.connect(self._show)
        self._jobs.done.connect(self._done)
        self._jobs.stopped.connect(self._stopped)
        self._jobs.failed.connect(self._stopped)

    def refresh(self) -> None:
        """Look for copies if there may be others than shown."""
        if self._stale and self._library.results.active("copies"):
            self.look_again()
        self._show()

    def outdated(self) -> None:
        """There may be other photos now: look again when the page is seen."""
        self._stale = True

    def look_again(self) -> None:
        """Look for copies now."""
        if self._jobs.start(JOB, look):
            self._stale = self._interrupted = False

    def compare_chosen(self) -> None:
        """Show the selected photos side by side."""
        chosen = self.view.chosen()
        if 2 <= len(chosen) <= MOST:
            self.compare.show_photos(chosen, self.copies.sizes)
            self._stack.setCurrentWidget(self.compare)

    def close_pictures(self) -> None:
        """End the decoding thread."""
        self.compare.close_pictures()

    def _close_compare(self) -> None:
        self._stack.setCurrentIndex(0)
        self.view.setFocus()

    def _selected(self) -> None:
        self._compare.setEnabled(2 <= len(self.view.chosen()) <= MOST)

    def _stopped(self) -> None:
        self._interrupted = True
        self._show()

    def _done(self, name: str, result: object) -> None:
        assert isinstance(result, Copies)
        self.copies = result
        self._fill()
        self._show()

    def _fill(self) -> None:
        ids: list[int] = []
        sections, captions, badges = [], {}, {}
        for group in self.copies.groups:
            sections.append(Section(len(ids), self._title(group)))
            for photo, alike in zip(group.photos, (None, *group.correlations), strict=True):
                ids.append(photo.id)
                captions[photo.id] = self._caption(photo, alike)
                if len(photo.files) > 1:
                    badges[photo.id] = self.tr("%n files", "", len(photo.files))
            if len(group.photos) > 1:
                best = group.photos[0].id
                badges[best] = ", ".join(filter(None, (self.tr("best"), badges.get(best))))
        self.model.show(np.array(ids, np.int64), sections, captions, badges)

    def _title(self, group: Group) -> str:
        best, count = group.photos[0], sum(len(photo.files) for photo in group.photos)
        size = megabytes(self.copies.sizes.get(best.id, 0))
        if len(group.photos) == 1:
            return self.tr("{count} files with the same bytes: {name}, {size}").format(
                count=count, name=best.files[0].name, size=size
            )
        return self.tr("{count} copies, best: {name}, {size}").format(count=count, name=best.files[0].name, size=size)

    def _caption(self, photo: Photo, alike: float | None) -> str:
        figures = f"{photo.width} × {photo.height}"
        return figures if alike is None else f"{figures}  ·  {min(99, int(100 * alike))} %"

    def _show(self) -> None:
        mine, groups = bool(self._jobs.running), len(self.copies.groups)
        self._wait.setVisible(mine)
        self._stop.setVisible(mine)
        self._again.setVisible(not mine)
        self._again.setEnabled(self._library.results.active("copies") is not None)
        self._compare.setVisible(bool(groups))
        self._selected()
        self.view.setVisible(bool(groups))
        self._empty.setVisible(not groups)
        if mine and not groups:
            self._empty.say(self.tr("Comparing your photos…"), self.tr("You can go on browsing meanwhile."))
        elif self._library.results.active("copies") is None:
            self._empty.say(
                self.tr("No photos yet"), self.tr("Add a folder of photos first: then copies of them are found here.")
            )
        elif self._stale or self._interrupted:
            self._empty.say(self.tr("Not compared yet"), self.tr("“Look again” compares all your photos."))
        else:
            self._empty.say(self.tr("No copies"), self.tr("Every picture is in your library only once."))
        spare, size = self.copies.spare()
        said = self.tr("{groups} groups, {files} files more than needed, {size}")
        said = said.format(groups=f"{groups:,}", files=f"{spare:,}", size=megabytes(size))
        self._count.setText(said if groups else "")
