"""What the compiled loops compute beyond what the tests of their callers say: threads, odd shapes, negative slopes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.nn.functional import conv2d, max_pool2d, prelu

from photohash.nets import kernels


def torchs(x: NDArray[np.float32], slope: NDArray[np.float32], kernel: int) -> NDArray[np.float32]:
    planes = torch.from_numpy(x).permute(0, 3, 1, 2)
    pooled = max_pool2d(prelu(planes, torch.from_numpy(slope)), kernel, 2, ceil_mode=True)
    return pooled.permute(0, 2, 3, 1).numpy()


@pytest.mark.parametrize("kernel", [2, 3])
@pytest.mark.parametrize("shape", [(2, 4, 4, 16), (1, 5, 4, 16), (3, 4, 7, 28), (1, 9, 9, 6), (1, 3, 3, 2)])
def test_prelu_pool_is_torchs_prelu_then_max_pool(kernel: int, shape: tuple[int, int, int, int]) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal(shape, np.float32)
    slope = rng.standard_normal(shape[3], np.float32)  # negative ones too
    expected = torchs(x, slope, kernel)
    out = np.empty(expected.shape, np.float32)
    kernels.prelu_pool(x, slope, kernel, out)
    assert np.array_equal(out, expected)


@pytest.mark.parametrize("shape", [(2, 4, 4, 16), (1, 5, 4, 16), (3, 4, 7, 16), (1, 9, 9, 10)])
def test_prelu_pool_ten_is_the_same_within_a_canvas(shape: tuple[int, int, int, int]) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal(shape, np.float32)
    slope = rng.standard_normal(shape[3], np.float32)
    expected = torchs(x, slope, 2)[..., :10]
    count, high, wide, _ = expected.shape
    canvas = np.full((count, high + 3, wide + 2, 10), 7, np.float32)
    kernels.prelu_pool_ten(x, slope, canvas, 2, 1)
    assert np.array_equal(canvas[:, 2 : 2 + high, 1 : 1 + wide], expected)
    canvas[:, 2 : 2 + high, 1 : 1 + wide] = 7
    assert (canvas == 7).all()


def test_between_are_the_neighbours_of_warm_windows() -> None:
    rng = np.random.default_rng(0)
    for height, width in ((7, 8), (1, 1), (6, 5)):
        inside = rng.random((height, width)) < 0.8
        warm = (rng.random((3, (height + 1) // 2, (width + 1) // 2)) < 0.2) & inside[::2, ::2]
        expected = [
            [n, row, column]
            for n, row, column in np.ndindex(3, height, width)
            if inside[row, column]
            and (row % 2 or column % 2)
            and any(max(abs(row - 2 * i), abs(column - 2 * j)) < 2 for m, i, j in np.argwhere(warm) if m == n)
        ]
        assert kernels.between(warm, inside).tolist() == expected


def test_patches_judged_are_the_convolution_judged() -> None:
    rng = np.random.default_rng(0)
    x: NDArray[np.float32] = rng.standard_normal((2, 9, 8, 16), np.float32)
    weight: NDArray[np.float32] = rng.standard_normal((32, 16, 3, 3), np.float32) / np.float32(12)
    slope, direction = rng.standard_normal((2, 32), np.float32)
    planes = torch.from_numpy(x).permute(0, 3, 1, 2)
    dense = prelu(conv2d(planes, torch.from_numpy(weight)), torch.from_numpy(slope)).permute(0, 2, 3, 1)
    places = np.argwhere(np.ones(dense.shape[:3], bool))
    features: NDArray[np.float32] = kernels.patches(x, places) @ weight.transpose(2, 3, 1, 0).reshape(144, 32)
    probability = np.empty(len(places), np.float32)
    kernels.judge(features, slope, direction, 0.3, probability)
    assert np.allclose(features, dense.reshape(-1, 32), atol=1e-5)
    expected = torch.sigmoid(dense @ torch.from_numpy(direction) + 0.3)
    assert np.allclose(probability, expected.flatten(), atol=1e-6)


def test_callers_in_several_threads_do_not_disturb_each_other() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (16, 60, 50, 3), dtype=np.uint8)
    pictures.flags.writeable = False

    def table(number: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
        made = np.empty((61, 51, 3), np.int32)
        kernels.accumulate(pictures[number], made)
        return made

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(table, range(16)))
    for picture, sums in zip(pictures, made, strict=True):
        assert np.array_equal(sums[1:, 1:], picture.astype(np.int64).cumsum(0).cumsum(1))
