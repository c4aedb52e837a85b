"""One photo at a time: zoom, pan, faces, and single keys."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QDateTime, QEvent, QLocale, QPointF, QRectF, Qt, QTimeZone, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from photohash.gui import icons
from photohash.gui.parts import label, tool
from photohash.gui.pictures import Pictures
from photohash.gui.theme import colour
from photohash.library import Library
from photohash.store.results import Results
from photohash.types import Face, Photo

MOST = 8.0  # screen pixels to one of the picture
STEP = 1.25


class Canvas(QWidget):
    """The picture, its zoom, and the boxes of its faces. `picked` carries a face's id on a click."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._picture: QPixmap | None = None
        self._said = ""
        self._faces: list[Face] = []
        self._boxes = True
        self._zoom = 0.0  # 0: as large as fits
        self._middle = QPointF(0.5, 0.5)
        self._grabbed: QPointF | None = None

    def show_picture(self, picture: QPixmap | None, said: str = "", keep: bool = False) -> None:
        """Show a picture, or a sentence; `keep` leaves zoom and place as they are."""
        self._picture, self._said = picture, said
        if not keep:
            self._zoom, self._middle = 0.0, QPointF(0.5, 0.5)
        self.update()

    def show_faces(self, faces: list[Face]) -> None:
        """The faces to draw."""
        self._faces = faces
        self.update()

    def toggle_boxes(self) -> None:
        """Show the faces' boxes or hide them."""
        self._boxes = not self._boxes
        self.update()

    @property
    def zoom(self) -> float:
        """Screen pixels to one of the picture."""
        if self._zoom or not self._picture:
            return self._zoom or 1.0
        ratio = self.devicePixelRatioF()
        return min(1.0, self.width() * ratio / self._picture.width(), self.height() * ratio / self._picture.height())

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom so that what is at a place of the widget stays there; 0 is as large as fits."""
        if not self._picture:
            return
        place = at or QPointF(self.width() / 2, self.height() / 2)
        before = self._to_picture(place)
        self._zoom = 0.0 if zoom <= 0 else max(0.02, min(MOST, zoom))
        if self._zoom:
            now = self._to_picture(place)
            self._middle += before - now
        self._hold()
        self.update()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom in or out."""
        self.set_zoom(self.zoom * factor, at)

    def _hold(self) -> None:
        """Keep the picture on the screen: centred where it is smaller than the widget."""
        if not self._picture:
            return
        shown = self._shown()
        for of_picture, of_widget, get, put in (
            (shown.width(), self.width(), self._middle.x, self._middle.setX),
            (shown.height(), self.height(), self._middle.y, self._middle.setY),
        ):
            half = min(0.5, of_widget / 2 / of_picture) if of_picture else 0.5
            put(max(half, min(1 - half, get())))

    def _shown(self) -> QRectF:
        """The picture's place on the widget."""
        assert self._picture
        scale = self.zoom / self.devicePixelRatioF()
        width, height = self._picture.width() * scale, self._picture.height() * scale
        return QRectF(
            self.width() / 2 - self._middle.x() * width, self.height() / 2 - self._middle.y() * height, width, height
        )

    def _to_picture(self, place: QPointF) -> QPointF:
        shown = self._shown()
        return QPointF((place.x() - shown.left()) / shown.width(), (place.y() - shown.top()) / shown.height())

    def _box(self, face: Face) -> QRectF:
        shown = self._shown()
        x, y, w, h = face.box
        return QRectF(
            shown.left() + x * shown.width(), shown.top() + y * shown.height(), w * shown.width(), h * shown.height()
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        if not self._picture:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._said)
            return
        painter.setRenderHints(
            QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing, self.zoom < 3
        )
        painter.drawPixmap(self._shown(), self._picture, QRectF(self._picture.rect()))
        for face in self._faces if self._boxes else ():
            box = self._box(face)
            painter.setPen(QPen(QColor(0, 0, 0, 110), 3.5))
            painter.drawRoundedRect(box, 5, 5)
            painter.setPen(QPen(QColor("white"), 1.6))
            painter.drawRoundedRect(box, 5, 5)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(STEP ** (event.angleDelta().y() / 120), event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        hit = [
            face for face in self._faces if self._boxes and self._picture and self._box(face).contains(event.position())
        ]
        if hit:
            self.picked.emit(min(hit, key=lambda face: face.box[2] * face.box[3]).id)
        else:
            self._grabbed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None and self._picture:
            shown, moved = self._shown(), event.position() - self._grabbed
            self._middle -= QPointF(moved.x() / shown.width(), moved.y() / shown.height())
            self._grabbed = event.position()
            self._hold()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.set_zoom(1.0 if not self._zoom else 0.0, event.position())


class Viewer(QWidget):
    """A photo with the ones before and after it. `closed` carries the id that was seen last."""

    closed = Signal(int)
    picked = Signal(int)

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._results = Results(library.catalogue)
        self._ids: NDArray[np.int64] = np.empty(0, np.int64)
        self._row = 0
        self._photo: Photo | None = None
        self._pictures = Pictures(self)
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

    def show_photo(self, number: int, ids: NDArray[np.int64]) -> None:
        """Show a photo as one of these."""
        self._ids = ids
        rows = np.flatnonzero(ids == number)
        self._row = int(rows[0]) if len(rows) else 0
        self._show()

    def close_photo(self) -> None:
        """Back to the grid."""
        if len(self._ids):
            self.closed.emit(int(self._ids[self._row]))

    def close_pictures(self) -> None:
        """End the decoding thread."""
        self._pictures.close()

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
            self.canvas.show_picture(None, self.tr("The file of this photo is not there now."))
            return
        self._name.setText(self._photo.files[0].name)
        self._about.setText(self._described(self._photo))
        raw = self._library.cache.thumb(number)
        small = QPixmap.fromImage(QImage.fromData(raw)) if raw else None
        self.canvas.show_picture(self._enlarged(small, self._photo))
        self._pictures.wish(number, self._photo.files[0])

    def _enlarged(self, small: QPixmap | None, photo: Photo) -> QPixmap | None:
        """The thumbnail at the photo's size, so that nothing jumps when the photo itself comes."""
        if small is None or small.isNull():
            return None
        side = min(1.0, 1600 / max(photo.width, photo.height))
        return small.scaled(
            round(photo.width * side),
            round(photo.height * side),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )

    def _came(self, number: int, found: object) -> None:
        if not len(self._ids) or number != int(self._ids[self._row]):
            return
        if isinstance(found, QImage):
            self.canvas.show_picture(QPixmap.fromImage(found), keep=True)
            self.canvas.show_faces(self._results.faces_of(number))
        else:
            self.canvas.show_picture(None, str(found))

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
