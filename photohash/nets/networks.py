"""The networks of the application together on one device: what a scan or a dropped picture needs of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photohash.nets import device as devices
from photohash.nets import heads
from photohash.nets.align import chips
from photohash.nets.efficientnet import ImageBackbone, fit
from photohash.nets.face_resnet import FaceBackbone
from photohash.nets.manifest import newest
from photohash.nets.mtcnn import Mtcnn
from photohash.types import Faces

Pixels = NDArray[np.uint8]

LONG_SIDE, LEAST_SIDE = 2048, 1152  # pixels between which photos are decoded, as is cheapest
# The least face looked for, as a part of the photo's long side and in pixels as decoded, by the recall table of
# benchmarks.detect (1536 and 30): of 256 faces from 1.5 % of the long side on (60 pixels of a photo of 4,000) one is
# lost; of those from 1 to 1.5 % a third.
MIN_FACE_SHARE, MIN_FACE = 0.0195, 20.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How a scan divides the computer: photos to a batch, threads that run the networks, threads that decode."""

    batch: int
    workers: int
    decoders: int


def plan(device: str, cores: int, workers: int | None = None, decoders: int | None = None) -> Plan:
    """The division for a device and a number of cores.

    On the CPU each network thread runs torch with one thread of its own: threads of one operation that wait for each
    other while others decode cost far more than they bring. The networks take three times as long as decoding, so they
    get as many threads as there are cores, and decoding half as many beside them.
    """
    if device == "cpu":
        return Plan(2, workers or cores, decoders or max(1, cores // 2))
    return Plan(32, workers or 1, decoders or cores)


class Networks:
    """Detector and backbones on a device; numpy in, numpy out. Raises UserError where weights or device are missing."""

    detector = Mtcnn.key
    face_backbone = FaceBackbone.key
    image_backbone = ImageBackbone.key
    long_side, least_side = LONG_SIDE, LEAST_SIDE

    def __init__(self, device: str | None = None, workers: int | None = None, decoders: int | None = None) -> None:
        self.device = devices.choose(device)
        chosen = plan(self.device, os.cpu_count() or 1, workers, decoders)
        self.batch, self.workers, self.decoders = chosen.batch, chosen.workers, chosen.decoders
        devices.share_heaps()
        if self.device == "cpu":
            devices.set_threads(1)
        self._mtcnn = Mtcnn(self.device)
        self._faces = FaceBackbone(self.device)
        # On the CPU one at a time: the wide maps of several fall out of its cache, which costs a third.
        self._images = ImageBackbone(self.device, batch=1 if self.device == "cpu" else chosen.batch)

    def detect(self, pictures: Sequence[Pixels]) -> list[Faces]:
        """The faces of each picture uint8 (h, w, 3)."""
        return self._mtcnn.detect(pictures, [max(MIN_FACE, MIN_FACE_SHARE * max(p.shape)) for p in pictures])

    def describe_faces(
        self, pictures: Sequence[Pixels], points: Sequence[NDArray[np.float32]]
    ) -> tuple[Pixels, NDArray[np.float16]]:
        """Aligned chips uint8 (n, 150, 150, 3) and descriptors float16 (n, 640) of all faces, picture after picture."""
        aligned = chips(pictures, points)
        return aligned, self._faces.describe(aligned)

    def describe_pictures(self, pictures: Sequence[Pixels]) -> NDArray[np.float16]:
        """Descriptors float16 (n, 1280) of whole pictures."""
        return self._images.describe(np.stack([fit(picture) for picture in pictures]))


def load_heads(device: str) -> tuple[heads.Hasher, heads.Hasher]:
    """The newest shipped heads: for faces and for whole pictures."""
    paths = newest()
    return heads.load(paths["face"], device), heads.load(paths["image"], device)
