"""Making pictures smaller, antialiased, without leaving uint8."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch.nn import functional

from photohash.nets.describe import planes

Pixels = NDArray[np.uint8]


def resized(pixels: Pixels, height: int, width: int) -> Pixels:
    """The picture uint8 (h, w, 3) at another size, by an antialiased bilinear filter."""
    # With channels last in memory torch resizes uint8 in uint8.
    small = functional.interpolate(planes(pixels)[None], (height, width), mode="bilinear", antialias=True)
    return np.ascontiguousarray(small[0].movedim(0, -1).numpy())


def shrunk(pixels: Pixels, long_side: int) -> Pixels:
    """The picture uint8 (h, w, 3) at a long side of `long_side`; a smaller one as it is."""
    height, width = pixels.shape[:2]
    longest = max(height, width)
    if longest <= long_side:
        return pixels
    return resized(pixels, max(1, round(height * long_side / longest)), max(1, round(width * long_side / longest)))
