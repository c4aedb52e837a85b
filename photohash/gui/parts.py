"""The few small widgets that all pages are made of."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget


def label(text: str = "", kind: str = "", centred: bool = False) -> QLabel:
    """A text; `kind` is "title", "heading", "quiet" or nothing, as the style sheet knows them."""
    made = QLabel(text)
    made.setObjectName(kind)
    if centred:
        made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made


def tool(text: str, checkable: bool = False) -> QToolButton:
    """A button that shows an icon only; its text is the tool tip and what a screen reader says."""
    made = QToolButton()
    made.setToolTip(text)
    made.setAccessibleName(text)
    made.setCheckable(checkable)
    return made


def primary(text: str) -> QPushButton:
    """The one button that a page is about."""
    made = QPushButton(text)
    made.setObjectName("primary")
    return made


def bar(*left: QWidget | int, right: tuple[QWidget, ...] = ()) -> QFrame:
    """The strip at the head of a page: widgets and gaps in pixels from the left, others at the right."""
    frame = QFrame()
    frame.setObjectName("bar")
    row = QHBoxLayout(frame)
    row.setContentsMargins(18, 10, 18, 10)
    row.setSpacing(10)
    for each in left:
        if isinstance(each, int):
            row.addSpacing(each)
        elif isinstance(each, QLabel):
            row.addWidget(each, 0, Qt.AlignmentFlag.AlignBaseline)
        else:
            row.addWidget(each)
    row.addStretch(1)
    for each in right:
        row.addWidget(each)
    return frame
