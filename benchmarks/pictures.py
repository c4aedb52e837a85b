"""Pictures of all kinds for training and measuring the image head, as descriptors.

Real photos, portraits of LFW and pictures of CIFAR-10 (here as slightly lossy JPEG, 32 x 32, enlarged). Training and
test share no source folder, no person and no picture; every picture comes with altered copies of itself, which is what
the head learns to keep together.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import platformdirs
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageOps, UnidentifiedImageError

import photohash.nets
from benchmarks.data import require
from benchmarks.people import TEST, TRAIN, place
from photohash.nets.efficientnet import ImageBackbone, fit

PHOTOS = {
    "train": ("photos/azure_family_face", "photos/ageitgey_examples"),
    "test": ("photos/r4j4n_4friends", "photos/faceapi_bbt", "neardup"),
}
PEOPLE = {"train": TRAIN, "test": TEST}
COUNT = {"train": 1_500, "test": 1_000}  # of LFW's and of CIFAR-10's each
FEW = 100  # of each, for a quick look
COPIES = {"photo": 4, "lfw": 1, "cifar": 1}
LONG_SIDE = 1024
BATCH = 32

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pictures:
    """Described pictures: `originals` int (n,) numbers what each is a copy of; `kinds` (n,) says of which source."""

    descriptors: NDArray[np.float16]
    originals: NDArray[np.int64]
    copies: NDArray[np.bool_]
    kinds: NDArray[np.str_]

    def of(self, chosen: NDArray[np.bool_]) -> Pictures:
        """The pictures where `chosen` bool (n,) says so."""
        return Pictures(self.descriptors[chosen], self.originals[chosen], self.copies[chosen], self.kinds[chosen])


def few_pictures(side: str) -> Pictures:
    """Some described pictures of one side, not kept."""
    return describe(side, FEW)


def pictures(side: str) -> Pictures:
    """The described pictures of one side, "train" or "test", kept in the platform's cache folder."""
    cache = platformdirs.user_cache_path("photohash-benchmarks") / f"pictures-{side}-{code()}.npz"
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        described = describe(side, COUNT[side])
        np.savez(
            cache,
            descriptors=described.descriptors,
            originals=described.originals,
            copies=described.copies,
            kinds=described.kinds,
        )
    with np.load(cache) as kept:
        return Pictures(**kept)


def code() -> str:
    """A short digest of the sources that choose, alter and describe pictures."""
    nets = Path(photohash.nets.__file__).parent
    files = (Path(__file__), nets / "efficientnet.py", nets / "describe.py")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def describe(side: str, count: int) -> Pictures:
    """Each picture of a side, then its altered copies; `count` portraits and as many of CIFAR-10."""
    backbone, random = ImageBackbone("cpu"), np.random.default_rng(0)
    described, originals, copies, kinds = [], [], [], []
    fitted: list[NDArray[np.uint8]] = []
    for original, (kind, picture) in enumerate(sources(side, count)):
        shown = [picture, *(altered(picture, random) for _ in range(COPIES[kind]))]
        fitted += [fit(np.array(each)) for each in shown]
        originals += [original] * len(shown)
        copies += [False] + [True] * (len(shown) - 1)
        kinds += [kind] * len(shown)
        if len(fitted) >= BATCH:
            described.append(backbone.describe(np.stack(fitted)))
            fitted = []
    if fitted:
        described.append(backbone.describe(np.stack(fitted)))
    return Pictures(np.concatenate(described), np.array(originals), np.array(copies), np.array(kinds))


def sources(side: str, count: int) -> Iterator[tuple[str, Image.Image]]:
    """The pictures of a side with their kind."""
    files = [file for name in PHOTOS[side] for file in sorted(require(name).rglob("*"))]
    for file in files:
        if file.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"):
            try:
                yield "photo", opened(file)
            except UnidentifiedImageError:  # some of the sets hold a file that is damaged on purpose
                continue
    start, stop = PEOPLE[side]
    portraits = sorted((require("lfw") / "images").glob("*/*_0001.jpg"))
    of_side = [file for file in portraits if start <= place(file.parent.name) < stop]
    for file in spread(of_side, count):
        yield "lfw", opened(file)
    with tarfile.open(require("cifar10/cifar10.tar.xz")) as archive:
        members = [member for member in archive.getmembers() if f"/{side}/" in f"/{member.name}" and member.isfile()]
        for member in spread(sorted(members, key=lambda each: each.name), count):
            content = archive.extractfile(member)
            assert content is not None
            yield "cifar", opened(io.BytesIO(content.read()))


def spread(items: list[T], count: int) -> Iterable[T]:
    """`count` of the items, evenly over the list."""
    return (items[n] for n in np.linspace(0, len(items) - 1, count).astype(int))


def opened(file: Path | io.BytesIO) -> Image.Image:
    """A picture upright, in RGB, of at most the long side at which the application looks at photos."""
    with Image.open(file) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    return upright


def altered(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    """A copy cropped to 60 to 100 % of the area, in other light and colour, smaller, some mirrored, as poor JPEG."""
    width, height = picture.size
    share = np.sqrt(random.uniform(0.6, 1))
    left, top = random.uniform(0, 1 - share, 2) * (width, height)
    copy = picture.crop((int(left), int(top), int(left + share * width), int(top + share * height)))
    if random.random() < 0.3:
        copy = ImageOps.mirror(copy)
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        copy = enhance(copy).enhance(random.uniform(0.7, 1.3))
    scale = random.uniform(0.5, 1)
    copy = copy.resize((max(8, int(copy.width * scale)), max(8, int(copy.height * scale))))
    stored = io.BytesIO()
    copy.save(stored, "JPEG", quality=int(random.integers(40, 95)))
    return opened(stored)
