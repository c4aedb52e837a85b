"""What the compiled loops compute beyond what the tests of their callers say: threads, odd shapes, negative slopes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch.nn.functional import max_pool2d, prelu

from photohash.nets import kernels


@pytest.mark.parametrize("kernel", [2, 3])
@pytest.mark.parametrize("shape", [(2, 4, 4, 16), (1, 5, 4, 16), (3, 4, 7, 28), (1, 9, 9, 5), (1, 3, 3, 1)])
def test_prelu_pool_is_torchs_prelu_then_max_pool(kernel: int, shape: tuple[int, int, int, int]) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal(shape, np.float32)
    slope = rng.standard_normal(shape[3], np.float32)  # negative ones too
    planes = torch.from_numpy(x).permute(0, 3, 1, 2)
    expected = max_pool2d(prelu(planes, torch.from_numpy(slope)), kernel, 2, ceil_mode=True).permute(0, 2, 3, 1)
    count, high, wide, channels = expected.shape
    out = np.full((count, high + 3, wide + 2, channels), 7, np.float32)
    kernels.prelu_pool(x, slope, kernel, out, 2, 1)
    assert np.array_equal(out[:, 2 : 2 + high, 1 : 1 + wide], expected.numpy())
    out[:, 2 : 2 + high, 1 : 1 + wide] = 7
    assert (out == 7).all()


def test_prelu_pool_leaves_out_the_channels_that_the_target_lacks() -> None:
    x = np.random.default_rng(0).standard_normal((1, 6, 6, 16), np.float32)
    slope = np.full(16, 0.25, np.float32)
    whole, part = np.empty((1, 3, 3, 16), np.float32), np.empty((1, 3, 3, 10), np.float32)
    for out in (whole, part):
        kernels.prelu_pool(x, slope, 2, out, 0, 0)
    assert np.array_equal(part, whole[..., :10])


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
