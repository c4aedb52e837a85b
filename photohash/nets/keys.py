"""The networks that come with packages, by name and version; their weights are fixed by these."""

from __future__ import annotations

from photohash.types import ModelKey

DETECTOR = ModelKey("detect", "mtcnn", 1)
FACE_BACKBONE = ModelKey("face-backbone", "dlib-resnet", 1)
IMAGE_BACKBONE = ModelKey("image-backbone", "efficientnet-lite0", 1)
