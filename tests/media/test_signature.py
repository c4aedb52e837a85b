from __future__ import annotations

import math
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageEnhance
from skimage.data import astronaut, cat

from photohash.media.signature import BITS, FLAT, RADIUS, SIDE, code, grey, signature


def distance(a: np.ndarray, b: np.ndarray) -> int:
    x, y = signature(a), signature(b)
    assert x is not None
    assert y is not None
    return int(np.bitwise_count(x ^ y).sum())


def test_the_code_by_the_definition_of_the_cosine_transform() -> None:
    """F(u, v) = a(u) a(v) sum f(x, y) cos(pi (2x + 1) u / 2N) cos(pi (2y + 1) v / 2N), bits against the median."""
    levels = np.random.default_rng(3).uniform(0, 255, (SIDE, SIDE))

    def frequency(u: int, v: int) -> float:
        scale = math.sqrt((1 if u == 0 else 2) / SIDE) * math.sqrt((1 if v == 0 else 2) / SIDE)
        rows = [math.cos(math.pi * (2 * x + 1) * u / (2 * SIDE)) for x in range(SIDE)]
        columns = [math.cos(math.pi * (2 * y + 1) * v / (2 * SIDE)) for y in range(SIDE)]
        return scale * sum(levels[x, y] * rows[x] * columns[y] for x in range(SIDE) for y in range(SIDE))

    order = sorted(((u, v) for u in range(24) for v in range(24) if u + v > 0), key=lambda f: (f[0] + f[1], f[0]))[
        :BITS
    ]
    values = [frequency(u, v) for u, v in order]
    middle = float(np.median(values))
    words = code(levels)
    assert words.shape == (4,)
    assert words.dtype == np.uint64
    assert [int(words[i // 64]) >> (i % 64) & 1 for i in range(BITS)] == [int(value > middle) for value in values]


def test_grey_is_reduced_by_area() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (128, 192, 3), np.uint8)
    luminance = np.asarray(Image.fromarray(pixels).convert("L"), float)
    assert (
        np.abs(grey(pixels) - luminance.reshape(64, 2, 64, 3).mean((1, 3))).max() <= 1
    )  # Pillow rounds after each direction


def test_half_of_the_bits_are_set() -> None:
    words = signature(astronaut())
    assert words is not None
    assert np.bitwise_count(words).sum() == BITS // 2


def recompressed(pixels: np.ndarray) -> np.ndarray:
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=50)
    return np.asarray(Image.open(out))


@pytest.mark.parametrize("photo", [astronaut, cat])
def test_copies_are_near_and_others_far(photo: object) -> None:
    pixels = photo()  # type: ignore[operator]
    picture = Image.fromarray(pixels)
    small = np.asarray(picture.resize((picture.width // 3, picture.height // 3), Image.Resampling.LANCZOS))
    for copy in (recompressed(pixels), small, np.asarray(ImageEnhance.Brightness(picture).enhance(0.9))):
        assert distance(pixels, copy) <= RADIUS / 2
    for other in (pixels[:, ::-1], pixels[::-1], np.rot90(pixels), cat() if photo is astronaut else astronaut()):
        assert distance(pixels, np.ascontiguousarray(other)) > 2 * RADIUS


def test_a_flat_picture_has_none() -> None:
    photo = astronaut().astype(float)
    spread = grey(astronaut()).std()
    for contrast, exists in ((0, False), (0.8 * FLAT, False), (1.3 * FLAT, True)):
        faded = (128 + (photo - photo.mean()) * contrast / spread).clip(0, 255).astype(np.uint8)
        assert (signature(faded) is not None) == exists
