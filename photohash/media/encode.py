"""Pixels to JPEG bytes and back, for thumbnails and crops."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

QUALITY = 85
THUMBNAIL_SIDE = 320  # pixels


def thumbnail(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Uint8 RGB pixels (height, width, 3) reduced to `THUMBNAIL_SIDE` on the long side."""
    return np.array(shrunk(Image.fromarray(pixels), THUMBNAIL_SIDE))


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


def shrunk(picture: Image.Image, long_side: int) -> Image.Image:
    """The picture reduced to a long side of `long_side`; a smaller one as it is.

    Pillow's Hamming filter takes half the time of its bicubic one and no eye tells the results apart when reducing;
    the gap lets it halve cheaply first while more than twice too large.
    """
    longest = max(picture.size)
    if longest <= long_side:
        return picture
    width, height = (max(1, round(side * long_side / longest)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.HAMMING, reducing_gap=1.5)
