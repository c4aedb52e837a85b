from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPixmap, QWheelEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photohash.gui.grid import ID, LEAST, MOST, GridModel, GridView, Section
from photohash.gui.sheet import HEADER, MARGIN
from photohash.gui.thumbs import Thumbs
from photohash.gui.tile import BADGE, CAPTION

KEYS = Qt.Key
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def model(thumbs: Thumbs) -> GridModel:
    return GridModel(thumbs)


@pytest.fixture
def view(model: GridModel, qtbot: QtBot) -> GridView:
    """Ten columns of 100 pixels; sections of 25, 5 and the rest of 1,000 ids from 5000 on."""
    made = GridView()
    qtbot.addWidget(made)
    made.setModel(model)
    made.set_cell(100)
    made.resize(1000 + 2 * MARGIN + made.verticalScrollBar().sizeHint().width(), 600)
    model.show(np.arange(5000, 6000), [Section(0, "May"), Section(25, "April"), Section(30, "March")])
    made.show()
    qtbot.waitExposed(made)
    assert made._sheet.columns == 10
    return made


def click(qtbot: QtBot, view: GridView, row: int, modifier: Qt.KeyboardModifier | None = None) -> None:
    place = view.visualRect(view.grid().index(row)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier or Qt.KeyboardModifier.NoModifier, place)


def test_the_model_is_one_that_qt_accepts(model: GridModel) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(np.array([3, 1, 2]), [Section(0, "a"), Section(2, "b")], {3: "three"}, {1: "x"})
    model.show(np.empty(0, np.int64))
    model.show(np.array([7]))
    tester.deleteLater()


def test_what_the_model_says(model: GridModel) -> None:
    model.show(np.array([3, 1]), [Section(0, "May"), Section(1, "April")], {3: "three"}, {3: "2x"})
    first, second = model.index(0), model.index(1)
    assert (first.data(ID), first.data(CAPTION), first.data(BADGE)) == (3, "three", "2x")
    assert (second.data(ID), second.data(CAPTION), second.data(BADGE)) == (1, "", "")
    assert first.data(Qt.ItemDataRole.AccessibleTextRole) == "three, 2x"
    assert second.data(Qt.ItemDataRole.AccessibleTextRole) == "April, 2 of 2"
    assert model.section_at(0).title == "May"
    assert model.section_at(1).title == "April"
    assert model.row_of(1) == 1
    assert model.row_of(9) is None
    assert model.rows_of([1, 9, 3]).tolist() == [0, 1]
    assert first.data(Qt.ItemDataRole.DecorationRole) is None


def test_a_thumbnail_that_came_changes_its_row_alone(model: GridModel, qtbot: QtBot) -> None:
    model.show(np.array([3, 1, 2]))
    with qtbot.waitSignal(model.dataChanged) as changed:
        model.thumbs.ready.emit([2, 99])
    assert [changed.args[0].row(), changed.args[1].row()] == [2, 2]


def test_only_what_is_seen_is_asked_for(view: GridView, qtbot: QtBot) -> None:
    asked: list[int] = []
    view.grid().thumbs.get = lambda number: asked.append(number)  # type: ignore[assignment,func-returns-value]
    view.viewport().repaint()
    assert set(asked) == {5000 + row for row in view.visible_rows()}
    assert len(asked) < 100


def test_a_click_a_range_and_single_ones(view: GridView, qtbot: QtBot) -> None:
    click(qtbot, view, 3)
    assert view.chosen() == [5003]
    click(qtbot, view, 12, SHIFT)
    assert view.chosen() == list(range(5003, 5013))  # in the order of reading, not a rectangle
    click(qtbot, view, 5, CONTROL)
    click(qtbot, view, 40, CONTROL)
    assert view.chosen() == [5003, 5004, *range(5006, 5013), 5040]
    click(qtbot, view, 7)
    assert view.chosen() == [5007]


def test_a_range_reaches_back_to_what_has_scrolled_away(view: GridView, qtbot: QtBot) -> None:
    click(qtbot, view, 2)
    view.verticalScrollBar().setValue(3000)
    last = view.visible_rows().start + 15
    click(qtbot, view, last, SHIFT)
    assert view.chosen() == list(range(5002, 5000 + last + 1))


