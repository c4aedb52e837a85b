from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image

from benchmarks import small_faces
from benchmarks.small_faces import small_chips


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(small_faces.platformdirs, "user_cache_path", lambda name: tmp_path / "cache")
    (tmp_path / "set" / "images").mkdir(parents=True)
    astronaut = Image.fromarray(skimage.data.astronaut())
    astronaut.save(tmp_path / "set" / "images" / "a.png")
    astronaut.crop((200, 300, 400, 500)).save(tmp_path / "set" / "images" / "b.png")  # no face
    return tmp_path / "set" / "images"


def test_the_face_fills_its_chip_and_a_photo_without_one_gives_its_middle(folder: Path) -> None:
    chips = small_chips(folder, ["a.png", "b.png"], keep=False)
    assert chips.shape == (2, 32, 32, 3)
    face = np.asarray(Image.fromarray(skimage.data.astronaut()).crop((170, 60, 275, 165)).resize((32, 32)), np.float64)
    assert np.corrcoef(face.ravel(), chips[0].ravel())[0, 1] > 0.6
    middle = np.asarray(Image.open(folder / "b.png").crop((45, 45, 155, 155)).resize((32, 32)), np.float64)
    assert np.corrcoef(middle.ravel(), chips[1].ravel())[0, 1] > 0.9


def test_chips_are_kept_until_the_photos_change(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = small_chips(folder, ["a.png", "b.png"])
    asked: list[int] = []
    made = small_faces.made
    monkeypatch.setattr(small_faces, "made", lambda folder, files: asked.append(len(files)) or made(folder, files))
    assert np.array_equal(small_chips(folder, ["a.png", "b.png"]), first)
    assert asked == [small_faces.SAMPLE]  # looked at again, not made anew
    Image.open(folder / "a.png").transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(folder / "b.png")
    assert not np.array_equal(small_chips(folder, ["a.png", "b.png"]), first)
    assert asked == [small_faces.SAMPLE, small_faces.SAMPLE, 2]
    assert small_chips(folder, ["a.png"]).shape == (1, 32, 32, 3)
