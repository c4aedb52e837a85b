from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from pytestqt.qtbot import QtBot

from photohash.gui import language


def test_english_has_plurals(qtbot: QtBot) -> None:
    app = QCoreApplication.instance()
    assert app
    assert language.install(app, QLocale("ja_JP")) == "en"  # not translated yet
    said = [QCoreApplication.translate("LibraryPage", "%n photo(s)", "", n) for n in (0, 1, 2)]
    assert said == ["0 photos", "1 photo", "2 photos"]


def test_german_where_the_system_is(qtbot: QtBot) -> None:
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
