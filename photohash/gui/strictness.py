"""How sure a result must be: a slider over calibrated confidence, and the faces on both sides of its cut."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSlider, QVBoxLayout, QWidget

from photohash.gui.parts import label
from photohash.gui.thumbs import Thumbs
from photohash.work.search import Candidates

STEPS = 400
SUREST = 0.999  # nothing measured says more than that
BESIDE = 4  # faces shown on each side of the cut
SIDE, GAP, EDGE = 56, 4, 12  # pixels
STAYS_MS = 2500  # so long the borderline is shown after the last move


class Strictness(QWidget):
    """The slider; `moved` when the confidence asked for has changed. Its steps are even in log odds.

    Confidence is nearly 1 over most of the range of distances; in its odds, steps of equal size show equally much.
    """

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = 0.5
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setFixedWidth(180)
        self.slider.setAccessibleName(self.tr("Strictness"))
        self.slider.setToolTip(self.tr("How sure a result must be"))
        self._said = label(kind="quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._said)
        column.addWidget(self.slider)
        self.slider.valueChanged.connect(self._changed)
        self._say()

    @property
    def confidence(self) -> float:
        """The least confidence of what is shown."""
        low, high = _odds(self._least), _odds(SUREST)
        return 1 / (1 + math.exp(-(low + (high - low) * self.slider.value() / STEPS)))

    def set_least(self, confidence: float) -> None:
        """The confidence at the loose end; the slider stays where it is."""
        self._least = min(max(confidence * 0.999, 1e-6), 0.99)  # so that what lies on the end itself is in
        self._say()

    def _changed(self) -> None:
        self._say()
        self.moved.emit()

    def _say(self) -> None:
        said = self.tr("at least {sure} sure").format(sure=percent(self.confidence))
        self._said.setText(said)
        self.slider.setAccessibleDescription(said)


class Borderline(QWidget):
    """The last faces that are in and the first that are out, while the slider moves."""

    def __init__(self, faces: Thumbs, parent: QWidget) -> None:
        super().__init__(parent)
        self._faces = faces
        self._inside: list[int] = []
        self._outside: list[int] = []
        self._hiding = QTimer(self)
        self._hiding.setSingleShot(True)
        self._hiding.setInterval(STAYS_MS)
        self._hiding.timeout.connect(self.hide)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        faces.ready.connect(self._came)
        self.hide()

    def show_cut(self, found: Candidates, count: int) -> None:
        """Show the faces around a cut after the first `count` candidates, for a while."""
        self._inside = found.faces[max(0, count - BESIDE) : count].tolist()
        self._outside = found.faces[count : count + BESIDE].tolist()
        self.resize(self._half(self._inside) + self._half(self._outside), SIDE + 42)
        self.setVisible(bool(self._inside or self._outside))
        self.raise_()
        self.update()
        self._hiding.start()

    def _came(self) -> None:
        self.update()

    def _half(self, faces: list[int]) -> int:
        """The width of one side of the cut."""
        return EDGE + max(2, len(faces)) * (SIDE + GAP) + EDGE

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        palette = self.palette()
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(palette.color(QPalette.ColorRole.Window))
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.drawRoundedRect(frame, 10, 10)
        middle = self._half(self._inside)
        left, right = QRectF(0, 6, middle - EDGE, 20), QRectF(middle + EDGE, 6, self.width() - middle, 20)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        flags = Qt.AlignmentFlag
        painter.drawText(left, flags.AlignRight | flags.AlignVCenter, self.tr("the last in"))
        said = self.tr("the first out") if self._outside else self.tr("none is out")
        painter.drawText(right, flags.AlignLeft | flags.AlignVCenter, said)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2))
        painter.drawLine(middle, 10, middle, self.height() - 10)
        for number, face in enumerate(reversed(self._inside)):
            self._face(painter, middle - EDGE - SIDE - number * (SIDE + GAP), face, 1.0)
        for number, face in enumerate(self._outside):
            self._face(painter, middle + EDGE + number * (SIDE + GAP), face, 0.45)

    def _face(self, painter: QPainter, left: float, face: int, opacity: float) -> None:
        place = QRectF(left, 30, SIDE, SIDE)
        outline = QPainterPath()
        outline.addRoundedRect(place, 8, 8)
        painter.setOpacity(opacity)
        painter.fillPath(outline, self.palette().color(QPalette.ColorRole.AlternateBase))
        chip = self._faces.get(face)
        if chip is not None:
            painter.setClipPath(outline)
            painter.drawPixmap(place, chip, QRectF(chip.rect()))
            painter.setClipping(False)
        painter.setOpacity(1.0)


def percent(share: float) -> str:
    """A share in percent, never rounded up to certainty."""
    share = min(max(share, 0.0), SUREST)
    return f"{math.floor(share * 1000) / 10:.1f} %" if share >= 0.99 else f"{math.floor(share * 100)} %"


def _odds(share: float) -> float:
    return math.log(share / (1 - share))
