"""What is searched, above its results: the picture, its faces, how several count, and how sure a result must be."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from photohash.gui.chips import SIDE, Chips
from photohash.gui.choice import Choice
from photohash.gui.parts import label
from photohash.gui.strictness import Strictness
from photohash.gui.subject import Subject

HEIGHT = SIDE + 14  # pixels of the picture


class Asked(QFrame):
    """The strip between the head of the page and the results. `picked` when other faces or another way is chosen.

    `marking` when a face is to be drawn by hand.
    """

    picked = Signal()
    marking = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.searching = False
        self._picture = Framed()
        self._name = label(kind="heading")
        self._note = label(kind="quiet")
        self.mark = QPushButton(self.tr("Mark a face…"))
        self.mark.setToolTip(self.tr("Draw a box around a face that was not found"))
        self.chips = Chips()
        self._way = Choice(self.tr("Photos that show"), (self.tr("Any of them"), self.tr("All together")))
        self.strictness = Strictness()
        self._wait = QProgressBar()
        self._wait.setRange(0, 0)
        self._wait.setTextVisible(False)
        self._wait.setFixedSize(180, 6)
        self._wait.setAccessibleName(self.tr("Searching"))
        self._lay_out()
        self.chips.picked.connect(lambda numbers: self.picked.emit())
        self._way.chosen.connect(lambda number: self.picked.emit())
        self.mark.clicked.connect(self.marking)
        self._markable = self._guessed = False
        self.busy(False)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(self._name)
        words.addWidget(self._note)
        words.addSpacing(4)
        words.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignLeft)
        words.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addStretch(1)
        for widget in (self._wait, self._way, self.strictness):
            right.addWidget(widget, 0, Qt.AlignmentFlag.AlignRight)
        right.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 8, 18, 8)
        row.setSpacing(14)
        row.addWidget(self._picture)
        row.addLayout(words)
        row.addWidget(self.chips, 1)
        row.addLayout(right)

    @property
    def together(self) -> bool:
        """Whether photos must show all picked people."""
        return self._way.number == 1

    def show_subject(self, subject: Subject) -> None:
        """Show a picture and its faces."""
        self._picture.show_picture(subject.picture)
        self._name.setText(self._name.fontMetrics().elidedText(subject.name, Qt.TextElideMode.ElideMiddle, 220))
        self._name.setToolTip(subject.name)
        self.chips.show_faces(subject.chips, subject.picked)
        self._markable, self._guessed = subject.query is not None, subject.guessed

    def show_kind(self, whole: bool, picked: int) -> None:
        """Show what belongs to a search of people or of whole pictures."""
        faces = self.chips.count()
        self.chips.setVisible(bool(faces) and not whole)
        self.mark.setVisible(self._markable and not self.searching)
        self._way.setVisible(not whole and picked > 1)
        self.strictness.setVisible(not whole and bool(faces) and not self.searching)
        if whole:
            note = self.tr("photos that look like it")
            if not faces and not self.searching:
                note = self.tr("No face was found in it:\nthese photos look like it.")
        else:
            note = self.tr("%n face(s)", "", faces) if faces else ""
            if self._guessed:
                note = self.tr("taken as you drew it:\nresults are less sure")
        if not (self.searching and not faces):
            self._note.setText(note)

    def busy(self, busy: bool) -> None:
        """Show that a search goes on."""
        self.searching = busy
        self._wait.setVisible(busy)
        self.mark.setVisible(self._markable and not busy)
        if busy and not self.chips.count():
            self._note.setText(self.tr("Looking for faces…"))


class Framed(QWidget):
    """A small picture with rounded corners, whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QImage()
        self.setFixedSize(QSize(HEIGHT, HEIGHT))

    def show_picture(self, picture: QImage) -> None:
        """Show this picture."""
        self._picture = picture
        wide = picture.width() / picture.height() if not picture.isNull() else 1.0
        self.setFixedSize(QSize(round(HEIGHT * min(1.5, max(0.67, wide))), HEIGHT))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        place = QRectF(self.rect())
        outline = QPainterPath()
        outline.addRoundedRect(place, 8, 8)
        painter.setClipPath(outline)
        painter.fillRect(place, self.palette().color(QPalette.ColorRole.AlternateBase))
        if not self._picture.isNull():
            size = QSize(self._picture.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            shown = QRectF(0, 0, size.width(), size.height())
            shown.moveCenter(place.center())
            painter.drawImage(shown, self._picture)
