"""More pictures for training the image head and for choosing it, without copies, as descriptors kept part by part.

What `pictures` has for training is too little for a head with a hidden layer. Here are windows of its photos, the files
of odd formats with windows of them, all photos of LFW's training people and more of CIFAR-10's training set. To choose
by: windows of photos of a folder not trained on, portraits of LFW's validation people, other pictures of CIFAR-10.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

import benchmarks.pictures
import photohash.nets
from benchmarks import people
from benchmarks.data import require
from benchmarks.pictures import BATCH, LONG_SIDE, opened, spread
from photohash.media.decode import decode
from photohash.media.errors import Undecodable
from photohash.nets.efficientnet import ImageBackbone, fit

CIFAR = 6_000  # of CIFAR-10's training pictures,
EVERY = 6  # of which every so many is for validation
WINDOWS = {"train": 24, "validation": 6, "formats": 10}  # of each photo
LEAST = 240  # pixels of the shorter side of what counts as a photo among the odd formats
FORMATS = (".jpg", ".jpeg", ".webp", ".heic", ".heif", ".avif", ".mpo", ".png", ".tif", ".tiff")
PHOTOS = {"train": "photos/azure_family_face", "validation": "photos/ageitgey_examples"}
PORTRAITS = 1_000  # for validation
SIDES = {
    "train": ("photos-train", "formats", "lfw-train", "cifar-train"),
    "validation": ("photos-validation", "lfw-validation", "cifar-validation"),
}


@dataclass(frozen=True, slots=True)
class More:
    """Described pictures: float16 (n, 1280), and of which source each is, (n,): photo, window, format, lfw or cifar."""

    descriptors: NDArray[np.float16]
    kinds: NDArray[np.str_]


def more(side: str) -> More:
    """The described pictures of one side, "train" or "validation"; the originals of photos are there too."""
    parts = [part(name) for name in SIDES[side]]
    return More(np.concatenate([each.descriptors for each in parts]), np.concatenate([each.kinds for each in parts]))


def part(name: str) -> More:
    """One part, kept in the platform's cache folder."""
    cache = platformdirs.user_cache_path("photohash-benchmarks") / f"more-{name}-{code()}.npz"
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        described = describe(PARTS[name]())
        np.savez(cache, descriptors=described.descriptors, kinds=described.kinds)
    with np.load(cache) as kept:
        return More(**kept)


def code() -> str:
    """A short digest of the sources that choose and describe pictures."""
    nets = Path(photohash.nets.__file__).parent
    files = (Path(__file__), Path(benchmarks.pictures.__file__), nets / "efficientnet.py", nets / "describe.py")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def describe(pictures: Iterator[tuple[str, Image.Image]]) -> More:
    """What the backbone makes of pictures with their kinds."""
    backbone = ImageBackbone("cpu")
    described, kinds = [], []
    while chunk := list(islice(pictures, BATCH)):
        described.append(backbone.describe(np.stack([fit(np.array(picture)) for _, picture in chunk])))
        kinds += [kind for kind, _ in chunk]
    return More(np.concatenate(described), np.array(kinds))


def photos(side: str) -> Iterator[tuple[str, Image.Image]]:
    """The photos of a side and windows of each."""
    random = np.random.default_rng(1)
    for file in sorted(require(PHOTOS[side]).rglob("*")):
        if file.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"):
            try:
                photo = opened(file)
            except UnidentifiedImageError:
                continue
            yield "photo", photo
            yield from (("window", window(photo, random)) for _ in range(WINDOWS[side]))


def formats() -> Iterator[tuple[str, Image.Image]]:
    """What the application can read of the odd formats, if it is as large as a photo, and windows of each."""
    random = np.random.default_rng(2)
    for file in sorted(require("formats").rglob("*")):
        if file.suffix.lower() not in FORMATS:
            continue
        try:
            pixels = decode(file, LONG_SIDE, LONG_SIDE).pixels
        except (Undecodable, OSError):
            continue
        if min(pixels.shape[:2]) >= LEAST:
            picture = Image.fromarray(pixels)
            picture.thumbnail((LONG_SIDE, LONG_SIDE))
            yield "format", picture
            yield from (("format", window(picture, random)) for _ in range(WINDOWS["formats"]))


def window(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    """A window of 5 to 60 % of the area, at most 1.8 times as wide or as high as the picture's shape would have it."""
    width, height = picture.size
    share, stretch = np.exp(random.uniform(np.log(0.05), np.log(0.6))), np.exp(random.uniform(-0.3, 0.3))
    wide = min(width, np.sqrt(share * width * height * stretch))
    high = min(height, np.sqrt(share * width * height / stretch))
    left, top = random.uniform(0, width - wide), random.uniform(0, height - high)
    return picture.crop((int(left), int(top), int(left + wide), int(top + high)))


def portraits(share: tuple[float, float], pattern: str) -> Iterator[tuple[str, Image.Image]]:
    """The photos of LFW's people of a share whose file names fit."""
    start, stop = share
    for file in sorted((require("lfw") / "images").glob(f"*/{pattern}")):
        if start <= people.place(file.parent.name) < stop:
            yield "lfw", opened(file)


def cifar(held: bool) -> Iterator[tuple[str, Image.Image]]:
    """Pictures of CIFAR-10's training set, evenly over its classes; those `held` back for validation, or the others."""
    with tarfile.open(require("cifar10/cifar10.tar.xz")) as archive:
        members = [member for member in archive.getmembers() if "/train/" in f"/{member.name}" and member.isfile()]
        for n, member in enumerate(spread(sorted(members, key=lambda each: each.name), CIFAR)):
            if (n % EVERY == 0) == held:
                content = archive.extractfile(member)
                assert content is not None
                yield "cifar", opened(io.BytesIO(content.read()))


PARTS: dict[str, Callable[[], Iterator[tuple[str, Image.Image]]]] = {
    "photos-train": lambda: photos("train"),
    "photos-validation": lambda: photos("validation"),
    "formats": formats,
    "lfw-train": lambda: portraits(people.TRAIN, "*.jpg"),
    "lfw-validation": lambda: islice(portraits(people.VALIDATION, "*_0001.jpg"), PORTRAITS),
    "cifar-train": lambda: cifar(held=False),
    "cifar-validation": lambda: cifar(held=True),
}
