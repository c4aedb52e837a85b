from __future__ import annotations

import numpy as np
import pytest

from photohash.nets.resize import resized, shrunk


def test_a_picture_in_halves_is_the_mean_of_its_blocks_away_from_edges() -> None:
    ramp = np.arange(0, 128, dtype=np.uint8)
    picture = np.repeat(np.tile(ramp, (64, 1))[:, :, None], 3, axis=2)
    small = resized(picture, 32, 64).astype(float)
    means = picture.reshape(32, 2, 64, 2, 3).mean(axis=(1, 3))
    assert small.shape == (32, 64, 3)
    assert np.abs(small - means)[:, 2:-2].max() <= 1


def test_fine_stripes_do_not_alias() -> None:
    stripes = np.zeros((256, 256, 3), np.uint8)
    stripes[:, ::2] = 255
    assert np.ptp(resized(stripes, 64, 64)[:, 4:-4]) <= 8


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((10, 20), (10, 20)),
        ((100, 50), (100, 50)),
        ((200, 100), (100, 50)),
        ((3, 300), (1, 100)),
        ((1, 5000), (1, 100)),
    ],
)
def test_the_long_side_is_bounded(shape: tuple[int, int], expected: tuple[int, int]) -> None:
    assert shrunk(np.zeros((*shape, 3), np.uint8), 100).shape[:2] == expected
