"""Faces to pick from."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from photohash.gui.chips import Chips
from photohash.gui.choice import Choice
from photohash.gui.given import picture_of
from tests.pictures import noise


@pytest.fixture
def chips(qtbot: QtBot) -> Chips:
    made = Chips()
    qtbot.addWidget(made)
    made.resize(500, 100)
    made.show_faces([picture_of(noise(n, 64, 64)) for n in range(4)], [2])
    made.show()
    return made


def press(qtbot: QtBot, chips: Chips, number: int, with_ctrl: bool = False) -> None:
    keys = Qt.KeyboardModifier.ControlModifier if with_ctrl else Qt.KeyboardModifier.NoModifier
    place = chips.visualItemRect(chips.item(number)).center()
    qtbot.mouseClick(chips.viewport(), Qt.MouseButton.LeftButton, keys, place)


def test_a_click_changes_the_face_and_ctrl_adds_one(qtbot: QtBot, chips: Chips) -> None:
    assert chips.numbers() == [2]
    with qtbot.waitSignal(chips.picked, timeout=1000) as picked:
        press(qtbot, chips, 0)
    assert picked.args == [[0]]
    press(qtbot, chips, 3, with_ctrl=True)
    assert chips.numbers() == [0, 3]
    press(qtbot, chips, 0, with_ctrl=True)
    assert chips.numbers() == [3]


def test_the_arrow_keys_pick_too(qtbot: QtBot, chips: Chips) -> None:
    chips.setFocus()
    qtbot.keyClick(chips, Qt.Key.Key_Right)
    assert chips.numbers() == [3]


def test_other_faces_take_their_place_without_telling(qtbot: QtBot, chips: Chips) -> None:
    with qtbot.assertNotEmitted(chips.picked):
        chips.show_faces([QImage(), picture_of(noise(1, 64, 64))], [0, 1])
    assert chips.numbers() == [0, 1]
    names = [chips.item(n).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(chips.count())]
    assert names == ["Face 1 of 2", "Face 2 of 2"]
    chips.grab()  # paints, also a face that has no picture
    chips.show_faces([], [])
    assert chips.numbers() == []


def test_one_of_several_words_is_chosen(qtbot: QtBot) -> None:
    choice = Choice("Fruit", ("Apples", "Pears"))
    qtbot.addWidget(choice)
    with qtbot.assertNotEmitted(choice.chosen):
        choice.choose(1)
    with qtbot.waitSignal(choice.chosen, timeout=1000) as chosen:
        choice.button(0).click()
    assert (chosen.args, choice.number) == ([0], 0)
