"""One picture on a widget: zoom, pan, and the boxes of its faces."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from photohash.types import Face

LEAST, MOST = 0.02, 8.0  # screen pixels to one of the photo
STEP = 1.25


class Canvas(QWidget):
    """The picture, its zoom, and the boxes of its faces. `picked` carries a face's id on a click.

    A zoom of 1 is one pixel of the screen to one of the photo, in whatever copy the photo is here: a thumbnail fills
    the place of the photo that is to come.
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._copies: list[QPixmap] = []
        self._size = QSize()
        self._said = ""
        self._faces: list[Face] = []
        self._marked: int | None = None
        self._boxes = True
        self._zoom = 0.0  # 0: as large as fits
        self._middle = QPointF(0.5, 0.5)
        self._grabbed: QPointF | None = None

    def say(self, sentence: str) -> None:
        """Show words in place of a picture."""
        self._copies, self._said = [], sentence
        self.update()

    def show_picture(self, copies: list[QPixmap], size: QSize, keep: bool = False) -> None:
        """Show a photo of this size in pixels by copies of it, the largest first; `keep` leaves zoom and place."""
        self._copies, self._size, self._said = copies, size, ""
        if not keep:
            self._zoom, self._middle, self._grabbed = 0.0, QPointF(0.5, 0.5), None
        self._hold()
        self.update()

    def show_faces(self, faces: list[Face], marked: int | None = None) -> None:
        """The faces to draw, and the id of the one that was found."""
        self._faces, self._marked = faces, marked
        self.update()

    def toggle_boxes(self) -> None:
        """Show the faces' boxes or hide them."""
        self._boxes = not self._boxes
        self.update()

    @property
    def zoom(self) -> float:
        """Pixels of the screen to one of the photo."""
        if self._zoom or not self._copies:
            return self._zoom or 1.0
        ratio = self.devicePixelRatioF()
        return min(1.0, self.width() * ratio / self._size.width(), self.height() * ratio / self._size.height())

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom so that what is at a place of the widget stays there; 0 is as large as fits."""
        if not self._copies:
            return
        place = at or QPointF(self.width() / 2, self.height() / 2)
        before = self._to_photo(place)
        self._zoom = 0.0 if zoom <= 0 else max(LEAST, min(MOST, zoom))
        self._middle += before - self._to_photo(place)
        self._hold()
        self.update()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom in or out."""
        self.set_zoom(self.zoom * factor, at)

    def _hold(self) -> None:
        """Keep the photo on the screen: centred where it is smaller than the widget."""
        if not self._copies:
            return
        shown = self.shown()
        x = min(0.5, self.width() / 2 / shown.width())
        y = min(0.5, self.height() / 2 / shown.height())
        self._middle = QPointF(
            max(x, min(1 - x, self._middle.x())),
            max(y, min(1 - y, self._middle.y())),
        )

    def shown(self) -> QRectF:
        """The photo's place on the widget."""
        scale = self.zoom / self.devicePixelRatioF()
        width, height = self._size.width() * scale, self._size.height() * scale
        left, top = self.width() / 2 - self._middle.x() * width, self.height() / 2 - self._middle.y() * height
        return QRectF(left, top, width, height)

    def _to_photo(self, place: QPointF) -> QPointF:
        shown = self.shown()
        return QPointF((place.x() - shown.left()) / shown.width(), (place.y() - shown.top()) / shown.height())

    def _box(self, face: Face) -> QRectF:
        shown = self.shown()
        x, y, w, h = face.box
        return QRectF(
            shown.left() + x * shown.width(), shown.top() + y * shown.height(), w * shown.width(), h * shown.height()
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        if not self._copies:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._said)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 3)
        needed = self.zoom * self._size.width()
        copy = min((c for c in self._copies if c.width() >= needed), key=QPixmap.width, default=self._copies[0])
        painter.drawPixmap(self.shown(), copy, QRectF(copy.rect()))
        for face in self._faces if self._boxes else ():
            box = self._box(face)
            painter.setPen(QPen(QColor(0, 0, 0, 110), 3.5))
            painter.drawRoundedRect(box, 5, 5)
            found = face.id == self._marked
            accent = self.palette().color(QPalette.ColorRole.Highlight)
            painter.setPen(QPen(accent, 2.6) if found else QPen(QColor("white"), 1.6))
            painter.drawRoundedRect(box, 5, 5)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(STEP ** (event.angleDelta().y() / 120), event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        faces = self._faces if self._boxes and self._copies else []
        hit = [face for face in faces if self._box(face).contains(event.position())]
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif hit:
            self.picked.emit(min(hit, key=lambda face: face.box[2] * face.box[3]).id)
        else:
            self._grabbed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None and self._copies:
            shown, moved = self.shown(), event.position() - self._grabbed
            self._middle -= QPointF(moved.x() / shown.width(), moved.y() / shown.height())
            self._grabbed = event.position()
            self._hold()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.set_zoom(1.0 if not self._zoom else 0.0, event.position())
