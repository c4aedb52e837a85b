"""One photo at a time, its faces, and single keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QDateTime, QEvent, QLocale, QSize, Qt, QTimeZone, QUrl, Signal
from PySide6.QtGui import (
    QDesktopServices,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPixmap,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from photohash.gui import icons
from photohash.gui.canvas import STEP, Canvas
from photohash.gui.latest import Latest
from photohash.gui.parts import label, tool
from photohash.gui.pictures import levels
from photohash.gui.theme import colour
from photohash.library import Library
from photohash.store.results import Results
from photohash.types import Photo

NAME = 360  # pixels at most of a file's name: a label is never narrower than its text, nor is the window around it


class Viewer(QWidget):
    """A photo with the ones before and after it.

    `closed` carries the id of the photo that was seen last, `picked` that of a face whose person is looked for,
    `alike` that of the photo whose like are looked for.
    """

    closed = Signal(int)
    picked = Signal(int)
    alike = Signal(int)

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._results = Results(library.catalogue)
        self._ids: NDArray[np.int64] = np.empty(0, np.int64)
        self._row = 0
        self._found: Callable[[int], int | None] = lambda photo: None
        self._photo: Photo | None = None
        self._pictures = Latest("pictures", levels, self)
        self.canvas = Canvas()
        self.canvas.setAccessibleName(self.tr("Photo"))
        self.setFocusProxy(self.canvas)
        self._name = label(kind="heading")
        self._about = label(kind="quiet")
        self._buttons: dict[str, QToolButton] = {}
        head = QFrame()
        head.setObjectName("bar")
        row = QHBoxLayout(head)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(6)
        for name, text, action in (
            ("close", self.tr("Close (Esc)"), self.close_photo),
            ("back", self.tr("Previous (←)"), lambda: self._step(-1)),
            ("forward", self.tr("Next (→)"), lambda: self._step(1)),
        ):
            button = tool(text)
            button.clicked.connect(action)
            self._buttons[name] = button
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(self._name)
        row.addSpacing(8)
        row.addWidget(self._about)
        row.addStretch(1)
        for name, text, action in (
            ("similar", self.tr("Photos like this one (S)"), self.find_alike),
            ("people", self.tr("Faces on or off (F)"), self.canvas.toggle_boxes),
            ("folder", self.tr("Show in the file manager (R)"), self.reveal),
        ):
            button = tool(text)
            button.clicked.connect(action)
            self._buttons[name] = button
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.canvas, 1)
        self._pictures.ready.connect(self._came)
        self.canvas.picked.connect(self.picked)
        self.canvas.installEventFilter(self)
        self._paint()

    def show_photo(
        self, number: int, ids: NDArray[np.int64], found: Callable[[int], int | None] = lambda photo: None
    ) -> None:
        """Show a photo as one of these; `found` gives the face for which a photo is among them, to mark it."""
        self._ids, self._found = ids, found
        rows = np.flatnonzero(ids == number)
        self._row = int(rows[0]) if len(rows) else 0
        self._show()

    def close_photo(self) -> None:
        """Back to the grid."""
        if len(self._ids):
            self.closed.emit(int(self._ids[self._row]))

    def close_pictures(self) -> None:
        """End the decoding thread; a picture that is on its way is not shown."""
        self._photo = None
        self._pictures.close()

    def find_alike(self) -> None:
        """Ask for photos like this one."""
        if self._photo:
            self.alike.emit(self._photo.id)

    def reveal(self) -> None:
        """Open the folder of the photo."""
        if self._photo:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._photo.files[0].parent)))

    def _step(self, by: int) -> None:
        row = max(0, min(len(self._ids) - 1, self._row + by))
        if row != self._row:
            self._row = row
            self._show()

    def _show(self) -> None:
        number = int(self._ids[self._row])
        self._photo = self._library.catalogue.photos([number]).get(number)
        self.canvas.show_faces([])
        self._buttons["back"].setEnabled(self._row > 0)
        self._buttons["forward"].setEnabled(self._row < len(self._ids) - 1)
        if self._photo is None:
            self._name.setText("")
            self._about.setText("")
            self.canvas.say(self.tr("The file of this photo is not there now."))
            return
        name = self._photo.files[0].name
        self._name.setText(self._name.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, NAME))
        self._name.setToolTip(str(self._photo.files[0]))
        self._about.setText(self._described(self._photo))
        raw = self._library.cache.thumb(number)
        small = QPixmap.fromImage(QImage.fromData(raw)) if raw else QPixmap()
        self.canvas.show_picture([] if small.isNull() else [small], QSize(self._photo.width, self._photo.height))
        self._pictures.ask(self._photo.files[0])

    def _came(self, path: Path, found: list[QImage] | str | Exception) -> None:
        if self._photo is None or path != self._photo.files[0]:
            return
        if isinstance(found, list):
            size = QSize(self._photo.width, self._photo.height)
            self.canvas.show_picture([QPixmap.fromImage(each) for each in found], size, keep=True)
            self.canvas.show_faces(self._results.faces_of(self._photo.id), self._found(self._photo.id))
        else:
            self.canvas.say(str(found))

    def _described(self, photo: Photo) -> str:
        parts = [f"{photo.width} × {photo.height}"]
        if photo.taken_at is not None:
            moment = QDateTime.fromSecsSinceEpoch(photo.taken_at, QTimeZone.utc())
            parts.insert(0, QLocale().toString(moment.date(), QLocale.FormatType.LongFormat))
        parts.append(self.tr("{n} of {count}").format(n=f"{self._row + 1:,}", count=f"{len(self._ids):,}"))
        return "  ·  ".join(parts)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(event)
        return False

    def _pressed(self, event: QKeyEvent) -> bool:
        keys = Qt.Key
        actions: dict[Qt.Key, Callable[[], None]] = {
            keys.Key_Left: lambda: self._step(-1),
            keys.Key_Right: lambda: self._step(1),
            keys.Key_Space: lambda: self._step(1),
            keys.Key_Home: lambda: self._step(-len(self._ids)),
            keys.Key_End: lambda: self._step(len(self._ids)),
            keys.Key_Escape: self.close_photo,
            keys.Key_F: self.canvas.toggle_boxes,
            keys.Key_S: self.find_alike,
            keys.Key_R: self.reveal,
            keys.Key_Plus: lambda: self.canvas.zoom_by(STEP),
            keys.Key_Equal: lambda: self.canvas.zoom_by(STEP),
            keys.Key_Minus: lambda: self.canvas.zoom_by(1 / STEP),
            keys.Key_0: lambda: self.canvas.set_zoom(0),
            keys.Key_1: lambda: self.canvas.set_zoom(1),
        }
        if event.matches(QKeySequence.StandardKey.Copy) and self._photo:
            QGuiApplication.clipboard().setText(str(self._photo.files[0]))
            return True
        action = actions.get(Qt.Key(event.key()))
        if action is None:
            return False
        action()
        return True

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def _paint(self) -> None:
        for name, button in self._buttons.items():
            button.setIcon(icons.icon(name, colour(self.palette())))
