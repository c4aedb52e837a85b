"""Small pictures and networks made on the fly: the scan is tested without torch and without any photo."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photohash.media.encode import to_jpeg
from photohash.types import Faces, ModelKey

Pixels = NDArray[np.uint8]


def noise(seed: int, width: int = 96, height: int = 64) -> Pixels:
    """A smooth random picture; another seed is another picture."""
    coarse = np.random.default_rng(seed).integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    return np.repeat(np.repeat(coarse, 8, axis=0), 8, axis=1)


def write(path: Path, pixels: Pixels, quality: int = 95) -> Path:
    """Save a picture as JPEG, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(to_jpeg(pixels, quality))
    return path


class FakeNetworks:
    """Deterministic from the pixels: as many faces as the picture's mean says, descriptors from its digest."""

    detector = ModelKey("detect", "fake", 1)
    face_backbone = ModelKey("face-backbone", "fake", 1)
    image_backbone = ModelKey("image-backbone", "fake", 1)
    long_side = least_side = 96
    batch = 4
    workers = 2
    decoders = 2
    device = "fake"

    def __init__(self) -> None:
        self.detected = 0
        self.described = 0

    def detect(self, pictures: Sequence[Pixels]) -> list[Faces]:
        self.detected += len(pictures)
        return [self._faces(picture) for picture in pictures]

    def _faces(self, picture: Pixels) -> Faces:
        n = int(picture.sum()) % 3
        boxes = np.array([[4 + 20 * i, 5, 20 + 20 * i, 30] for i in range(n)], np.float32).reshape(n, 4)
        points = np.repeat(boxes[:, None, :2], 5, axis=1) + np.arange(5, dtype=np.float32)[None, :, None]
        return Faces(boxes, points, np.full(n, 0.9, np.float32))

    def describe_faces(
        self, pictures: Sequence[Pixels], points: Sequence[NDArray[np.float32]]
    ) -> tuple[Pixels, NDArray[np.float16]]:
        rows = [descriptor(pic, n) for pic, five in zip(pictures, points, strict=True) for n in range(len(five))]
        return np.zeros((len(rows), 8, 8, 3), np.uint8), np.array(rows, np.float16).reshape(len(rows), 16)

    def describe_pictures(self, pictures: Sequence[Pixels]) -> NDArray[np.float16]:
        self.described += len(pictures)
        return np.stack([descriptor(picture, 99) for picture in pictures])


def descriptor(picture: Pixels, number: int) -> NDArray[np.float16]:
    """Sixteen numbers that belong to this picture and face."""
    seed = int.from_bytes(hashlib.blake2b(picture.tobytes(), digest_size=6).digest(), "little") + number
    return np.random.default_rng(seed).normal(size=16).astype(np.float16)


class FakeHead:
    """Signs of a descriptor of 16 numbers."""

    bits = 16
    bands: Mapping[str, float] = {"same": 1.0, "likely": 2.0, "maybe": 9.0}

    def __init__(self, task: str, version: int = 1) -> None:
        self.key = ModelKey(task, "fake", version)
        self.digest = hashlib.blake2b(str(self.key).encode(), digest_size=16).digest()

    def vectors(self, descriptors: NDArray[np.float16]) -> NDArray[np.float32]:
        return descriptors.astype(np.float32)

    def encode(self, descriptors: NDArray[np.float16]) -> NDArray[np.uint64]:
        bits = descriptors >= 0
        return (bits.astype(np.uint64) << np.arange(16, dtype=np.uint64)).sum(axis=1, dtype=np.uint64)[None]

    def margins(self, descriptors: NDArray[np.float16]) -> NDArray[np.float32]:
        return descriptors.astype(np.float32)

    def confidence(self, distances: NDArray[np.floating]) -> NDArray[np.float32]:
        return np.exp(-distances).astype(np.float32)
