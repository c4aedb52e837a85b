"""A small library for those with no photos at hand, from public-domain pictures that well-known packages carry.

Eileen Collins (NASA), a cat, a coffee cup, a rocket, the Moon and textures come with scikit-image, Grace Hopper
(US Navy) with matplotlib; all are public domain or CC0.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photohash.media.decode import decode
from photohash.media.encode import to_jpeg
from photohash.types import UserError

Pixels = NDArray[np.uint8]

SCENES = {
    "cat": "chelsea.png",
    "coffee": "coffee.png",
    "rocket": "rocket.jpg",
    "brick": "brick.png",
    "grass": "grass.png",
    "gravel": "gravel.png",
    "motorcycle": "motorcycle_left.png",
    "moon": "moon.png",
}


def collins() -> Pixels:
    """Eileen Collins, uint8 (512, 512, 3)."""
    return _scene("astronaut.png")


def hopper() -> Pixels:
    """Grace Hopper, uint8 (606, 512, 3)."""
    return _read("matplotlib", "mpl-data/sample_data/grace_hopper.jpg")


def scene(name: str) -> Pixels:
    """One of SCENES, uint8 (h, w, 3)."""
    return _scene(SCENES[name])


def together(left: Pixels, right: Pixels, height: int) -> Pixels:
    """Two pictures side by side at the same height."""
    return np.concatenate([resized(left, height), resized(right, height)], axis=1)


def resized(pixels: Pixels, height: int) -> Pixels:
    """The picture at another height, antialiased."""
    from skimage.transform import resize

    width = round(pixels.shape[1] * height / pixels.shape[0])
    small: Pixels = resize(pixels, (height, width), anti_aliasing=True, preserve_range=True).round().astype(np.uint8)
    return small


def make(folder: Path) -> tuple[Path, Path]:
    """Write the demo photos into `folder`, which must be new or empty; the library and a picture to ask with.

    Raises UserError when the folder is in use or the packages of the extra `demo` are missing.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} is not empty: name a new folder for the demo.")
    photos = folder / "photos"
    _people(photos / "people")
    _copies(photos / "copies")
    for name in SCENES:
        _write(photos / "scenes" / f"{name}.jpg", scene(name))
    _burst(photos / "burst")
    whole = to_jpeg(scene("rocket")[::-1], 90)
    _write_bytes(photos / "broken" / "half a file.jpg", whole[: len(whole) // 2])
    asked = folder / "who is this.jpg"
    _write(asked, (hopper()[20:420, 80:440, :][:, ::-1] * 0.8).astype(np.uint8), 80)
    return photos, asked


def _people(folder: Path) -> None:
    _write(folder / "eileen collins.jpg", collins())
    _write(folder / "grace hopper.jpg", hopper())
    _write(folder / "together.jpg", together(collins(), hopper(), 500))
    _write(folder / "together, smaller.jpg", together(hopper(), collins()[:400, 60:400], 300), 85)
    _write(folder / "eileen collins, portrait.jpg", collins()[0:300, 80:380])


def _copies(folder: Path) -> None:
    _write_bytes(folder / "eileen collins (1).jpg", to_jpeg(collins(), 92))
    _write(folder / "eileen collins, for the web.jpg", resized(collins(), 320), 60)
    _write(folder / "cat, saved again.jpg", scene("cat"), 50)
    _write(folder / "cat, brighter.jpg", np.clip(scene("cat").astype(np.int16) + 12, 0, 255).astype(np.uint8), 88)
    _write(folder / "coffee, small.jpg", resized(scene("coffee"), 225), 75)


def _burst(folder: Path) -> None:
    """The same scene three times with the camera moved a little: alike, but no copies."""
    whole = scene("motorcycle")
    for number, (top, left) in enumerate(((0, 0), (18, 30), (36, 60)), 1):
        _write(folder / f"shot {number}.jpg", np.ascontiguousarray(whole[top : top + 440, left : left + 660]))


def _scene(file: str) -> Pixels:
    return _read("skimage", f"data/{file}")


def _read(package: str, inside: str) -> Pixels:
    spec = find_spec(package)
    for root in (spec.submodule_search_locations or ()) if spec else ():
        if Path(root, inside).is_file():
            return decode(Path(root, inside), 4096).pixels
    raise UserError(f"The demo's pictures come with {package}, which is missing: install photohash[demo].")


def _write(path: Path, pixels: Pixels, quality: int = 92) -> None:
    _write_bytes(path, to_jpeg(np.ascontiguousarray(pixels), quality))


def _write_bytes(path: Path, raw: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as out:
        out.write(raw)
        out.flush()
        os.fsync(out.fileno())
