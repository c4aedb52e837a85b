"""A face that the detector missed and its user drew a box around."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from photohash.types import Faces
from photohash.work.stages import Networks, Pixels

# Where the detector's five points lie in its own boxes: medians over 167 faces of photos, made symmetric.
POINTS = np.array([(0.27, 0.39), (0.73, 0.39), (0.5, 0.6), (0.28, 0.745), (0.72, 0.745)], np.float32)
AROUND = 0.5  # of the box's size looked at on each side
SIDE = 120  # pixels: boxes are enlarged to at least so many, small faces being why most are missed


def marked(networks: Networks, pixels: Pixels, box: NDArray[np.float32]) -> Faces:
    """The one face in a box, float32 (4,) as x0, y0, x1, y1 in pixels of the picture; where its points are not found,
    they are taken to lie as in most faces.

    Raises ValueError for a box that has no pixel in the picture.
    """
    height, width = pixels.shape[:2]
    box = np.clip(box, 0, np.array([width, height, width, height])).astype(np.float32)
    size = box[2:] - box[:2]
    if min(size) < 1:
        raise ValueError("the box has no pixel in the picture")
    found = _found(networks, pixels, box, size)
    if found is not None:
        return found
    return Faces(box[None], (box[:2] + POINTS * size)[None], np.zeros(1, np.float32))


def _found(networks: Networks, pixels: Pixels, box: NDArray[np.float32], size: NDArray[np.float32]) -> Faces | None:
    """The surest face whose middle is in the box, seen alone and enlarged."""
    left, top = np.maximum(0, np.floor(box[:2] - AROUND * size)).astype(int).tolist()
    right, bottom = np.ceil(box[2:] + AROUND * size).astype(int).tolist()
    times = max(1, math.ceil(SIDE / float(min(size))))
    seen = networks.detect([pixels[top:bottom, left:right].repeat(times, 0).repeat(times, 1)])[0]
    corner = np.array([left, top], np.float32)
    boxes = seen.boxes / times + np.tile(corner, 2)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = np.flatnonzero(((middles >= box[:2]) & (middles <= box[2:])).all(axis=1))
    if not len(inside):
        return None
    best = inside[np.argmax(seen.scores[inside])]
    return Faces(boxes[best][None], (seen.points[best] / times + corner)[None], seen.scores[best][None])
