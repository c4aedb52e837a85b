"""A person is found, with the real networks: the story of a picture dropped on the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from photohash.dirs import find_dirs
from photohash.gui.find_page import FindPage
from photohash.gui.window import Window
from photohash.settings import Settings
from tests.conftest import DemoLibrary


@pytest.fixture
def window(demo_library: DemoLibrary, qtbot: QtBot) -> Iterator[Window]:
    made = Window(find_dirs(), Settings(device="cpu"))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


def names(page: FindPage, band: int) -> set[str]:
    """The files in a section of the results."""
    starts = [section.start for section in page.model.sections] + [len(page.model.ids)]
    ids = [int(number) for number in page.model.ids[starts[band] : starts[band + 1]]]
    return {photo.files[0].name for photo in page._library.catalogue.photos(ids).values()}


def test_a_dropped_picture_finds_its_person_and_who_is_with_her(
    window: Window, demo_library: DemoLibrary, qtbot: QtBot
) -> None:
    page = window.find_page
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(demo_library.asked))])
    action, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(600, 400), action, mime, button, keys))
    qtbot.waitUntil(lambda: page.found is not None, timeout=60_000)
    assert page.asked.chips.count() == 1
    assert page.model.sections[0].title == "Same person  ·  3"
    assert names(page, 0) == {"grace hopper.jpg", "together.jpg", "together, smaller.jpg"}

    together = next(
        int(number)
        for number in page.model.ids
        if window.library.catalogue.photos([int(number)])[int(number)].files[0].name == "together.jpg"
    )
    page.opened.emit(together)
    qtbot.waitUntil(lambda: len(window.viewer.canvas._faces) == 2, timeout=10_000)
    left, right = window.viewer.canvas._faces
    assert window.viewer.canvas._marked == right.id  # Hopper is on the right
    window.viewer.canvas.picked.emit(left.id)
    qtbot.waitUntil(lambda: page.found is not None, timeout=60_000)
    assert "eileen collins, portrait.jpg" in names(page, 0)
    page.asked.chips.selectAll()
    qtbot.waitUntil(lambda: page.found is not None, timeout=60_000)
    page.asked._way.button(1).click()
    assert names(page, 0) == {"together.jpg", "together, smaller.jpg"}
