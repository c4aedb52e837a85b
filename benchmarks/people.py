"""Labelled faces for training and measuring the face head: LFW and the held-out people, as descriptors.

Every picture goes through the program's own way: MTCNN, aligned chip, backbone. Of several faces the one nearest the
centre of the picture is the labelled one; where none is found, LFW's protocol still wants an answer, so the chip is the
picture's middle. Descriptors are kept in the platform's cache folder while a sample of them still comes out the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray
from PIL import Image

from benchmarks.data import require
from photohash.nets.align import chips
from photohash.nets.face_resnet import SIDE, FaceBackbone
from photohash.nets.mtcnn import Mtcnn
from photohash.types import Faces

MIN_FACE = 40  # pixels; the labelled faces of both sets are larger
BATCH = 32
SAMPLE = 32  # photos described again to see whether what is kept is what the program makes today
TOLERANCE = 0.01

Described = tuple[NDArray[np.float16], NDArray[np.bool_]]  # descriptors (n, 640), whether a face was found (n,)
MIDDLE = 0.55  # of the shorter side: how much of LFW's central 200 x 200 pixels a face's chip covers


@dataclass(frozen=True, slots=True)
class People:
    """Faces with names: `labels` int (n,) index `names`; `descriptors` float16 (n, 640); `found` bool (n,)."""

    files: tuple[str, ...]
    names: tuple[str, ...]
    labels: NDArray[np.int64]
    descriptors: NDArray[np.float16]
    found: NDArray[np.bool_]

    def of(self, chosen: NDArray[np.bool_]) -> People:
        """The faces where `chosen` bool (n,) says so."""
        files = tuple(file for file, is_chosen in zip(self.files, chosen, strict=True) if is_chosen)
        return People(files, self.names, self.labels[chosen], self.descriptors[chosen], self.found[chosen])

    def share(self, start: float, stop: float) -> People:
        """The people whose name's hash, as a number in 0..1, lies in start..stop: a split that shares no person."""
        places = np.array([place(name) for name in self.names])
        return self.of(((places >= start) & (places < stop))[self.labels])


# Of LFW's people: what the heads are trained on, chosen by, and measured on.
TRAIN, VALIDATION, TEST = (0.0, 0.5), (0.5, 0.7), (0.7, 1.0)


def place(name: str) -> float:
    """A number in 0..1 that is always the same for a name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32


def lfw(only: Sequence[str] | None = None) -> People:
    """All photos of LFW, or `only` those of these paths (NAME/NAME_0001.jpg)."""
    return people(require("lfw") / "images", only)


def held_out(first: int | None = None) -> People:
    """30 people of VGGFace2 whom no head was trained on, or the `first` of them."""
    folder = require("faces_heldout")
    chosen = sorted(person for person in folder.iterdir() if person.is_dir())[:first]
    only = [file.relative_to(folder).as_posix() for person in chosen for file in person.glob("*.jpg")]
    return people(folder, only if first else None)


def people(folder: Path, only: Sequence[str] | None = None) -> People:
    """The described photos of a folder that has one folder for each person; those kept, or new ones."""
    files = tuple(file.relative_to(folder).as_posix() for file in sorted(folder.rglob("*.jpg")))
    cache = platformdirs.user_cache_path("photohash-benchmarks") / f"{folder.parent.name}-{folder.name}.npz"
    kept = recalled(cache, folder, files)
    if kept is None and only is not None:
        files = tuple(sorted(set(only)))
    if kept is None:
        kept = describe(folder, files)
        if only is None:
            cache.parent.mkdir(parents=True, exist_ok=True)
            np.savez(cache, descriptors=kept[0], found=kept[1])
    names, labels = np.unique([file.split("/")[0] for file in files], return_inverse=True)
    everyone = People(files, tuple(names.tolist()), labels, *kept)
    return everyone if only is None else everyone.of(np.isin(files, list(only)))


def recalled(cache: Path, folder: Path, files: Sequence[str]) -> Described | None:
    """The kept descriptors, if they are of as many files and a sample of these still has the same ones today."""
    if not cache.exists():
        return None
    with np.load(cache) as kept:
        descriptors, found = kept["descriptors"], kept["found"]
    if len(descriptors) != len(files):
        return None
    sample = np.linspace(0, len(files) - 1, SAMPLE).astype(int)
    today, _ = describe(folder, [files[n] for n in sample])
    same = np.allclose(today.astype(np.float32), descriptors[sample].astype(np.float32), atol=TOLERANCE)
    return (descriptors, found) if same else None


def describe(folder: Path, files: Sequence[str]) -> Described:
    """Descriptors (n, 640) of the labelled face of each file, and where a face was found (n,)."""
    detector, backbone = Mtcnn("cpu"), FaceBackbone("cpu")
    described, found = [], []
    for at in range(0, len(files), BATCH):
        pictures = [read(folder / file) for file in files[at : at + BATCH]]
        faces = detector.detect(pictures, MIN_FACE)
        points = [central(picture, each) for picture, each in zip(pictures, faces, strict=True)]
        has = np.array([len(five) > 0 for five in points])
        batch = np.empty((len(pictures), SIDE, SIDE, 3), np.uint8)
        batch[has] = chips(pictures, points, SIDE)
        for n in np.flatnonzero(~has):
            batch[n] = middle(pictures[n])
        described.append(backbone.describe(batch))
        found.append(has)
    return np.concatenate(described), np.concatenate(found)


def read(path: Path) -> NDArray[np.uint8]:
    """The pixels of a photo, uint8 (h, w, 3)."""
    with Image.open(path) as picture:
        return np.array(picture.convert("RGB"))


def central(picture: NDArray[np.uint8], faces: Faces) -> NDArray[np.float32]:
    """The points of the face nearest the centre of the picture, (1, 5, 2), or (0, 5, 2) if there is no face."""
    if not len(faces):
        return faces.points
    middles = (faces.boxes[:, :2] + faces.boxes[:, 2:]) / 2
    nearest = np.square(middles - np.array(picture.shape[1::-1]) / 2).sum(1).argmin()
    return faces.points[nearest : nearest + 1]


def middle(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A chip of the middle of a picture, for one in which no face is found."""
    height, width = picture.shape[:2]
    half = MIDDLE * min(height, width) / 2
    box = (width / 2 - half, height / 2 - half, width / 2 + half, height / 2 + half)
    return np.array(Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.BICUBIC, box))


def pairs() -> tuple[list[tuple[str, str]], NDArray[np.bool_]]:
    """The 6,000 pairs of LFW's view 2, fold by fold, as paths, and whether they are of one person."""
    listed, same = [], []
    for line in (require("lfw") / "pairs.txt").read_text(encoding="utf-8").splitlines()[1:]:
        parts = line.split("\t")
        one, other = (parts[0], parts[0]) if len(parts) == 3 else (parts[0], parts[2])
        listed.append((photo(one, parts[1]), photo(other, parts[-1])))
        same.append(len(parts) == 3)
    return listed, np.array(same)


def photo(name: str, number: str) -> str:
    """The path of a person's photo inside LFW."""
    return f"{name}/{name}_{int(number):04d}.jpg"
