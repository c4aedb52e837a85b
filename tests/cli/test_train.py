from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photohash.cli.main import main


@pytest.fixture
def colours(tmp_path: Path) -> Path:
    folder = tmp_path / "colours"
    random = np.random.default_rng(0)
    for name, colour in {"red": (200, 30, 30), "green": (30, 200, 30), "blue": (30, 30, 200)}.items():
        (folder / name).mkdir(parents=True)
        for n in range(6):
            pixels = np.clip(np.array(colour) + random.normal(0, 10, (32, 32, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{n}.png")
    return folder


def asked(folder: Path, out: Path, *more: str) -> list[str]:
    settings = ["--network", "small", "--bits", "8", "--steps", "20", "--every", "10", "--batch", "9"]
    return ["train", "images", str(folder), "--out", str(out), *settings, *more]


def test_it_trains_and_says_what_came_of_it(colours: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (colours / "red" / "bad.png").write_bytes(b"damaged")
    assert main(asked(colours, tmp_path / "run")) == 0
    said = capsys.readouterr()
    assert "bad.png: " in said.out
    assert "Trained on 12 pictures of 3 folders" in said.out
    assert "mAP@H<=2" in said.out
    assert [line.split(",")[0] for line in said.err.splitlines() if line.startswith("step")] == [
        "step 0 of 20", "step 10 of 20", "step 20 of 20"
    ]  # fmt: skip
    assert (tmp_path / "run" / "plot.png").exists()


def test_the_same_command_goes_on_and_json_is_whole(
    colours: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(asked(colours, tmp_path / "run", "--json")) == 0
    first = json.loads(capsys.readouterr().out)
    assert main(asked(colours, tmp_path / "run", "--json")) == 0
    again = capsys.readouterr()
    assert json.loads(again.out) == first
    assert "step" not in again.err
    assert first["pictures"] == {"train": 12, "validation": 3, "test": 3}
    assert set(first["figures"]) == {"mAP", "mAP@H<=2", "precision@H<=2", "recall@H<=2", "empty balls"}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--method", "magic"), "There is no method 'magic': choose one of dcbh"),
        (("--bits", "0"), "--bits must be more than 0"),
        (("--rate", "-1"), "--rate must be more than 0"),
        (("--device", "abacus"), "no device 'abacus'"),
    ],
)
def test_misuse_is_one_sentence(
    colours: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], sentence: str
) -> None:
    assert main(asked(colours, tmp_path / "run", *more)) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_bad_folders_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(asked(tmp_path / "nowhere", tmp_path / "run")) == 2
    assert "There is no folder" in capsys.readouterr().err
