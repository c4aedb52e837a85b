from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.nn.functional import interpolate

from photohash.nets.area import Tables, crops, shrink, tables

SHAPES = [(37, 53), (1, 1), (15, 15), (200, 3), (64, 64)]


def noise(height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(height * width).integers(0, 256, (height, width, 3), dtype=np.uint8)


def area(picture: NDArray[np.uint8], height: int, width: int) -> torch.Tensor:
    """Torch's own area interpolation, picture by picture."""
    return interpolate(torch.from_numpy(picture).permute(2, 0, 1)[None].double(), (height, width), mode="area")[0]


def stack(of: Tables, number: int) -> torch.Tensor:
    height, width = (int(length) + 1 for length in of.shapes[number])
    start = int(of.starts[number])
    return of.sums[start : start + height * width].view(1, height, width, 3)


def test_tables_hold_the_sum_of_every_rectangle() -> None:
    pictures = [noise(*shape) for shape in SHAPES]
    made = tables(pictures, "cpu")
    for number, picture in enumerate(pictures):
        padded = np.zeros((picture.shape[0] + 1, picture.shape[1] + 1, 3), np.int64)
        padded[1:, 1:] = picture
        assert np.array_equal(stack(made, number)[0].numpy(), padded.cumsum(0).cumsum(1))


def test_sums_of_a_huge_white_picture_do_not_overflow() -> None:
    white = np.broadcast_to(np.uint8(255), (3000, 3000, 3))
    assert int(tables([white], "cpu").sums[-1, 0]) == 255 * 3000 * 3000


@pytest.mark.parametrize("size", [(22, 32), (37, 53), (13, 13), (60, 80)])
def test_shrink_is_area_interpolation(size: tuple[int, int]) -> None:
    picture = noise(37, 53)
    shrunk = shrink(stack(tables([picture], "cpu"), 0), *size, slice(0, size[0]))
    assert torch.allclose(shrunk[0].double(), area(picture, *size), atol=1e-4)
    assert shrunk.is_contiguous(memory_format=torch.channels_last)


def test_strip_of_a_stack_is_the_same_strip_of_each_picture() -> None:
    pictures = [noise(40, 30), noise(30, 40).reshape(40, 30, 3)]
    both = tables(pictures, "cpu").sums.view(2, 41, 31, 3)
    strip = shrink(both, 25, 18, slice(6, 20))
    expected = torch.stack([area(picture, 25, 18)[:, 6:20] for picture in pictures])
    assert torch.allclose(strip.double(), expected, atol=1e-4)


@pytest.mark.parametrize("side", [24, 48])
def test_crops_are_area_interpolations_of_any_boxes_in_any_pictures(side: int) -> None:
    pictures = [noise(*shape) for shape in SHAPES]
    rng = np.random.default_rng(0)
    owners = rng.integers(0, len(SHAPES), 50)
    corners = np.sort(rng.random((50, 2, 2)), axis=1)
    sizes = np.array(SHAPES)[owners][:, ::-1]
    begin = np.minimum((corners[:, 0] * sizes).astype(int), sizes - 1)
    end = np.maximum((corners[:, 1] * sizes).astype(int), begin + 1)
    boxes = np.concatenate([begin, end], 1)
    cut = crops(tables(pictures, "cpu"), torch.from_numpy(owners), torch.from_numpy(boxes), side)
    for crop, owner, (x0, y0, x1, y1) in zip(cut, owners, boxes, strict=True):
        assert torch.allclose(crop.double(), area(pictures[owner][y0:y1, x0:x1], side, side), atol=1e-4)


def test_no_boxes_are_no_crops() -> None:
    none = torch.zeros(0, 4, dtype=torch.int64)
    assert crops(tables([noise(5, 5)], "cpu"), none[:, 0], none, 24).shape == (0, 3, 24, 24)
