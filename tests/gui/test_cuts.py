from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPixmap
from pytestqt.qtbot import QtBot

from photohash.gui.cuts import Cuts


def halves(width: int, height: int) -> QPixmap:
    """Red at the left, blue at the right."""
    made = QImage(width, height, QImage.Format.Format_RGB32)
    for y in range(height):
        for x in range(width):
            made.setPixelColor(x, y, QColor(Qt.GlobalColor.red if x < width // 2 else Qt.GlobalColor.blue))
    return QPixmap.fromImage(made)


def test_the_square_fills_the_side_and_its_corners_are_round(qtbot: QtBot) -> None:
    for ratio in (1.0, 2.0):
        cut = Cuts().get(halves(100, 60), QRectF(20, 0, 60, 60), 40, 6, ratio)
        assert (cut.width(), cut.devicePixelRatio()) == (40 * ratio, ratio)
        image = cut.toImage()
        end = cut.width() - 1
        assert image.pixelColor(0, 0).alpha() == image.pixelColor(end, end).alpha() == 0
        assert image.pixelColor(cut.width() // 4, cut.height() // 2) == QColor(Qt.GlobalColor.red)
        assert image.pixelColor(cut.width() * 3 // 4, cut.height() // 2) == QColor(Qt.GlobalColor.blue)


def test_what_shrinks_much_is_the_mean_of_its_pixels(qtbot: QtBot) -> None:
    stripes = QImage(256, 256, QImage.Format.Format_RGB32)
    for y in range(256):
        for x in range(256):
            stripes.setPixelColor(x, y, QColor(Qt.GlobalColor.white if x % 4 == 0 else Qt.GlobalColor.black))
    image = Cuts().get(QPixmap.fromImage(stripes), QRectF(0, 0, 256, 256), 64, 6, 1.0).toImage()
    assert all(abs(image.pixelColor(x, 32).red() - 64) < 24 for x in range(10, 54))


def test_one_is_made_once_until_the_bytes_are_too_many(qtbot: QtBot) -> None:
    cuts, whole = Cuts(limit=4 * 4 * 10 * 10), QRectF(0, 0, 20, 20)
    pictures = [halves(20, 20) for _ in range(6)]
    first = cuts.get(pictures[0], whole, 10, 2, 1.0)
    assert cuts.get(pictures[0], whole, 10, 2, 1.0).cacheKey() == first.cacheKey()
    for picture in pictures[1:]:
        cuts.get(picture, whole, 10, 2, 1.0)
        assert cuts.get(pictures[0], whole, 10, 2, 1.0).cacheKey() == first.cacheKey()
    assert len(cuts) == 4
    assert cuts.get(pictures[0], whole, 12, 2, 1.0).width() == 12
