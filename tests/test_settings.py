from __future__ import annotations

import json
from pathlib import Path

import pytest

from photohash.settings import Settings, load, save


def test_round_trip_keeps_what_a_later_version_wrote(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"later": [1, 2], "device": "cpu"}))
    assert load(path) == Settings(device="cpu")
    save(path, Settings(decode_threads=3))
    assert load(path) == Settings(decode_threads=3)
    assert json.loads(path.read_text())["later"] == [1, 2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[1]",
        '{"device": 5}',
        '{"decode_threads": "many"}',
        '{"decode_threads": true}',
        '{"decode_threads": 0}',
    ],
)
def test_rubbish_gives_the_defaults(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text)
    assert load(path) == Settings()


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "none.json") == Settings()
