from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from photohash.flow import Cancelled, Control
from photohash.learn import folders
from photohash.learn.folders import examples, listed
from photohash.learn.readers import Reader
from photohash.types import UserError


class Mean(Reader):
    """The mean colour; of dark pictures nothing."""

    name = "mean"
    nothing = "It is too dark."
    shape = (3,)
    dtype = np.float32

    def __init__(self) -> None:
        self.count = 0

    def read(self, pixels: NDArray[np.uint8]) -> NDArray[np.generic] | None:
        self.count += 1
        return None if pixels.mean() < 10 else pixels.mean((0, 1)).astype(np.float32)


def picture(path: Path, colour: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (8, 8), (colour, 50, 50)).save(path)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    for n in range(4):
        picture(folder / "Ann" / f"{n}.png", 100 + n)
        picture(folder / "Bob" / "holiday" / f"{n}.png", 200 + n)
    return folder


def test_each_folder_is_a_class_with_all_below_it(pictures: Path) -> None:
    picture(pictures / "loose.png", 3)  # of no class
    (pictures / "Ann" / "notes.txt").write_text("no picture")
    found = listed(pictures)
    assert found.names == ("Ann", "Bob")
    assert found.labels == (0, 0, 0, 0, 1, 1, 1, 1)
    assert found.files[0] == b"Ann/0.png".replace(b"/", b"\\" if "\\" in str(pictures) else b"/")


def test_the_digest_follows_the_files(pictures: Path) -> None:
    before = listed(pictures).digest
    assert listed(pictures).digest == before
    picture(pictures / "Ann" / "more.png", 1)
    assert listed(pictures).digest != before


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no folder"):
        listed(tmp_path / "nowhere")


def test_one_class(tmp_path: Path) -> None:
    picture(tmp_path / "Ann" / "1.png", 1)
    with pytest.raises(UserError, match="holds 1 folders"):
        listed(tmp_path)


def test_an_empty_class(pictures: Path) -> None:
    (pictures / "Cleo").mkdir()
    with pytest.raises(UserError, match=r"'Cleo' .* holds no picture"):
        listed(pictures)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Zoë", unicodedata.normalize("NFD", "Zoë")), ("Max", "max"), ("Eva", "Eva ")],
)
def test_a_name_twice(pictures: Path, one: str, other: str) -> None:
    picture(pictures / one / "1.png", 1)
    picture(pictures / other / "1.png", 1)
    if len(list(pictures.iterdir())) < 4:
        pytest.skip("this file system takes the two names for one")
    with pytest.raises(UserError, match="the same name"):
        listed(pictures)


def test_files_become_rows_and_bad_ones_are_told(pictures: Path, tmp_path: Path) -> None:
    (pictures / "Ann" / "1.png").write_bytes(b"damaged")
    Image.new("RGB", (8, 8)).save(pictures / "Bob" / "holiday" / "2.png")
    found, failures = examples(listed(pictures), Mean(), tmp_path / "run")
    assert found.names == ("Ann", "Bob")
    assert found.inputs[:, 0].tolist() == [100, 102, 103, 200, 201, 203]
    assert found.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert [(f.path.name, f.reason == "It is too dark.") for f in failures] == [("1.png", False), ("2.png", True)]


def test_a_class_of_which_nothing_can_be_read_drops_out_and_one_class_is_not_enough(
    pictures: Path, tmp_path: Path
) -> None:
    for n in range(4):
        (pictures / "Ann" / f"{n}.png").write_bytes(b"damaged")
    with pytest.raises(UserError, match=r"fewer than two classes can be read: .*Ann"):
        examples(listed(pictures), Mean(), tmp_path / "run")
    for n in range(3):
        picture(pictures / "Cleo" / f"{n}.png", 20)
    found, _ = examples(listed(pictures), Mean(), tmp_path / "run")
    assert found.names == ("Bob", "Cleo")
    assert found.labels.tolist() == [0, 0, 0, 0, 1, 1, 1]


def test_what_was_read_is_not_read_again(pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "PIECE", 3)
    control, first, second = Control(), Mean(), Mean()
    with pytest.raises(Cancelled):
        examples(listed(pictures), first, tmp_path, lambda progress: control.cancel(), control)
    assert first.count == 3
    found, _ = examples(listed(pictures), second, tmp_path)
    assert second.count == 5
    assert found.inputs[:, 0].tolist() == [100, 101, 102, 103, 200, 201, 202, 203]
    picture(pictures / "Ann" / "0.png", 77)
    third = Mean()
    changed, _ = examples(listed(pictures), third, tmp_path)
    assert third.count == 8
    assert changed.inputs[0, 0] == 77
