"""Edits of pictures: some leave a copy of the picture, some make another shot of the scene."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

Edit = Callable[[Image.Image, random.Random], Image.Image]


def jpeg(picture: Image.Image, quality: int, kind: str = "JPEG") -> Image.Image:
    out = BytesIO()
    picture.save(out, kind, quality=quality)
    return Image.open(out).convert("RGB")


def scaled(picture: Image.Image, scale: float, kind: Image.Resampling = Image.Resampling.LANCZOS) -> Image.Image:
    return picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))), kind)


def gamma(picture: Image.Image, power: float) -> Image.Image:
    return picture.point([round(255 * (level / 255) ** power) for level in range(256)] * 3)


COPIES: dict[str, Edit] = {
    "JPEG 75": lambda p, r: jpeg(p, 75),
    "JPEG 30": lambda p, r: jpeg(p, 30),
    "WebP 50": lambda p, r: jpeg(p, 50, "WEBP"),
    "half": lambda p, r: scaled(p, 0.5),
    "quarter, JPEG 60": lambda p, r: jpeg(scaled(p, 0.25), 60),
    "half without smoothing": lambda p, r: scaled(p, 0.5, Image.Resampling.NEAREST),
    "brighter 12 %": lambda p, r: ImageEnhance.Brightness(p).enhance(1.12),
    "darker 12 %, JPEG 70": lambda p, r: jpeg(ImageEnhance.Brightness(p).enhance(0.88), 70),
    "contrast 15 %": lambda p, r: ImageEnhance.Contrast(p).enhance(1.15),
    "gamma 0.87": lambda p, r: gamma(p, 0.87),
    "gamma 1.15": lambda p, r: gamma(p, 1.15),
    "sharpened": lambda p, r: p.filter(ImageFilter.UnsharpMask(2, 80, 2)),
    "saturation 80 %": lambda p, r: ImageEnhance.Color(p).enhance(0.8),
    "0.4, brighter, JPEG 50": lambda p, r: jpeg(ImageEnhance.Brightness(scaled(p, 0.4)).enhance(1.08), 50),
}


def cropped(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    w, h = picture.size
    return picture.crop((round(left * w), round(top * h), round((1 - right) * w), round((1 - bottom) * h)))


def moved(picture: Image.Image, rng: random.Random, part: float) -> Image.Image:
    """A square `part` of the short side moves by two fifths of itself."""
    side = int(min(picture.size) * part)
    x, y = rng.randrange(picture.width - side), rng.randrange(picture.height - side)
    out = picture.copy()
    out.paste(picture.crop((x, y, x + side, y + side)), (min(x + side * 2 // 5, picture.width - side), y))
    return out


def warped(picture: Image.Image, rng: random.Random, amount: float) -> Image.Image:
    """Everything moves smoothly, by `amount` of the long side on average."""
    w, h = picture.size
    noise = np.random.default_rng(rng.randrange(2**30)).normal(size=(2, 4, 4)).astype(np.float32)
    dx, dy = (
        np.asarray(Image.fromarray(n).resize((w, h), Image.Resampling.BICUBIC)) * amount * max(w, h) for n in noise
    )
    y, x = np.mgrid[:h, :w]
    rows, columns = np.clip((y + dy).round(), 0, h - 1), np.clip((x + dx).round(), 0, w - 1)
    return Image.fromarray(np.asarray(picture)[rows.astype(int), columns.astype(int)])


SHOTS: dict[str, Edit] = {
    "shift 3 %": lambda p, r: cropped(p, 0.03, 0.03, 0, 0),
    "shift 6 %": lambda p, r: cropped(p, 0.06, 0, 0, 0.06),
    "closer 4 %": lambda p, r: cropped(p, 0.02, 0.02, 0.02, 0.02),
    "turned 2 degrees": lambda p, r: cropped(p.rotate(2, Image.Resampling.BICUBIC), 0.05, 0.05, 0.05, 0.05),
    "something of 15 % moved": lambda p, r: moved(p, r, 0.15),
    "something of 10 % moved": lambda p, r: moved(p, r, 0.10),
    "all moved 0.5 %": lambda p, r: warped(p, r, 0.005),
    "all moved 1.5 %": lambda p, r: warped(p, r, 0.015),
    "black and white": lambda p, r: p.convert("L").convert("RGB"),
    "mirrored": lambda p, r: ImageOps.mirror(p),
}
