"""A few words side by side, of which one is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

STYLE = """
QPushButton { border-radius: 0; padding: 5px 12px; margin-left: -1px; }
QPushButton#first { border-top-left-radius: 7px; border-bottom-left-radius: 7px; margin-left: 0; }
QPushButton#last { border-top-right-radius: 7px; border-bottom-right-radius: 7px; }
QPushButton:checked { background: palette(highlight); border-color: palette(highlight); color: white; }
"""


class Choice(QWidget):
    """`chosen` carries the number of the word that was chosen by hand."""

    chosen = Signal(int)

    def __init__(self, name: str, words: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setStyleSheet(STYLE)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for number, word in enumerate(words):
            button = QPushButton(word)
            button.setCheckable(True)
            button.setObjectName("first" if not number else "last" if number == len(words) - 1 else "")
            button.setAccessibleDescription(name)
            self._group.addButton(button, number)
            row.addWidget(button)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self.chosen)

    @property
    def number(self) -> int:
        """Which word is chosen."""
        return self._group.checkedId()

    def choose(self, number: int) -> None:
        """Choose a word without telling."""
        self._group.button(number).setChecked(True)

    def button(self, number: int) -> QPushButton:
        """The button of a word."""
        button = self._group.button(number)
        assert isinstance(button, QPushButton)
        return button
