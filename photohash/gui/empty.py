"""What a page shows while it has nothing to show: a picture, a sentence, and what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from photohash.gui import icons
from photohash.gui.parts import label, primary
from photohash.gui.theme import colour


class Empty(QWidget):
    """A centred icon, title, text and, if it has one, a button; `asked` when that is pressed."""

    asked = Signal()

    def __init__(self, icon: str, title: str, text: str, button: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._picture = label(centred=True)
        self._title = label(title, "title", centred=True)
        self._text = label(text, "quiet", centred=True)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(3)
        for widget in (self._picture, self._title, self._text):
            column.addWidget(widget)
        if button:
            push = primary(button)
            push.clicked.connect(self.asked)
            column.addSpacing(6)
            column.addWidget(push, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(4)
        self._paint()

    def say(self, title: str, text: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._text.setText(text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def _paint(self) -> None:
        dim = colour(self.palette(), QPalette.ColorRole.PlaceholderText)
        self._picture.setPixmap(icons.picture(self._icon, dim, 72, self.devicePixelRatioF()))
