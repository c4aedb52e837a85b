"""The nouns of the program: small frozen records that every layer may know."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Seen(NamedTuple):
    """A picture file met while walking: path relative to its root, as the file system spells it."""

    path: bytes
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Failure:
    """One file that could not be worked on, at which stage and why, in words for its owner."""

    path: Path
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture as the networks see it.

    `pixels` is uint8 (height, width, 3), upright RGB, at most the asked long side; `width` and `height` are those of
    the upright original; `thumbnail` is a JPEG; `signature` is the perceptual code, uint64 (4,), or None for a picture
    too flat to have one; `taken_at` is seconds since 1970 of the camera's own clock, or None.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int
    thumbnail: bytes
    signature: NDArray[np.uint64] | None
    taken_at: int | None


@dataclass(frozen=True, slots=True)
class Faces:
    """The faces of one picture, in pixels of that picture.

    `boxes` float32 (n, 4) as x0, y0, x1, y1; `points` float32 (n, 5, 2): eyes (left in the picture first), nose,
    mouth corners; `scores` float32 (n,), the detector's probability.
    """

    boxes: NDArray[np.float32]
    points: NDArray[np.float32]
    scores: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.scores)


@dataclass(frozen=True, slots=True)
class ModelKey:
    """Which network or head made a result. Results of different keys are never compared."""

    task: str
    name: str
    version: int

    def __str__(self) -> str:
        return f"{self.task}/{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is."""

    stage: str
    done: int
    total: int
    failed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Photo:
    """One picture by its content, wherever its files lie."""

    id: int
    width: int
    height: int
    taken_at: int | None
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Face:
    """A stored face: its box as fractions of the upright picture (x, y, width, height)."""

    id: int
    photo_id: int
    box: tuple[float, float, float, float]
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """A search result: the photo, the face in it if faces were compared, how far and how sure.

    `distance` is that of the descriptors; `hamming` that of the codes; `confidence` is calibrated and lies in 0..1;
    `band` is its name: same, likely, maybe, or nothing beyond these.
    """

    photo: Photo
    distance: float
    hamming: int
    confidence: float
    band: str
    face: Face | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Photos that show one and the same picture, the best first; `correlations` say how alike the others are to it.

    A group of one photo is one that several files hold byte for byte.
    """

    photos: tuple[Photo, ...]
    correlations: tuple[float, ...]


class UserError(Exception):
    """Something the user can act on: the message is one clear sentence that says what to do."""
