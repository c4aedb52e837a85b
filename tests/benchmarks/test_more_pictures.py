from __future__ import annotations

import io
import tarfile
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import more_pictures
from benchmarks.more_pictures import EVERY, PARTS, SIDES, cifar, portraits, window


def test_windows_lie_inside_and_cover_a_twentieth_to_six_tenths() -> None:
    columns, rows = np.meshgrid(np.arange(200), np.arange(120))
    picture = Image.fromarray(np.stack([columns, rows, rows * 0], -1).astype(np.uint8))
    random = np.random.default_rng(0)
    shares = []
    for _ in range(200):
        pixels = np.array(window(picture, random))
        height, width = pixels.shape[:2]
        left, top = pixels[0, 0, :2]
        assert np.array_equal(pixels, np.array(picture)[top : top + height, left : left + width])
        shares.append(width * height / 24_000)
    assert 0.04 < min(shares) < 0.1
    assert 0.5 < max(shares) < 0.62


def test_every_part_has_one_side() -> None:
    assert sorted(name for side in SIDES.values() for name in side) == sorted(PARTS)


def test_validation_shares_no_picture_with_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tarfile.open(tmp_path / "cifar10.tar.xz", "w:xz") as archive:
        for side, first in (("train", 0), ("test", 100)):
            for n in range(24):
                content = io.BytesIO()
                Image.new("RGB", (32, 32), (first + n, 0, 0)).save(content, "PNG")
                member = tarfile.TarInfo(f"{side}/cat/{n:04}.png")
                member.size = content.tell()
                content.seek(0)
                archive.addfile(member, content)
    monkeypatch.setattr(more_pictures, "require", lambda name: tmp_path / Path(name).name)
    monkeypatch.setattr(more_pictures, "CIFAR", 24)
    held, others = ({int(np.array(picture)[0, 0, 0]) for _, picture in cifar(side)} for side in (True, False))
    assert held == set(range(0, 24, EVERY))
    assert held | others == set(range(24))
    assert not held & others


@pytest.mark.data
def test_portraits_of_a_share_of_people(data: Path) -> None:
    half = [face.size for _, face in islice(portraits((0.0, 0.5), "A*_0001.jpg"), 20)]
    assert half == [(200, 200)] * 20
    names = [sum(1 for _ in portraits(share, "*Bush_0001.jpg")) for share in ((0.0, 0.5), (0.5, 1.0), (0.0, 1.0))]
    assert names[0] + names[1] == names[2] > 0