def test_a_click_beside_the_pictures_chooses_none(view: GridView, qtbot: QtBot) -> None:
    click(qtbot, view, 3)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(MARGIN + 5, MARGIN + HEADER // 2))
    assert view.chosen() == []


def test_keys_walk_through_sections(view: GridView, qtbot: QtBot) -> None:
    view.setFocus()
    rows = []
    keys = (KEYS.Key_Right, KEYS.Key_Right, KEYS.Key_Down, KEYS.Key_Down, KEYS.Key_Down, KEYS.Key_Down, KEYS.Key_Up)
    for key in (*keys, KEYS.Key_Left, KEYS.Key_End, KEYS.Key_Home):
        qtbot.keyClick(view, key)
        rows.append(view.currentIndex().row())
    assert rows == [1, 2, 12, 22, 27, 32, 27, 26, 999, 0]
    assert view.chosen() == [5000]
    qtbot.keyClick(view, KEYS.Key_Down, SHIFT)
    assert view.chosen() == list(range(5000, 5011))


def test_the_current_picture_is_always_brought_into_sight(view: GridView, qtbot: QtBot) -> None:
    view.setFocus()
    for key in (KEYS.Key_End, KEYS.Key_PageUp, KEYS.Key_PageUp, KEYS.Key_Home, KEYS.Key_PageDown, KEYS.Key_Down):
        qtbot.keyClick(view, key)
        assert view.viewport().rect().contains(view.visualRect(view.currentIndex())), key


def test_opening(view: GridView, qtbot: QtBot) -> None:
    view.setFocus()
    view.setCurrentIndex(view.grid().index(4))
    with qtbot.waitSignal(view.opened) as opened:
        qtbot.keyClick(view, KEYS.Key_Return)
    assert opened.args == [5004]
    place = view.visualRect(view.grid().index(7)).center()
    with qtbot.waitSignal(view.opened) as opened:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == [5007]


def wheel(view: GridView, turned: int) -> None:
    middle, none = QPointF(200, 200), QPoint()
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(middle, middle, none, QPoint(0, turned), buttons, CONTROL, phase, False)
    QApplication.sendEvent(view.viewport(), event)


def test_size_by_wheel_keeps_to_its_limits_and_to_what_is_in_sight(view: GridView, qtbot: QtBot) -> None:
    view.verticalScrollBar().setValue(4000)
    first = view.visible_rows().start
    wheel(view, 120)
    assert view.cell == 116
    assert first in view.visible_rows()
    for _ in range(40):
        wheel(view, 120)
    assert view.cell == MOST
    for _ in range(40):
        wheel(view, -120)
    assert view.cell == LEAST
    wheel(view, 0)
    assert view.cell == LEAST
    assert first in view.visible_rows()


def test_showing_anew_keeps_selection_current_and_place(view: GridView, qtbot: QtBot) -> None:
    view.verticalScrollBar().setValue(3000)
    top = int(view.grid().ids[view.visible_rows().start])
    place = view.visualRect(view.grid().index(top - 5000)).top()
    click(qtbot, view, top - 5000 + 12)
    click(qtbot, view, top - 5000 + 14, SHIFT)
    chosen = view.chosen()
    ids = np.concatenate([np.arange(100, 133), np.arange(5000, 6000)])
    view.show_anew(np.delete(ids, 33 + chosen[1] - 5000), [Section(0, "June")])
    assert view.chosen() == [chosen[0], chosen[2]]
    assert view.currentIndex().data(ID) == chosen[2]
    row = view.grid().row_of(top)
    assert row is not None
    assert view.visualRect(view.grid().index(row)).top() == place


def test_showing_anew_at_the_top_shows_what_is_new(view: GridView) -> None:
    view.show_anew(np.concatenate([[1], view.grid().ids]), view.grid().sections)
    assert view.verticalScrollBar().value() == 0


def test_showing_the_same_anew_changes_nothing(view: GridView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(view.grid().modelReset):
        view.show_anew(view.grid().ids.copy(), view.grid().sections)


def test_all_of_a_hundred_thousand_can_be_chosen_and_kept(view: GridView, qtbot: QtBot) -> None:
    view.grid().show(np.arange(100_000))
    began = time.process_time()
    view.selectAll()
    assert len(view.chosen()) == 100_000
    view.show_anew(np.arange(100_001))
    assert len(view.chosen()) == 100_000
    qtbot.keyClicks(view, "abc")  # no search through all captions
    assert time.process_time() - began < 0.5


def test_thumbnails_headers_captions_and_badges_are_painted(view: GridView, qtbot: QtBot) -> None:
    def shot() -> QImage:
        return view.viewport().grab().toImage()

    plain = shot()
    red = QPixmap(64, 64)
    red.fill(Qt.GlobalColor.red)
    view.grid().thumbs.get = lambda number: red  # type: ignore[method-assign,assignment]
    view.set_cell(200)
    with_thumbs = shot()
    middle = view._rect(0).center()
    assert view.viewport().grab().toImage().pixelColor(middle).name() == "#ff0000"
    view.grid().show(view.grid().ids, view.grid().sections, {5000: "caption"}, {5000: "3"})
    with_words = shot()
    view.selectionModel().select(view.grid().index(0), QItemSelectionModel.SelectionFlag.Select)
    chosen = shot()
    shots = [plain, with_thumbs, with_words, chosen]
    assert all(one != other for n, one in enumerate(shots) for other in shots[:n])


def test_an_empty_grid_takes_every_key(view: GridView, qtbot: QtBot) -> None:
    view.grid().show(np.empty(0, np.int64))
    view.setFocus()
    for key in (KEYS.Key_Down, KEYS.Key_End, KEYS.Key_Return, KEYS.Key_PageUp):
        qtbot.keyClick(view, key)
    assert not view.currentIndex().isValid()
    assert view.chosen() == []
    assert not view.indexAt(QPoint(50, 50)).isValid()
