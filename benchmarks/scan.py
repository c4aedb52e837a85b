"""A scan of camera-size photos end to end, against decoding alone and against the plain pipeline of common packages.

The photos are real ones brought to 8 to 24 megapixels, with a little sensor noise, saved as cameras do. All figures are
of one run on one machine; the ratios are what counts.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from benchmarks.data import require
from benchmarks.report import Row, run

MEGAPIXELS = 8, 10, 12, 12, 16, 20, 24
PHOTOS, LARGE, SMALL = 300, 1000, 100
NOISE = 5.0  # standard deviation in grey levels; with this quality about 3.5 MB for 12 megapixels, as phones write
QUALITY = 92

SCAN = """
import json, sys, time
from pathlib import Path
from benchmarks.memory import peak_bytes
from photohash.dirs import Dirs
from photohash.library import Library
from photohash.settings import Settings
from photohash.flow import Control
began = time.perf_counter()
home = Path(sys.argv[2])
with Library(Dirs(home / "c", home / "d", home / "e", home / "l"), Settings()) as library:
    library.networks(), library.heads()
    loaded = peak_bytes()
    outcome = library.scan([Path(sys.argv[1])], Control(), lambda progress: None)
    faces = library.catalogue.counts()["faces"]
whole = time.perf_counter() - began
used = [loaded / 2**20, (peak_bytes() - loaded) / 2**20]
print(json.dumps([outcome.read, outcome.reading, whole, faces, outcome.failed, *used]))
"""


@dataclass(frozen=True, slots=True)
class Scanned:
    """One scan in a process of its own; memory in MB, that of the loaded networks and what came on top at the peak."""

    read: int
    seconds: float
    whole: float
    faces: int
    failed: int
    loaded: float
    grown: float


def measure(quick: bool) -> list[Row]:
    """Make the photos, then time scan and references in turn."""
    count = 16 if quick else PHOTOS
    with tempfile.TemporaryDirectory() as folder:
        files = make(Path(folder, "photos"), count)
        pixels = sum(Image.open(file).size[0] * Image.open(file).size[1] for file in files) / len(files) / 1e6
        megabytes = sum(file.stat().st_size for file in files) / len(files) / 1e6
        done = scan(Path(folder, "photos"), Path(folder, "home"))
        if (done.read, done.failed) != (count, 0):
            raise SystemExit(f"The scan read {done.read} of {count} photos, {done.failed} failed.")
        some = files[:: max(1, count // (12 if quick else 60))]
        cores = os.cpu_count() or 1
        references = {
            "decoding at full size in a loop": rate(decode_full, some, 1),
            "decoding at full size on all cores": rate(decode_full, some, cores),
            "decoding by draft on all cores": rate(decode_draft, some, cores),
            "the plain pipeline": plain_rate(files[:: max(1, count // (2 if quick else 10))]),
        }
        ours = done.read / done.seconds
        what = f"{count} photos of {pixels:.1f} MP and {megabytes:.1f} MB, {done.faces} faces"
        rows = [Row(f"scan, {what}", ours, "photos/s")]
        rows += [Row(f"scan / {name}", ours, "photos/s", other, ours / other) for name, other in references.items()]
        rows.append(Row("with start of the program and its networks", done.read / done.whole, "photos/s"))
        rows.append(Row("memory of program and loaded networks", done.loaded, "MB"))
        rows.append(Row(f"memory on top of that at the peak, {count} photos", done.grown, "MB"))
        if not quick:
            rows.append(memory(files, Path(folder)))
            formats = scan(require("formats"), Path(folder, "home-formats"))
            name = f"the same for {formats.read} odd pictures, {formats.failed} problems"
            rows.append(Row(name, formats.grown, "MB"))
    return rows


def make(folder: Path, count: int) -> list[Path]:
    """Write `count` photos of camera size from the real ones, each of its own."""
    folder.mkdir(parents=True)
    sources = sorted(file for file in require("photos").rglob("*") if file.suffix.lower() in (".jpg", ".jpeg", ".png"))
    sources = [file for file in sources if min(Image.open(file).size) >= 300]
    made = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number in range(count):
            target = folder / f"IMG_{number:04}.jpg"
            source = sources[number * 7 % len(sources)]
            made.append(pool.submit(_enlarge, source, target, MEGAPIXELS[number % len(MEGAPIXELS)], number))
        for future in made:
            future.result()
    return sorted(folder.iterdir())


def _enlarge(source: Path, target: Path, megapixels: int, seed: int) -> None:
    picture = ImageOps.exif_transpose(Image.open(source)).convert("RGB")
    scale = (megapixels * 1e6 / (picture.width * picture.height)) ** 0.5
    large = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BICUBIC)
    pixels = np.asarray(large)
    tile = np.random.default_rng(seed).normal(0, NOISE, (512, 512, 3)).round().astype(np.int16)
    repeats = -(-pixels.shape[0] // 512), -(-pixels.shape[1] // 512), 1
    noisy = pixels + np.tile(tile, repeats)[: pixels.shape[0], : pixels.shape[1]]
    Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(target, quality=QUALITY)


def scan(photos: Path, home: Path) -> Scanned:
    """Scan in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", SCAN, str(photos), str(home)], check=True, capture_output=True, text=True
    )
    return Scanned(*json.loads(done.stdout))


def decode_full(file: Path) -> None:
    """What a loader does that knows nothing of the purpose."""
    with Image.open(file) as picture:
        picture.convert("RGB")


def decode_draft(file: Path) -> None:
    """The least that any scan must do."""
    with Image.open(file) as picture:
        picture.draft("RGB", (1024, 1024))
        picture.convert("RGB")


def rate(work: Callable[[Path], None], files: Sequence[Path], threads: int) -> float:
    """Files per second on so many threads."""
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, files))
    return len(files) / (time.perf_counter() - began)


def plain_rate(files: Sequence[Path]) -> float:
    """Photos per second of open, detect, crop, embed as the packages' own examples do it.

    The embedding network has random weights here: its cost is that of the trained one.
    """
    import torch
    from facenet_pytorch import MTCNN, InceptionResnetV1

    detector, network = MTCNN(keep_all=True), InceptionResnetV1(pretrained=None, classify=False).eval()
    began = time.perf_counter()
    with torch.no_grad():
        for file in files:
            faces = detector(Image.open(file).convert("RGB"))
            if faces is not None:
                network(faces)
    return len(files) / (time.perf_counter() - began)


def memory(files: Sequence[Path], folder: Path) -> Row:
    """Peak memory of a thousand photos against a hundred; bytes after a picture's end make another content of it."""
    peaks = []
    for count in (SMALL, LARGE):
        photos = folder / f"{count}"
        photos.mkdir()
        for number in range(count):
            target = photos / f"{number:04}.jpg"
            shutil.copy(files[number % len(files)], target)
            with target.open("ab") as out:
                out.write(b"%d" % number)
        peaks.append(scan(photos, folder / f"home-{count}").grown)
    return Row(f"the same, {LARGE} photos / {SMALL} photos", peaks[1], "MB", peaks[0], peaks[1] / peaks[0])


if __name__ == "__main__":
    run(measure, __doc__)
