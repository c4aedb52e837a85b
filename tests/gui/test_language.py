from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from pytestqt.qtbot import QtBot

from photohash.gui import language


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[QTranslator]]:
    """What a test installs, taken away after it."""
    done: list[QTranslator] = []
    original = QCoreApplication.installTranslator

    def note(translator: QTranslator) -> bool:
        done.append(translator)
        return original(translator)

    monkeypatch.setattr(QCoreApplication, "installTranslator", staticmethod(note))
    yield done
    for translator in done:
        QCoreApplication.removeTranslator(translator)


def test_english_has_plurals(qtbot: QtBot, installed: list[QTranslator]) -> None:
    app = QCoreApplication.instance()
    assert app
    assert language.install(app, QLocale("ja_JP")) == "en"  # not translated yet
    said = [QCoreApplication.translate("LibraryPage", "%n photo(s)", "", n) for n in (0, 1, 2)]
    assert said == ["0 photos", "1 photo", "2 photos"]


def test_german_where_the_system_is(qtbot: QtBot, installed: list[QTranslator]) -> None:
    app = QCoreApplication.instance()
    assert app
    assert language.install(app, QLocale("de_AT")) == "de"
    assert QCoreApplication.translate("LibraryPage", "%n photo(s)", "", 2) == "2 Fotos"
    assert QCoreApplication.translate("Sidebar", "Add folder…") != "Add folder…"


@pytest.mark.parametrize("source", sorted(language.translations().glob("*.ts")), ids=lambda path: path.name)
def test_compiled_translations_are_those_of_their_sources(source: Path, tmp_path: Path) -> None:
    tool = shutil.which("pyside6-lrelease", path=str(Path(sys.executable).parent)) or shutil.which("pyside6-lrelease")
    assert tool
    made = tmp_path / "made.qm"
    said = subprocess.run([tool, str(source), "-qm", str(made)], capture_output=True, text=True, check=True).stdout
    assert "unfinished" not in said.replace("0 unfinished", "")
    assert made.read_bytes() == source.with_suffix(".qm").read_bytes(), f"compile {source.name} with pyside6-lrelease"
