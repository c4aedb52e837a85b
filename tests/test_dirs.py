from __future__ import annotations

from pathlib import Path

import pytest

from photohash.dirs import find_dirs
from photohash.types import UserError


def test_one_folder_for_everything(home: Path) -> None:
    dirs = find_dirs()
    dirs.make()
    assert {path.name for path in home.iterdir()} == {"config", "data", "cache", "log"}
    assert dirs.catalogue == home / "data" / "catalogue.db"


def test_the_systems_folders_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PHOTOHASH_HOME")
    dirs = find_dirs()
    assert all("photohash" in str(path) for path in (dirs.config, dirs.data, dirs.cache, dirs.log))
    assert dirs.cache != dirs.data


def test_a_home_that_cannot_be_made_is_a_sentence(home: Path) -> None:
    home.parent.mkdir(exist_ok=True)
    home.write_text("a file is in the way")
    with pytest.raises(UserError, match="PHOTOHASH_HOME"):
        find_dirs().make()
