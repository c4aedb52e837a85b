"""Pixels to JPEG bytes and back, for thumbnails and crops."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

QUALITY = 85
THUMBNAIL_SIDE = 320  # pixels


def to_jpeg(pixels: NDArray[np.uint8], quality: int = QUALITY) -> bytes:
    """Encode uint8 RGB pixels (height, width, 3) as JPEG."""
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return out.getvalue()


def from_jpeg(jpeg: bytes) -> NDArray[np.uint8]:
    """Decode the JPEG bytes of `to_jpeg` to uint8 RGB pixels (height, width, 3).

    Raises OSError when they are not a JPEG, as after damage to the cache.
    """
    with Image.open(BytesIO(jpeg), formats=("JPEG",)) as picture:
        return np.array(picture.convert("RGB"))


def shrink(pixels: NDArray[np.uint8], long_side: int) -> NDArray[np.uint8]:
    """Reduce uint8 RGB pixels to a long side of `long_side`; smaller pictures stay as they are."""
    height, width = pixels.shape[:2]
    if max(height, width) <= long_side:
        return pixels
    size = fitted(width, height, long_side)
    return np.array(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0))


def fitted(width: int, height: int, long_side: int) -> tuple[int, int]:
    """Width and height scaled so that the longer is `long_side`, neither below one pixel."""
    scale = long_side / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))
