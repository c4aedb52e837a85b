from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photohash.gui.canvas import LEAST, MOST, STEP, Canvas
from photohash.types import Face

LEFT = Qt.MouseButton.LeftButton


def picture(width: int, height: int, colour: str = "#00ff00") -> QPixmap:
    made = QPixmap(width, height)
    made.fill(QColor(colour))
    return made


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    """500 x 300 pixels that show a photo of 1000 x 1000."""
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show_picture([picture(1000, 1000), picture(500, 500)], QSize(1000, 1000))
    made.show()
    qtbot.waitExposed(made)
    return made


def under(canvas: Canvas, x: float, y: float) -> tuple[float, float]:
    """What of the photo is at a place, as fractions."""
    at = canvas._to_photo(QPointF(x, y))
    return round(at.x(), 6), round(at.y(), 6)


def wheel(canvas: Canvas, at: QPointF, turned: int) -> None:
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(at, at, QPoint(), QPoint(0, turned), buttons, keys, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(canvas, event)


def drag(canvas: Canvas, start: QPointF, end: QPointF) -> None:
    none, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    for kind, at, button in (
        (QEvent.Type.MouseButtonPress, start, LEFT),
        (QEvent.Type.MouseMove, end, none),
        (QEvent.Type.MouseButtonRelease, end, LEFT),
    ):
        QApplication.sendEvent(canvas, QMouseEvent(kind, at, at, button, LEFT, keys))


def test_at_first_it_is_as_large_as_fits_and_in_the_middle(canvas: Canvas) -> None:
    assert canvas.zoom == pytest.approx(0.3)
    shown = canvas.shown()
    assert (shown.left(), shown.top(), shown.width(), shown.height()) == pytest.approx((100, 0, 300, 300))


def test_a_small_photo_is_not_enlarged(canvas: Canvas) -> None:
    canvas.show_picture([picture(40, 20)], QSize(40, 20))
    assert canvas.zoom == 1
    assert canvas.shown().width() == 40


def test_what_is_under_the_wheel_stays_there(canvas: Canvas) -> None:
    canvas.set_zoom(1.0)
    at = QPointF(200, 120)
    before = under(canvas, 200, 120)
    wheel(canvas, at, 120)
    assert canvas.zoom == pytest.approx(STEP)
    assert under(canvas, 200, 120) == pytest.approx(before, abs=1e-5)
    wheel(canvas, at, -120)
    assert canvas.zoom == pytest.approx(1.0)


def test_zoom_has_limits_and_goes_back_to_what_fits(canvas: Canvas) -> None:
    for _ in range(40):
        canvas.zoom_by(STEP)
    assert canvas.zoom == MOST
    for _ in range(60):
        canvas.zoom_by(1 / STEP)
    assert canvas.zoom == LEAST
    canvas.set_zoom(0)
    assert canvas.zoom == pytest.approx(0.3)
    canvas.resize(800, 600)
    assert canvas.zoom == pytest.approx(0.6)  # it still fits


def test_dragging_moves_the_photo_with_the_mouse_and_not_off_the_screen(canvas: Canvas) -> None:
    canvas.set_zoom(1.0)
    before = under(canvas, 250, 150)
    drag(canvas, QPointF(250, 150), QPointF(300, 130))
    assert under(canvas, 300, 130) == pytest.approx(before, abs=1e-5)
    drag(canvas, QPointF(0, 0), QPointF(5000, 5000))
    assert canvas.shown().topLeft() == QPointF(0, 0)
    drag(canvas, QPointF(0, 0), QPointF(-9000, -9000))
    assert canvas.shown().bottomRight() == QPointF(500, 300)


def test_a_photo_that_fits_cannot_be_dragged_away(canvas: Canvas) -> None:
    before = canvas.shown()
    drag(canvas, QPointF(250, 150), QPointF(300, 130))
    assert canvas.shown() == before


def test_a_double_click_shows_each_pixel_and_again_all(canvas: Canvas, qtbot: QtBot) -> None:
    qtbot.mouseDClick(canvas, LEFT, pos=QPoint(300, 100))
    assert canvas.zoom == 1
    qtbot.mouseDClick(canvas, LEFT, pos=QPoint(300, 100))
    assert canvas.zoom == pytest.approx(0.3)


def test_nothing_jumps_when_the_photo_takes_the_thumbnails_place(canvas: Canvas) -> None:
    canvas.show_picture([picture(320, 320)], QSize(1000, 1000))
    canvas.set_zoom(1.5, QPointF(100, 100))
    before = canvas.shown()
    canvas.show_picture([picture(1000, 1000)], QSize(1000, 1000), keep=True)
    assert canvas.shown() == before
    canvas.show_picture([picture(1000, 1000)], QSize(1000, 1000))
    assert canvas.zoom == pytest.approx(0.3)


def test_the_copy_that_is_just_larger_is_painted(canvas: Canvas) -> None:
    canvas.show_faces([])
    copies = [picture(1000, 1000, "#ff0000"), picture(500, 500, "#00ff00"), picture(250, 250, "#0000ff")]
    canvas.show_picture(copies, QSize(1000, 1000))
    for zoom, colour in ((2.0, "#ff0000"), (1.0, "#ff0000"), (0.6, "#ff0000"), (0.5, "#00ff00"), (0.2, "#0000ff")):
        canvas.set_zoom(zoom)
        assert canvas.grab().toImage().pixelColor(250, 150).name() == colour, zoom


def test_the_smallest_face_under_a_click_is_picked(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.show_faces([Face(1, 9, (0.0, 0.0, 1.0, 1.0), 1.0), Face(2, 9, (0.4, 0.4, 0.2, 0.2), 1.0)])
    for place, number in ((QPoint(250, 150), 2), (QPoint(120, 20), 1)):
        with qtbot.waitSignal(canvas.picked) as picked:
            qtbot.mouseClick(canvas, LEFT, pos=place)
        assert picked.args == [number]
    with qtbot.assertNotEmitted(canvas.picked):
        qtbot.mouseClick(canvas, LEFT, pos=QPoint(20, 150))  # beside the photo
        canvas.toggle_boxes()
        qtbot.mouseClick(canvas, LEFT, pos=QPoint(250, 150))  # no boxes are shown


def test_boxes_are_where_the_faces_are(canvas: Canvas) -> None:
    canvas.show_faces([Face(1, 9, (0.25, 0.25, 0.5, 0.5), 1.0)])
    image = canvas.grab().toImage()
    assert image.pixelColor(175, 150).red() > 200  # white on green: the left edge, 100 + 0.25 * 300
    assert image.pixelColor(185, 150).red() < 50
    canvas.toggle_boxes()
    assert canvas.grab().toImage().pixelColor(175, 150).red() < 50


def test_words_in_place_of_a_picture(canvas: Canvas) -> None:
    canvas.say("It cannot be read.")
    blank = QPixmap(canvas.size())
    blank.fill(canvas.palette().base().color())
    assert canvas.grab().toImage() != blank.toImage()
    canvas.zoom_by(2)
    assert canvas.zoom == 1
    drag(canvas, QPointF(250, 150), QPointF(300, 130))
