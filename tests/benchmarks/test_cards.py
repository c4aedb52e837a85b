from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.cards import card, flat, path_of
from photohash.nets.manifest import read, shipped


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.name)
def test_every_shipped_head_has_a_card_with_the_figures_of_its_manifest(path: Path) -> None:
    manifest = read(path)
    said = path_of(path).read_text(encoding="utf-8")
    assert said == card(manifest), "run python -m benchmarks.cards"
    for name, value in flat(manifest.quality):
        assert f"| {name} | {value} |" in said


def test_inner_figures_carry_their_heading() -> None:
    assert flat({"people": 1709, "LFW": {"mAP": 0.9}}) == [("people", "1,709"), ("LFW: mAP", "0.9")]
