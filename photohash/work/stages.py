"""What happens to one photo off the job's thread: digest, decoding, and the networks. Nothing here knows a database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from photohash.media import digest
from photohash.media.decode import decode
from photohash.media.encode import to_jpeg
from photohash.media.errors import Undecodable
from photohash.store.catalogue import Place
from photohash.types import Decoded, Faces, ModelKey

Pixels = NDArray[np.uint8]
CHIP_QUALITY = 90


class Networks(Protocol):
    """What the scan needs of the networks; numpy in, numpy out."""

    detector: ModelKey
    face_backbone: ModelKey
    image_backbone: ModelKey
    long_side: int  # most pixels at which photos are decoded
    least_side: int  # least pixels, where the photo has them
    batch: int  # photos to a batch
    workers: int  # threads that may call the networks at once
    decoders: int  # threads that decode beside them

    def detect(self, pictures: Sequence[Pixels]) -> list[Faces]:
        """The faces of each picture."""

    def describe_faces(
        self, pictures: Sequence[Pixels], points: Sequence[NDArray[np.float32]]
    ) -> tuple[Pixels, NDArray[np.float16]]:
        """Aligned chips uint8 (n, side, side, 3) and descriptors float16 (n, d) of all faces, picture after picture."""

    def describe_pictures(self, pictures: Sequence[Pixels]) -> NDArray[np.float16]:
        """Descriptors float16 (n, d) of whole pictures."""


class Encoder(Protocol):
    """A hash head: descriptors in, packed codes and what their distances mean out."""

    @property
    def key(self) -> ModelKey:
        """Which head it is."""

    @property
    def bits(self) -> int:
        """The length of a code."""

    @property
    def digest(self) -> bytes:
        """16 bytes that change with whatever changes a code."""

    def vectors(self, descriptors: NDArray[np.float16]) -> NDArray[np.float32]:
        """What of descriptors (n, D) is compared by Euclidean distance, float32 (n, d)."""

    def encode(self, descriptors: NDArray[np.float16]) -> NDArray[np.uint64]:
        """Codes uint64 (words, n) of descriptors (n, D)."""

    def margins(self, descriptors: NDArray[np.float16]) -> NDArray[np.float32]:
        """What the bits are the signs of, float32 (n, bits)."""

    @property
    def bands(self) -> Mapping[str, float]:
        """The largest distance of each band, the surest band first."""

    def confidence(self, distances: NDArray[np.floating]) -> NDArray[np.float32]:
        """The probability that two vectors at these distances show the same."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Networks and heads (for faces, for whole pictures) that are loaded when first asked for: a scan that finds
    nothing new never waits for them."""

    networks: Callable[[], Networks]
    heads: Callable[[], tuple[Encoder, Encoder]]


@dataclass(frozen=True, slots=True)
class Task:
    """One photo to be read: where from, which content; `photo_id` where the catalogue has it already."""

    place: Place
    digest: bytes
    photo_id: int | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A task that could not be done."""

    place: Place
    digest: bytes | None
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """A decoded photo, with the faces that the catalogue already holds for it."""

    task: Task
    picture: Decoded
    stored: tuple[list[int], Faces] | None


@dataclass(frozen=True, slots=True)
class Analysed:
    """What the networks found in one photo; `error` says why they found nothing."""

    read: Read
    faces: Faces | None
    chips: list[bytes]
    face_descriptors: NDArray[np.float16]
    photo_descriptor: NDArray[np.float16]
    error: str | None = None


def digested(place: Place) -> Task | Broken:
    """The task of reading a file, by its content."""
    try:
        return Task(place, digest.digest(place.path))
    except Undecodable as error:
        return Broken(place, None, "read", error.reason)
    except OSError as error:
        return Broken(
            place, None, "read", f"The file cannot be read ({error.strerror or error}): check its permissions."
        )


def read(task: Task, long_side: int, least: int) -> Read | Broken:
    """The decoded photo."""
    try:
        return Read(task, decode(task.place.path, long_side, least), None)
    except Undecodable as error:
        return Broken(task.place, task.digest, "decode", error.reason)
    except OSError as error:
        return Broken(
            task.place, task.digest, "read", f"The file cannot be read ({error.strerror or error}): check its drive."
        )


def analyse(networks: Networks, batch: list[Read]) -> list[Analysed]:
    """Run the networks over a batch; if it fails, over each photo alone, so that only the culprit fails."""
    try:
        return _analyse(networks, batch)
    except MemoryError:
        raise
    except Exception as error:
        if len(batch) == 1:
            nothing = np.empty((0, 0), np.float16)
            return [
                Analysed(
                    batch[0], None, [], nothing, nothing, f"The networks failed ({type(error).__name__}: {error})."
                )
            ]
        return [found for photo in batch for found in analyse(networks, [photo])]


def _analyse(networks: Networks, batch: list[Read]) -> list[Analysed]:
    pictures = [read.picture.pixels for read in batch]
    fresh = [n for n, read in enumerate(batch) if read.stored is None]
    faces = [read.stored[1] if read.stored else None for read in batch]
    for number, found in zip(fresh, networks.detect([pictures[n] for n in fresh]), strict=True):
        faces[number] = found
    known = [found for found in faces if found is not None]
    chips, face_rows = networks.describe_faces(pictures, [found.points for found in known])
    jpegs = [to_jpeg(chip, CHIP_QUALITY) for chip in chips]
    photo_rows = networks.describe_pictures(pictures)
    analysed, start = [], 0
    for number, (read, found) in enumerate(zip(batch, known, strict=True)):
        end = start + len(found)
        analysed.append(Analysed(read, found, jpegs[start:end], face_rows[start:end], photo_rows[number : number + 1]))
        start = end
    return analysed
