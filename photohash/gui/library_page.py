"""All photos by date."""

from __future__ import annotations

import time
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLocale, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QSlider, QVBoxLayout, QWidget

from photohash.gui.empty import Empty
from photohash.gui.grid import LEAST, MOST, GridModel, GridView, Section
from photohash.gui.latest import Latest
from photohash.gui.outgoing import files
from photohash.gui.parts import bar, label
from photohash.gui.thumbs import Thumbs
from photohash.library import Library
from photohash.store.catalogue import Catalogue
from photohash.store.timeline import Filter, timeline

REST = 4  # times as long as the last reading took


class LibraryPage(QWidget):
    """The grid of the library with its filters. `opened` carries a photo's id; `adding` asks for a folder."""

    opened = Signal(int)
    adding = Signal()

    def __init__(self, library: Library, thumbs: Thumbs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._reader = Latest("timeline", partial(dated, library.catalogue.path), self)
        self._reader.ready.connect(self._came)
        self.model = GridModel(thumbs, self)
        self.view = GridView()
        self.view.setModel(self.model)
        self.view.files = partial(files, library)
        self.view.setAccessibleName(self.tr("Photos by date"))
        self._count = label(kind="quiet")
        self._folder, self._faces = QComboBox(), QComboBox()
        self._folder.setAccessibleName(self.tr("Folder"))
        self._faces.setAccessibleName(self.tr("Faces"))
        for text, wanted in (
            (self.tr("All photos"), Filter()),
            (self.tr("With faces"), Filter(faces=True)),
            (self.tr("Without faces"), Filter(faces=False)),
            (self.tr("Missing files"), Filter(missing=True)),
        ):
            self._faces.addItem(text, wanted)
        self._size = QSlider(Qt.Orientation.Horizontal)
        self._size.setAccessibleName(self.tr("Size of the pictures"))
        self._size.setRange(LEAST, MOST)
        self._size.setValue(self.view.cell)
        self._size.setFixedWidth(130)
        self._size.setToolTip(self.tr("Size of the pictures"))
        self._empty = Empty(
            "drop",
            self.tr("Add your photos"),
            self.tr(
                "Drop a folder here, or choose one. Photos are only read,\nnever changed,"
                " and nothing leaves this computer."
            ),
            self.tr("Choose a folder…"),
        )
        self._nothing = label(self.tr("No photo fits these filters."), "quiet", centred=True)
        self._when = QLabel(self.view)
        self._when.setStyleSheet(
            "background: palette(highlight); color: white; padding: 6px 12px; border-radius: 8px; font-weight: 600;"
        )
        self._when.hide()
        self._resting = QTimer(self)  # between two readings for the same filter: they must not take all the time
        self._resting.setSingleShot(True)
        self._asked, self._due = (Filter(), 0.0), False
        self._fading = QTimer(self)
        self._fading.setSingleShot(True)
        self._fading.setInterval(900)
        self._lay_out()
        self._empty.asked.connect(self.adding)
        self.view.opened.connect(self.opened)
        self.view.resized.connect(self._size.setValue)
        self._size.valueChanged.connect(self.view.set_cell)
        self._folder.currentIndexChanged.connect(self.refresh)
        self._faces.currentIndexChanged.connect(self.refresh)
        self.view.verticalScrollBar().valueChanged.connect(self._tell_when)
        self._fading.timeout.connect(self._when.hide)
        self._resting.timeout.connect(lambda: self.refresh() if self._due else None)
        self._nothing.hide()

    def _lay_out(self) -> None:
        self._bar = bar(label(self.tr("Library"), "title"), self._count, right=(self._folder, self._faces, self._size))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self._bar, self.view, self._empty, self._nothing):
            column.addWidget(widget, 0 if widget is self._bar else 1)

    def filter(self) -> Filter:
        """What is wished for."""
        wanted: Filter = self._faces.currentData()
        folder: Path | None = self._folder.currentData()
        return Filter(folder, wanted.faces, wanted.missing)

    def refresh(self) -> None:
        """Read the library anew, as after a scan; what is selected and in sight stays."""
        self._fill_folders()
        known = self._folder.count() > 1
        self._bar.setVisible(known)
        self._empty.setVisible(not known)
        self.view.setVisible(known and self._nothing.isHidden())
        self._due = self._resting.isActive() and self.filter() == self._asked[0]
        if known and not self._due:
            self._asked = self.filter(), time.monotonic()
            self._reader.ask(self.filter())

    def close_reading(self) -> None:
        """End the thread that reads the library; nothing is read after this."""
        self._reader.ready.disconnect(self._came)
        self._resting.stop()
        self._reader.close()

    def _came(self, asked: Filter, found: tuple[NDArray[np.int64], list[Section]] | Exception) -> None:
        if isinstance(found, Exception):
            raise found
        if asked == self.filter():  # or else the next answer is on its way
            self._show(*found)
            self._resting.start(round(1000 * REST * (time.monotonic() - self._asked[1])))

    def _show(self, ids: NDArray[np.int64], sections: list[Section]) -> None:
        self.model.thumbs.look_again()
        self.view.show_anew(ids, sections)
        self.view.viewport().update()
        self._count.setText(self.tr("%n photo(s)", "", len(ids)))
        self.view.setVisible(len(ids) > 0)
        self._nothing.setVisible(not len(ids))

    def _fill_folders(self) -> None:
        roots = [root.path for root in self._library.catalogue.roots()]
        if [self._folder.itemData(n) for n in range(1, self._folder.count())] == roots and self._folder.count():
            return
        before = self._folder.currentData()
        self._folder.blockSignals(True)
        self._folder.clear()
        self._folder.addItem(self.tr("All folders"), None)
        for root in roots:
            self._folder.addItem(root.name or str(root), root)
            self._folder.setItemData(self._folder.count() - 1, str(root), Qt.ItemDataRole.ToolTipRole)
        self._folder.setCurrentIndex(roots.index(before) + 1 if before in roots else 0)
        self._folder.blockSignals(False)

    def _tell_when(self) -> None:
        """Say beside the scroll bar in which month the top of the view is."""
        rows = self.view.visible_rows()
        if not self.view.verticalScrollBar().isSliderDown() or not len(rows):
            return
        self._when.setText(self.model.section_at(rows.start).title)
        self._when.adjustSize()
        bar = self.view.verticalScrollBar()
        share = bar.value() / max(1, bar.maximum())
        height = self.view.viewport().height() - self._when.height()
        self._when.move(QPoint(self.view.width() - self._when.width() - 24, round(share * height)))
        self._when.show()
        self._when.raise_()
        self._fading.start()


def dated(path: Path, only: Filter) -> tuple[NDArray[np.int64], list[Section]]:
    """Ids of the photos of a catalogue, the latest first, and their months; by a connection of its own."""
    with closing(Catalogue(path)) as catalogue:
        ids, times = timeline(catalogue, only)
    return ids, months(times)


def months(times: NDArray[np.int64]) -> list[Section]:
    """A section for each month of times, int64 (n,) in falling order."""
    if not len(times):
        return []
    month = times.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    starts = np.flatnonzero(np.diff(month, prepend=month[0] + 1))
    locale = QLocale()
    sections = []
    for start in starts.tolist():
        year, number = divmod(int(month[start]), 12)
        name = locale.standaloneMonthName(number + 1, QLocale.FormatType.LongFormat)
        sections.append(Section(start, f"{name[:1].upper()}{name[1:]} {1970 + year}"))
    return sections
