from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from photohash.gui.pictures import LEAST, SIDE, levels
from tests.pictures import noise, write


def test_copies_of_half_the_size_down_to_the_least(tmp_path: Path) -> None:
    found = levels(write(tmp_path / "a.jpg", noise(1, 2400, 1608)))
    assert isinstance(found, list)
    assert [(image.width(), image.height()) for image in found] == [(2400, 1608), (1200, 804), (600, 402)]


def test_a_copy_is_the_mean_of_what_it_stands_for(tmp_path: Path) -> None:
    stripes = np.zeros((1200, 1200, 3), np.uint8)
    stripes[:, ::2] = 255  # what a copy that leaves out pixels would show as black or white
    path = tmp_path / "a.png"
    Image.fromarray(stripes).save(path)
    found = levels(path)
    assert isinstance(found, list)
    assert found[0].pixelColor(600, 600).red() == 255
    assert abs(found[1].pixelColor(300, 300).red() - 128) <= 2


def test_a_small_picture_has_no_copies_and_a_large_one_is_bounded(tmp_path: Path) -> None:
    small = levels(write(tmp_path / "a.jpg", noise(1, 640, 96)))
    assert isinstance(small, list)
    assert [(image.width(), image.height()) for image in small] == [(640, 96)]
    large = levels(write(tmp_path / "b.jpg", noise(1, 6000, 400)))
    assert isinstance(large, list)
    assert large[0].width() == SIDE
    assert LEAST <= max(large[-1].width(), large[-1].height()) < 2 * LEAST


def test_why_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"rubbish")
    for name in ("a.jpg", "nowhere.jpg"):
        said = levels(tmp_path / name)
        assert isinstance(said, str)
        assert said.endswith(".")
