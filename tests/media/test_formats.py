"""Every file of the collected formats: a picture or a sentence, never a word on the screen, in bounded memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photohash.media.decode import decode
from photohash.media.formats import FORMATS

PROGRAM = """
import json, sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from benchmarks.memory import peak_bytes
from photohash.media.decode import decode
from photohash.media.errors import Undecodable

def outcome(file):
    try:
        decoded = decode(file)
    except Undecodable as error:
        return "reason", error.reason
    except BaseException as error:
        return "other", repr(error)
    height, width = decoded.pixels.shape[:2]
    fits = max(height, width) <= 1024 and decoded.width >= width and decoded.height >= height
    return "picture", "fits" if fits else "does not fit"

root = Path(sys.argv[1])
files = sorted(file for file in root.rglob("*") if file.is_file())
with ThreadPoolExecutor(2) as pool:
    outcomes = dict(zip((file.relative_to(root).as_posix() for file in files), pool.map(outcome, files)))
Path(sys.argv[2]).write_text(json.dumps({"outcomes": outcomes, "peak": peak_bytes()}), encoding="utf-8")
"""


def test_no_format_runs_a_program() -> None:
    assert not {"EPS", "WMF", "PDF", "MPEG", "IM", "GBR"} & set(FORMATS)


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="libtiff cannot be silenced inside Pillow's module on Windows")
def test_every_collected_file_is_a_picture_or_a_sentence(data: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, data / "formats", report], capture_output=True, check=True, timeout=300
    )
    assert (done.stdout, done.stderr) == (b"", b"")
    found = json.loads(report.read_text(encoding="utf-8"))
    outcomes: dict[str, list[str]] = found["outcomes"]
    assert {name: text for name, (kind, text) in outcomes.items() if kind == "other"} == {}
    assert {name for name, (kind, text) in outcomes.items() if (kind, text) == ("picture", "does not fit")} == set()
    reasons = {text for kind, text in outcomes.values() if kind == "reason"}
    assert all(reason.endswith(".") and ". " not in reason for reason in reasons)
    assert found["peak"] < 500e6
    # The good files of each set, so that refusing everything does not pass.
    pictures = {name for name, (kind, _) in outcomes.items() if kind == "picture"}
    for prefix in (
        "exif_orientation/Landscape",
        "exif_orientation/Portrait",
        "pillow_heif/tests/images/heif/",
        "immich_assets/albums/",
    ):
        assert {name for name in outcomes if name.startswith(prefix)} <= pictures
    assert len(pictures) > 1000


@pytest.mark.data
@pytest.mark.parametrize("shape", ["Landscape", "Portrait"])
def test_eight_orientations_of_one_photo(data: Path, shape: str) -> None:
    upright, *others = (decode(data / f"formats/exif_orientation/{shape}_{turn}.jpg") for turn in range(1, 9))
    for other in others:
        assert (other.width, other.height) == (upright.width, upright.height)
        # A large digit in each file names its orientation; the rest is one photo.
        assert np.median(np.abs(other.pixels.astype(int) - upright.pixels)) <= 3


@pytest.mark.data
def test_a_heic_that_its_decoder_has_turned_is_not_turned_again(data: Path) -> None:
    file = data / "formats/pillow_heif/tests/images/heif_other/arrow.heic"
    with Image.open(file) as picture:
        assert picture.info["original_orientation"] == 6  # the file does ask for a turn
    decoded = decode(file)
    assert (decoded.width, decoded.height) == (3024, 4032)
    assert decoded.pixels.shape[:2] == (1024, 768)
