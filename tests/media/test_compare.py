from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps
from skimage.data import astronaut, cat

from photohash.media import compare
from photohash.media.compare import same_picture
from photohash.media.encode import thumbnail, to_jpeg

Change = Callable[[Image.Image], Image.Image]


def thumb(picture: Image.Image, quality: int = 85) -> bytes:
    return to_jpeg(thumbnail(np.asarray(picture)), quality)


def gamma(picture: Image.Image, power: float) -> Image.Image:
    return picture.point([round(255 * (level / 255) ** power) for level in range(256)] * 3)


def moved(picture: Image.Image) -> Image.Image:
    """A tenth of the picture, in its middle, is somewhere else."""
    out = picture.copy()
    w, h = picture.size
    out.paste(picture.crop((w // 3, h // 3, w // 3 + w // 10, h // 3 + h // 10)), (w // 2, h // 2))
    return out


COPIES: list[Change] = [
    lambda p: p,
    lambda p: p.resize((p.width // 3, p.height // 3), Image.Resampling.LANCZOS),
    lambda p: p.resize((p.width * 2, p.height * 2), Image.Resampling.BICUBIC),
    lambda p: ImageEnhance.Brightness(p).enhance(1.12),
    lambda p: ImageEnhance.Brightness(p).enhance(0.85),
    lambda p: ImageEnhance.Contrast(p).enhance(1.2),
    lambda p: gamma(p, 0.8),
    lambda p: ImageEnhance.Color(p).enhance(0.85),
]
OTHERS: list[Change] = [
    lambda p: p.crop((p.width // 25, 0, p.width, p.height - p.height // 25)),
    lambda p: p.rotate(2),
    lambda p: ImageOps.mirror(p),
    lambda p: p.convert("L").convert("RGB"),
    lambda p: ImageOps.invert(p),
    lambda p: p.resize((p.width, p.height * 9 // 10)),
    moved,
]


@pytest.mark.parametrize("photo", [astronaut(), cat()], ids=["astronaut", "cat"])
@pytest.mark.parametrize("number", range(len(COPIES)))
def test_copies(photo: np.ndarray, number: int) -> None:
    picture = Image.fromarray(photo)
    verdict = same_picture(thumb(picture), thumb(COPIES[number](picture), 60))
    assert verdict.same, verdict


@pytest.mark.parametrize("photo", [astronaut(), cat()], ids=["astronaut", "cat"])
@pytest.mark.parametrize("number", range(len(OTHERS)))
def test_other_shots_and_edits(photo: np.ndarray, number: int) -> None:
    picture = Image.fromarray(photo)
    verdict = same_picture(thumb(picture), thumb(OTHERS[number](picture)))
    assert not verdict.same, verdict


def test_the_order_does_not_matter() -> None:
    a, b = thumb(Image.fromarray(astronaut())), thumb(moved(Image.fromarray(astronaut())), 50)
    one, other = same_picture(a, b), same_picture(b, a)
    assert one.correlation == pytest.approx(other.correlation)
    assert one.difference == pytest.approx(other.difference)


def test_too_small_to_tell() -> None:
    tiny = to_jpeg(np.asarray(Image.fromarray(astronaut()).resize((40, 40))))
    assert same_picture(tiny, tiny) == compare.OTHER_SHAPE


def test_flat_pictures_are_never_copies() -> None:
    flat = to_jpeg(np.full((240, 320, 3), 90, np.uint8))
    assert not same_picture(flat, flat).same


def test_tones_are_matched_rank_by_rank() -> None:
    """Each level becomes the mean of what stands at its ranks in the other picture, worked out one by one."""
    random = np.random.default_rng(5)
    x, y = random.integers(0, 256, (9, 12), np.uint8), random.integers(0, 40, (9, 12), np.uint8)
    ranked = sorted(x.ravel().tolist())
    order = sorted(range(y.size), key=lambda i: y.ravel()[i])
    expected = np.zeros(y.size)
    for level in set(y.ravel().tolist()):
        ranks = [rank for rank, i in enumerate(order) if y.ravel()[i] == level]
        expected[y.ravel() == level] = np.mean([ranked[rank] for rank in ranks])
    assert np.allclose(compare._with_tones_of(x, y).ravel(), expected)


def test_blocks_cover_the_picture() -> None:
    values = np.random.default_rng(1).random((19, 33))
    rows, columns = np.linspace(0, 19, 3).astype(int), np.linspace(0, 33, 5).astype(int)
    expected = [[values[a:b, c:d].mean() for c, d in pairwise(columns)] for a, b in pairwise(rows)]
    assert np.allclose(compare._block_means(values), expected)
