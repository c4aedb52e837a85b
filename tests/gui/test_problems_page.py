from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from photohash.gui.problems_page import ProblemsModel, ProblemsPage
from photohash.types import Failure
from tests.gui.conftest import FakeLibrary

FAILURES = [Failure(Path("/p/a.jpg"), "decode", "It is damaged."), Failure(Path("/p/q/b.jpg"), "read", "No.")]


def test_the_model_is_one_that_qt_accepts(qtbot: QtBot, filled: FakeLibrary) -> None:
    page = ProblemsPage(filled)
    qtbot.addWidget(page)
    model = ProblemsModel(page)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(FAILURES)
    cells = [[model.index(row, column).data() for column in range(3)] for row in range(2)]
    assert cells == [
        ["a.jpg", str(Path("/p")), "It is damaged."],
        ["b.jpg", str(Path("/p/q")), "No."],
    ]
    heads = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(3)]
    assert heads == ["File", "Folder", "Reason"]
    model.show([])
    tester.deleteLater()


def test_each_problem_with_its_reason(
    filled: FakeLibrary, photos: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    page = ProblemsPage(filled)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    assert page.table.isVisible()
    assert not page._none.isVisible()
    assert page.model.failures == filled.problems()
    assert page.model.failures[0].path == photos / "broken.jpg"
    assert page.model.index(0, 2).data(Qt.ItemDataRole.ToolTipRole) == filled.problems()[0].reason
    page.table.doubleClicked.emit(page.model.index(0, 0))
    assert opened == [QUrl.fromLocalFile(str(photos))]
    with qtbot.waitSignal(page.retry):
        page._again.click()


def test_without_problems_it_says_so(library: FakeLibrary, qtbot: QtBot) -> None:
    page = ProblemsPage(library)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    assert page._none.isVisible()
    assert not page.table.isVisible()
    assert not page._again.isVisible()


def test_a_refresh_without_news_keeps_what_is_selected(filled: FakeLibrary, qtbot: QtBot) -> None:
    page = ProblemsPage(filled)
    qtbot.addWidget(page)
    page.refresh()
    page.table.selectRow(0)
    page.refresh()
    assert [index.row() for index in page.table.selectionModel().selectedRows()] == [0]
