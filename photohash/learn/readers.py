"""What a picture becomes before it is learnt from: a descriptor, a face's chip or a small picture."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from photohash.learn.trunks import SMALL
from photohash.nets.align import chips
from photohash.nets.describe import planes
from photohash.nets.efficientnet import SIDE as PICTURE_SIDE
from photohash.nets.efficientnet import WIDTH, ImageBackbone, fit
from photohash.nets.face_resnet import EMBEDDING, FaceBackbone, embedding
from photohash.nets.face_resnet import SIDE as CHIP_SIDE
from photohash.nets.mtcnn import Mtcnn

Pixels = NDArray[np.uint8]

LEAST_FACE = 0.05  # of the long side: smaller faces are hardly those that a folder is named after
LEAST_PIXELS = 20.0


class Reader(ABC):
    """Pixels uint8 (h, w, 3) to one row of examples; `nothing` says why there may be none, `name` what changes it."""

    name: str
    nothing = "There is nothing to learn from in this picture."
    long_side = 1024
    shape: tuple[int, ...]
    dtype: type[np.generic] = np.uint8

    @abstractmethod
    def read(self, pixels: Pixels) -> NDArray[np.generic] | None:
        """The row, of `shape` and `dtype`, or None."""


class Faces(Reader):
    """The largest face, as the program's own chip of any side."""

    nothing = "No face was found; the folder's person must be seen from the front and large enough."

    def __init__(self, device: str, side: int = CHIP_SIDE) -> None:
        self.name = f"{Mtcnn.key} chip {side}"
        self.shape = (side, side, 3)
        self.side = side
        self.detector = Mtcnn(device)

    def read(self, pixels: Pixels) -> NDArray[np.generic] | None:
        """The chip uint8 (side, side, 3)."""
        faces = self.detector.detect([pixels], max(LEAST_PIXELS, LEAST_FACE * max(pixels.shape)))[0]
        if not len(faces):
            return None
        width, height = (faces.boxes[:, 2:] - faces.boxes[:, :2]).T
        largest = int((width * height).argmax())
        chip: NDArray[np.uint8] = chips([pixels], [faces.points[largest : largest + 1]], self.side)[0]
        return chip


class DescribedFaces(Faces):
    """The largest face's embedding by the face backbone."""

    dtype = np.float32

    def __init__(self, device: str) -> None:
        super().__init__(device)
        self.name = f"{self.name} {FaceBackbone.key}"
        self.shape = (EMBEDDING.stop,)
        self.backbone = FaceBackbone(device)

    def read(self, pixels: Pixels) -> NDArray[np.generic] | None:
        """The embedding float32 (128,)."""
        chip = super().read(pixels)
        if chip is None:
            return None
        row: NDArray[np.float32] = embedding(self.backbone.describe(np.asarray(chip, np.uint8)[None]))[0]
        return row


class Pictures(Reader):
    """The whole picture, squashed to a square as the image backbone's input is."""

    def __init__(self, side: int = SMALL) -> None:
        self.name = f"picture {side}"
        self.shape = (side, side, 3)
        self.side = side

    def read(self, pixels: Pixels) -> NDArray[np.generic] | None:
        """The picture uint8 (side, side, 3)."""
        small = functional.interpolate(planes(pixels)[None], (self.side, self.side), mode="bilinear", antialias=True)
        return np.ascontiguousarray(small[0].movedim(0, -1).to(torch.uint8).numpy())


class DescribedPictures(Reader):
    """The whole picture's descriptor by the image backbone, scaled to unit length."""

    dtype = np.float32
    shape = (WIDTH,)

    def __init__(self, device: str) -> None:
        self.name = str(ImageBackbone.key)
        self.backbone = ImageBackbone(device, batch=1)

    def read(self, pixels: Pixels) -> NDArray[np.generic] | None:
        """The descriptor float32 (1280,)."""
        descriptor: NDArray[np.float32] = self.backbone.describe(fit(pixels)[None])[0].astype(np.float32)
        descriptor /= max(float(np.linalg.norm(descriptor)), 1e-6)
        return descriptor


def reader(kind: str, network: str, device: str) -> Reader:
    """The reader for "faces" or "images" and a network of `runs.NETWORKS`."""
    if network == "head":
        return DescribedFaces(device) if kind == "faces" else DescribedPictures(device)
    if network == "backbone":
        return Faces(device) if kind == "faces" else Pictures(PICTURE_SIDE)
    return Faces(device, SMALL) if kind == "faces" else Pictures(SMALL)
