from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QPixmap
from pytestqt.qtbot import QtBot

from photohash.gui.grid import GridModel
from photohash.gui.thumbs import Thumbs
from photohash.gui.tile import Tile

CELL = QRect(0, 0, 160, 160)
ACCENT = QColor("#123456")


def thumb(width: int, height: int) -> QPixmap:
    """Green in the square that is to be seen, red beyond."""
    made = QPixmap(width, height)
    made.fill(Qt.GlobalColor.red)
    side = min(width, height)
    painter = QPainter(made)
    painter.fillRect((width - side) // 2, (height - side) // 6, side, side, Qt.GlobalColor.green)
    painter.end()
    return made


def draw(thumbs: Thumbs, picture: QPixmap | None, *, selected: bool = False, words: bool = False) -> QImage:
    model = GridModel(thumbs)
    thumbs.get = lambda number: picture  # type: ignore[method-assign,assignment]
    captions = {1: "a caption"} if words else {}
    model.show(np.array([1]), (), captions, {1: "12"} if words else {})
    image = QImage(CELL.size(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Highlight, ACCENT)
    palette.setColor(QPalette.ColorRole.AlternateBase, QColor("#abcdef"))
    painter = QPainter(image)
    Tile().draw(painter, CELL, model.index(0), selected=selected, current=False, palette=palette)
    painter.end()
    return image


@pytest.mark.parametrize(("width", "height"), [(320, 200), (200, 320), (64, 64)])
def test_a_square_of_the_picture_fills_the_cell(qtbot: QtBot, thumbs: Thumbs, width: int, height: int) -> None:
    image = draw(thumbs, thumb(width, height))
    for x, y in ((80, 80), (8, 80), (151, 80), (80, 8), (80, 151)):
        assert image.pixelColor(x, y) == QColor(Qt.GlobalColor.green), (x, y)
    assert image.pixelColor(0, 0) == QColor(Qt.GlobalColor.white)  # a gap, and round corners
    assert image.pixelColor(3, 3) == QColor(Qt.GlobalColor.white)


def test_until_a_picture_is_there_its_place_is_grey(qtbot: QtBot, thumbs: Thumbs) -> None:
    assert draw(thumbs, None).pixelColor(80, 80) == QColor("#abcdef")


def test_what_is_selected_has_a_frame(qtbot: QtBot, thumbs: Thumbs) -> None:
    assert draw(thumbs, thumb(64, 64), selected=True).pixelColor(4, 80) == ACCENT
    assert draw(thumbs, thumb(64, 64)).pixelColor(4, 80) != ACCENT


def test_words_lie_on_dark(qtbot: QtBot, thumbs: Thumbs) -> None:
    plain, with_words = draw(thumbs, thumb(64, 64)), draw(thumbs, thumb(64, 64), words=True)
    assert with_words.pixelColor(150, 154).green() < plain.pixelColor(150, 154).green() - 100  # under the caption
    assert with_words.pixelColor(80, 60) == plain.pixelColor(80, 60)
    corner = [with_words.pixelColor(x, y) != plain.pixelColor(x, y) for x in range(110, 152) for y in range(9, 26)]
    assert sum(corner) > 200  # the badge


@pytest.mark.parametrize(("x", "seen"), [(0.05, "left"), (0.95, "right"), (None, "middle")])
def test_what_must_be_seen_is_in_the_square(qtbot: QtBot, thumbs: Thumbs, x: float | None, seen: str) -> None:
    wide = QPixmap(300, 100)
    painter = QPainter(wide)
    colours = {"left": QColor("#0000ff"), "middle": QColor("#00ff00"), "right": QColor("#ff0000")}
    for number, colour in enumerate(colours.values()):
        painter.fillRect(100 * number, 0, 100, 100, colour)
    painter.end()
    model = GridModel(thumbs)
    thumbs.get = lambda number: wide  # type: ignore[method-assign,assignment]
    model.show(np.array([1]), focus=lambda number: None if x is None else QPointF(x, 0.5))
    image = QImage(CELL.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    Tile().draw(painter, CELL, model.index(0), selected=False, current=False, palette=QPalette())
    painter.end()
    assert {image.pixelColor(8, 80).name(), image.pixelColor(150, 80).name()} == {colours[seen].name()}
