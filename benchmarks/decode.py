"""Decoding a 12 megapixel JPEG: the whole and each part, beside Pillow without its `draft`, on one thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image, ImageOps
from skimage.data import astronaut

from benchmarks.report import Row, run
from photohash.media import encode
from photohash.media.decode import decode
from photohash.media.digest import digest
from photohash.media.exif import taken_at
from photohash.media.signature import signature

SIZE = (4000, 3000)


def milliseconds(work: Callable[[], object], times: int) -> float:
    """The median of `times` runs after one that warms up."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken)) * 1e3


def photo(path: Path) -> None:
    """A photo enlarged, with the noise of a sensor so that its bytes are those of a camera: about 4 MB."""
    large = np.asarray(Image.fromarray(astronaut()[:384]).resize(SIZE, Image.Resampling.BICUBIC), np.int16)
    noise = np.random.default_rng(0).normal(0, 5, large.shape[:2])[..., None]
    exif = Image.Exif()
    exif[0x132], exif[0x112] = "2020:05:06 07:08:09", 6
    Image.fromarray((large + noise).clip(0, 255).astype(np.uint8)).save(path, quality=90, exif=exif)


def plain(path: Path, long_side: int) -> np.ndarray:
    """The same pixels the usual way: everything decoded, then turned, then reduced."""
    with Image.open(path) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
        upright.thumbnail((long_side, long_side), Image.Resampling.LANCZOS)
        return np.array(upright)


def drafted(path: Path, long_side: int) -> Image.Image:
    with Image.open(path) as picture:
        picture.draft(None, tuple(side * long_side // max(picture.size) for side in picture.size))
        picture.load()
        return picture


def exif_of(path: Path) -> int | None:
    with Image.open(path) as picture:
        return taken_at(picture.getexif())


def at(path: Path, side: int, times: int) -> list[Row]:
    """The whole at one size, then its parts; the JPEG part opens the file again."""
    loaded = drafted(path, side)
    pixels = np.array(encode.shrunk(loaded, side))
    thumbnail = encode.thumbnail(pixels)
    whole, usual = milliseconds(lambda: decode(path, side), times), milliseconds(lambda: plain(path, side), times)
    parts: dict[str, Callable[[], object]] = {
        "JPEG": lambda: drafted(path, side),
        "reduce": lambda: encode.shrunk(loaded, side),
        "thumbnail": lambda: encode.to_jpeg(encode.thumbnail(pixels)),
        "signature": lambda: signature(thumbnail),
        "EXIF": lambda: exif_of(path),
    }
    rows = [Row(f"decode at {side}, beside Pillow without draft", whole, "ms", usual, usual / whole)]
    return rows + [Row(f"... {name} at {side}", milliseconds(work, times), "ms") for name, work in parts.items()]


def measure(quick: bool) -> list[Row]:
    times = 5 if quick else 15
    with TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        photo(path)
        rows = [Row("size of the file", path.stat().st_size / 1e6, "MB")]
        rows.append(Row("digest", milliseconds(lambda: digest(path), times), "ms"))
        for side in (1024, 1536, 2048):
            rows += at(path, side, times)
    return rows


if __name__ == "__main__":
    run(measure, "Decoding a 12 megapixel JPEG and what each part of it costs.")
