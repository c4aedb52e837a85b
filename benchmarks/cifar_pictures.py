"""CIFAR-10 (Krizhevsky, 2009), here as JPEG and so slightly lossy, in the split of the hashing papers."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray
from PIL import Image
from safetensors.numpy import load_file, save_file

from benchmarks.data import require

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
QUERIES, TRAINING = 100, 500  # of each class
HELD = 5  # one in so many training pictures is held back to choose settings by

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Pictures:
    """All 60,000 pictures: `pixels` uint8 (n, 32, 32, 3), their class numbers `labels` int64 (n,)."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Split:
    """1,000 queries, 5,000 pictures to train on and the other 54,000 as database, all as numbers of pictures.

    Of those to train on, `held` bool (5000,) are held back while settings are chosen.
    """

    queries: NDArray[np.int64]
    training: NDArray[np.int64]
    database: NDArray[np.int64]
    held: NDArray[np.bool_]


def split(labels: NDArray[np.int64], seed: int = 0) -> Split:
    """As many queries and training pictures of each class, drawn from the published training and test sets together."""
    random = np.random.default_rng(seed)
    order = [random.permutation(np.flatnonzero(labels == label)) for label in range(len(CLASSES))]
    queries = np.concatenate([each[:QUERIES] for each in order])
    training = np.concatenate([each[QUERIES : QUERIES + TRAINING] for each in order])
    database = np.concatenate([each[QUERIES + TRAINING :] for each in order])
    return Split(queries, training, np.sort(database), np.arange(len(training)) % HELD == 0)


def pictures() -> Pictures:
    """The pictures in the order of their names."""
    return Pictures(**kept("pictures", read, Path(__file__)))


def kept(name: str, make: Callable[[], Arrays], *sources: Path) -> Arrays:
    """The arrays that `make` makes, from the platform's cache folder if the same sources made them before."""
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    file = platformdirs.user_cache_path("photohash-benchmarks") / f"cifar-{name}-{digest}.safetensors"
    if not file.exists():
        made = make()
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        save_file(made, part)
        part.replace(file)
    return load_file(file)


def read() -> Arrays:
    """Decode the archive."""
    decoded = {}
    with tarfile.open(require("cifar10/cifar10.tar.xz")) as archive:
        for member in archive:
            if member.name.endswith(".jpg"):
                content = archive.extractfile(member)
                assert content is not None
                with Image.open(io.BytesIO(content.read())) as picture:
                    decoded[member.name] = np.asarray(picture.convert("RGB"))
    names = sorted(decoded)
    labels = np.array([CLASSES.index(Path(name).parent.name) for name in names], np.int64)
    return {"pixels": np.stack([decoded[name] for name in names]), "labels": labels}
