from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut

from photohash.media.encode import THUMBNAIL_SIDE, from_jpeg, shrunk, thumbnail, to_jpeg


def test_jpeg_there_and_back() -> None:
    pixels = astronaut()
    back = from_jpeg(to_jpeg(pixels, 95))
    assert back.dtype == np.uint8
    assert back.shape == pixels.shape
    assert np.abs(back.astype(int) - pixels).mean() < 3


def test_less_quality_is_fewer_bytes() -> None:
    assert len(to_jpeg(astronaut(), 50)) < len(to_jpeg(astronaut())) < len(to_jpeg(astronaut(), 95))


def test_only_jpeg_is_read_back() -> None:
    png = BytesIO()
    Image.fromarray(astronaut()).save(png, "PNG")
    for damaged in (b"", b"\xff\xd8\xff", png.getvalue(), to_jpeg(astronaut())[:500]):
        with pytest.raises(OSError):  # noqa: PT011 - Pillow's messages differ by the damage
            from_jpeg(damaged)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1000, 500), (320, 160)), ((3, 4000), (1, 320)), ((320, 10), (320, 10)), ((64, 48), (64, 48))],
)
def test_only_what_is_larger_gets_smaller(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert shrunk(Image.new("RGB", size), 320).size == expected


def test_reducing_averages() -> None:
    """A fine checkerboard becomes its mean, not a moire pattern."""
    board = np.indices((512, 512)).sum(0) % 2 * 255
    small = thumbnail(np.repeat(board[..., None].astype(np.uint8), 3, axis=2))
    assert small.shape == (THUMBNAIL_SIDE, THUMBNAIL_SIDE, 3)
    assert np.abs(small.astype(int) - 127.5).max() < 40
    assert abs(small.mean() - 127.5) < 1


def test_pixels_may_be_written_to() -> None:
    """Torch shares memory with arrays and warns of those that it may not write to."""
    assert from_jpeg(to_jpeg(astronaut())).flags.writeable
    assert thumbnail(astronaut()).flags.writeable
