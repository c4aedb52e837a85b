"""Two to four photos side by side: zoom and pan move all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QLocale, QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from photohash.gui import icons
from photohash.gui.canvas import STEP, Canvas
from photohash.gui.latest import Latest
from photohash.gui.parts import label, tool
from photohash.gui.pictures import levels
from photohash.gui.theme import colour
from photohash.library import Library
from photohash.types import Photo

MOST = 4  # photos at once


class Linked(Canvas):
    """A canvas that tells where it looks and can be told. `looked` on every zoom and pan by hand."""

    looked = Signal()

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        super().set_zoom(zoom, at)
        self.looked.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._grabbed is not None:
            self.looked.emit()

    @property
    def place(self) -> tuple[float, QPointF]:
        """How many pixels of the screen the photo is wide, 0 where it fits, and the fractions of it in the middle."""
        return self._zoom * self._size.width(), QPointF(self._middle)

    def look(self, width: float, middle: QPointF) -> None:
        """Look at the same place as another photo of the same picture, whatever its size."""
        self._zoom = width / max(1, self._size.width())
        self._middle = QPointF(middle)
        self._hold()
        self.update()


class Pane(QWidget):
    """One photo with its name and figures below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = Linked()
        self.name = label(kind="heading", centred=True)
        self.about = label(kind="quiet", centred=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(2)
        column.addWidget(self.canvas, 1)
        column.addSpacing(4)
        column.addWidget(self.name)
        column.addWidget(self.about)


class Compare(QWidget):
    """Shows photos of the library; `closed` when it is left."""

    closed = Signal()

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._photos: list[Photo] = []
        self._pictures = Latest("compare", lambda paths: [levels(path) for path in paths], self)
        self.panes = [Pane() for _ in range(MOST)]
        self._close = tool(self.tr("Close (Esc)"))
        head = QFrame()
        head.setObjectName("bar")
        row = QHBoxLayout(head)
        row.setContentsMargins(10, 8, 10, 8)
        row.addWidget(self._close)
        row.addWidget(label(self.tr("Compare"), "heading"))
        row.addSpacing(8)
        row.addWidget(label(self.tr("Zoom with the wheel, move with the mouse: all move together."), "quiet"))
        row.addStretch(1)
        body = QWidget()
        self._grid = QGridLayout(body)
        self._grid.setContentsMargins(8, 8, 8, 0)
        self._grid.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(body, 1)
        for number, pane in enumerate(self.panes):
            pane.canvas.looked.connect(partial(self._follow, number))
            pane.canvas.setAccessibleName(self.tr("Photo {number}").format(number=number + 1))
            pane.canvas.installEventFilter(self)
        self._close.clicked.connect(self.closed)
        self._pictures.ready.connect(self._came)
        self._paint()

    def show_photos(self, ids: Sequence[int], sizes: dict[int, int]) -> None:
        """Show these photos, at most MOST, beside each other; `sizes` are bytes of their files."""
        known = self._library.catalogue.photos(ids)
        self._photos = [known[number] for number in ids if number in known][:MOST]
        columns = 2 if len(self._photos) in (2, 4) else max(1, len(self._photos))
        for number, pane in enumerate(self.panes):
            self._grid.removeWidget(pane)
            pane.setVisible(number < len(self._photos))
        for number, photo in enumerate(self._photos):
            pane = self.panes[number]
            self._grid.addWidget(pane, number // columns, number % columns)
            pane.name.setText(photo.files[0].name)
            pane.name.setToolTip(str(photo.files[0]))
            size = megabytes(sizes.get(photo.id, 0))
            pane.about.setText(f"{photo.width} × {photo.height}  ·  {size}  ·  {photo.files[0].parent.name}")
            raw = self._library.cache.thumb(photo.id)
            small = QPixmap.fromImage(QImage.fromData(raw)) if raw else QPixmap()
            pane.canvas.show_picture([] if small.isNull() else [small], QSize(photo.width, photo.height))
        self._pictures.ask(tuple(photo.files[0] for photo in self._photos))
        self.panes[0].canvas.setFocus()

    def close_pictures(self) -> None:
        """End the decoding thread."""
        self._photos = []
        self._pictures.close()

    def _came(self, paths: tuple[Path, ...], found: list[list[QImage] | str] | Exception) -> None:
        if paths != tuple(photo.files[0] for photo in self._photos):
            return
        for number, photo in enumerate(self._photos):
            canvas = self.panes[number].canvas
            copies = str(found) if isinstance(found, Exception) else found[number]
            if isinstance(copies, str):
                canvas.say(copies)
            else:
                pixmaps = [QPixmap.fromImage(each) for each in copies]
                canvas.show_picture(pixmaps, QSize(photo.width, photo.height), keep=True)

    def _follow(self, leader: int) -> None:
        width, middle = self.panes[leader].canvas.place
        for number, pane in enumerate(self.panes[: len(self._photos)]):
            if number != leader:
                pane.canvas.look(width, middle)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not (event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(watched, Linked)):
            return False
        key, keys = event.key(), Qt.Key
        if key == keys.Key_Escape:
            self.closed.emit()
        elif key in (keys.Key_Plus, keys.Key_Equal):
            watched.zoom_by(STEP)
        elif key == keys.Key_Minus:
            watched.zoom_by(1 / STEP)
        elif key in (keys.Key_0, keys.Key_1):
            watched.set_zoom(0 if key == keys.Key_0 else 1)
        else:
            return False
        return True

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def _paint(self) -> None:
        self._close.setIcon(icons.icon("close", colour(self.palette())))


def megabytes(size: int) -> str:
    """Bytes as file managers write them, in powers of ten."""
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
