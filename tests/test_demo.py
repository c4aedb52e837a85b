from __future__ import annotations

from pathlib import Path

import pytest

from photohash.demo import make
from photohash.types import UserError


def test_it_never_writes_into_a_folder_in_use(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UserError, match="not empty"):
        make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_it_makes_copies_a_burst_and_a_broken_file(tmp_path: Path) -> None:
    photos, asked = make(tmp_path / "new")
    names = {path.parent.name for path in photos.rglob("*.jpg")}
    assert names == {"people", "copies", "scenes", "burst", "broken"}
    assert asked.is_file()
    assert not asked.is_relative_to(photos)
    one, two = photos / "people" / "eileen collins.jpg", photos / "copies" / "eileen collins (1).jpg"
    assert one.read_bytes() == two.read_bytes()
