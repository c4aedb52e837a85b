"""Any of Pillow's modes to sRGB over white."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

_BITS_PER_SAMPLE = 258  # TIFF tag
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def resizable(picture: Image.Image) -> Image.Image:
    """The picture in a mode that averages rightly: L, RGB, RGBA, CMYK or LAB, eight bits to a channel."""
    mode = picture.mode
    if mode == "F" or mode.startswith("I"):
        return _eight_bits(picture)
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    if mode in ("L", "RGB", "CMYK", "LAB"):
        return picture
    return picture.convert("L" if mode == "1" else "RGB")


def to_rgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """A picture from `resizable` as sRGB: through its ICC profile where that matters, transparency over white."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    if alpha:
        picture = picture.convert("RGB")
    transform = _transform(picture.mode, profile or b"")
    rgb = ImageCms.applyTransform(picture, transform) if transform else picture.convert("RGB")
    assert rgb is not None  # None only for a transform in place
    return Image.composite(rgb, Image.new("RGB", rgb.size, "white"), alpha) if alpha else rgb


@lru_cache(maxsize=32)  # a library knows few profiles, and making a transform costs more than using it
def _transform(mode: str, profile: bytes) -> ImageCms.ImageCmsTransform | None:
    """How to get from `mode` with an embedded profile to sRGB; None where Pillow's own conversion is right."""
    if mode == "LAB":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        return ImageCms.buildTransform(lab, _SRGB, "LAB", "RGB")
    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if mode == "RGB" and ImageCms.getProfileDescription(source).startswith("sRGB"):
            return None
        return ImageCms.buildTransform(source, _SRGB, mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None  # a damaged profile, or one of other channels: the picture is still good


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits or floating point, scaled to 0..255.

    Integers up to 65535 count as 16 bits (12 where a TIFF says so), floats up to 1 as a fraction; anything else has
    no agreed white, so its own range is stretched.
    """
    values = np.asarray(picture)
    if values.dtype.kind == "u" and values.dtype.itemsize == 2:
        bits = getattr(picture, "tag_v2", {}).get(_BITS_PER_SAMPLE, (16,))[0]
        return Image.fromarray((values >> max(bits - 8, 0)).astype(np.uint8))
    real = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(real.min()), float(real.max())
    if low >= 0 and high <= 1 and picture.mode == "F":
        low, high = 0.0, 1.0
    elif low >= 0 and high <= 65535 and picture.mode != "F":
        low, high = 0.0, 65535.0
    return Image.fromarray(((real - low) * (255 / max(high - low, 1e-12))).round().astype(np.uint8))
