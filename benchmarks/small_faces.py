"""Labelled faces as chips of 32 x 32 pixels, which the networks of the face-hashing papers take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray
from PIL import Image

from benchmarks.people import BATCH, MIN_FACE, central, middle, read
from photohash.learn.trunks import SMALL
from photohash.nets.align import chips
from photohash.nets.mtcnn import Mtcnn

SAMPLE = 32  # chips made again to see whether those kept are what the program makes today


def small_chips(folder: Path, files: Sequence[str], keep: bool = True) -> NDArray[np.uint8]:
    """The labelled face of each file, uint8 (n, 32, 32, 3); kept, if asked, while a sample stays the same."""
    cache = platformdirs.user_cache_path("photohash-benchmarks") / f"{folder.parent.name}-chips-{SMALL}.npz"
    kept = recalled(cache, folder, files) if keep else None
    if kept is None:
        kept = made(folder, files)
        if keep:
            cache.parent.mkdir(parents=True, exist_ok=True)
            np.savez_compressed(cache, chips=kept, files=np.array(files))
    return kept


def recalled(cache: Path, folder: Path, files: Sequence[str]) -> NDArray[np.uint8] | None:
    """The kept chips, if they are of these files and a sample of these still has the same ones today."""
    if not cache.exists():
        return None
    with np.load(cache) as kept:
        cut, of = np.asarray(kept["chips"], np.uint8), kept["files"]
    if of.tolist() != list(files):
        return None
    sample = np.linspace(0, len(files) - 1, SAMPLE).astype(int)
    today = made(folder, [files[n] for n in sample])
    return cut if np.abs(today.astype(int) - cut[sample]).max() <= 1 else None


def made(folder: Path, files: Sequence[str]) -> NDArray[np.uint8]:
    """The chip of the face nearest the middle of each photo, or the photo's middle where none is found."""
    detector = Mtcnn("cpu")
    cut = np.empty((len(files), SMALL, SMALL, 3), np.uint8)
    for at in range(0, len(files), BATCH):
        pictures = [read(folder / file) for file in files[at : at + BATCH]]
        for n, (picture, faces) in enumerate(zip(pictures, detector.detect(pictures, MIN_FACE), strict=True), at):
            points = central(picture, faces)
            cut[n] = chips([picture], [points], SMALL)[0] if len(points) else shrunk(middle(picture))
    return cut


def shrunk(chip: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A chip of any side as one of 32 pixels."""
    return np.array(Image.fromarray(chip).resize((SMALL, SMALL), Image.Resampling.BOX))
