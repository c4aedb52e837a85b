"""Area resampling: each output pixel is the mean of the input pixels its cell touches.

The cells are those of torch's adaptive average pooling: cell i of n over a length l begins at floor(i l / n) and ends
before ceil((i + 1) l / n). Their means come from summed-area tables (Crow, Summed-area tables for texture mapping, 1984) with four reads each, so
that a cell costs the same whatever its size, and any number of boxes in any number of pictures is one gather. The
tables hold integers: the sums are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Tables:
    """Summed-area tables of pictures of any shapes, one after the other in one tensor.

    `sums`, int32 or int64 (total, 3), holds for each picture the (h + 1) * (w + 1) sums over the rectangles that begin
    at its top left; `starts`, int64 (n,), where each picture's begin; `shapes`, int64 (n, 2), its h and w.
    """

    sums: Tensor
    starts: Tensor
    shapes: Tensor


def tables(pictures: Sequence[NDArray[np.uint8]], device: str) -> Tables:
    """Return the tables of pictures (h, w, 3)."""
    shapes = np.array([picture.shape[:2] for picture in pictures], dtype=np.int64)
    sizes = (shapes + 1).prod(1)
    # The largest sum is 255 h w: int32 up to 8.4 megapixels.
    dtype = torch.int32 if 255 * int(sizes.max()) < 2**31 else torch.int64
    sums = torch.empty(int(sizes.sum()), 3, dtype=dtype, device=device)
    starts = sizes.cumsum() - sizes
    for picture, start, size, (height, width) in zip(pictures, starts, sizes, shapes + 1, strict=True):
        table = sums[start : start + size].view(height, width, 3)
        table[0] = 0
        table[:, 0] = 0
        rows = torch.from_numpy(np.array(picture)).to(device).cumsum(1, dtype=dtype)
        torch.cumsum(rows, 0, out=table[1:, 1:])
    return Tables(sums, torch.from_numpy(starts).to(device), torch.from_numpy(shapes).to(device))


def cells(start: Tensor, length: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Return begin and end, int64 (n, count), of the cells of the stretches `start`, `length`, int64 (n,)."""
    steps = torch.arange(count, device=start.device)
    begin = start[:, None] + steps * length[:, None] // count
    end = start[:, None] + ((steps + 1) * length[:, None] + count - 1) // count
    return begin, end


def shrink(table: Tensor, height: int, width: int) -> Tensor:
    """Return the pictures of equal shape behind (n, h + 1, w + 1, 3) at the size asked: float32 (n, 3, height, width).

    The memory is channels last.
    """
    edges = [
        edge[0].to(table.device)
        for length, count in zip(table.shape[1:3], (height, width), strict=True)
        for edge in cells(torch.zeros(1, dtype=torch.int64), torch.tensor([length - 1]), count)
    ]
    top, bottom, left, right = edges
    strips = table.index_select(1, bottom) - table.index_select(1, top)
    sums = strips.index_select(2, right) - strips.index_select(2, left)
    areas = (bottom - top)[:, None] * (right - left)
    return (sums / areas[:, :, None]).permute(0, 3, 1, 2)


def crops(of: Tables, owners: Tensor, boxes: Tensor, side: int) -> Tensor:
    """Return each box at side x side: float32 (n, 3, side, side), the memory channels last.

    `owners`, int64 (n,), says in which picture a box lies; `boxes`, int64 (n, 4), are x0, y0, x1, y1 in it, ends
    excluded, not empty.
    """
    x0, y0, x1, y1 = boxes.unbind(1)
    left, right = cells(x0, x1 - x0, side)
    top, bottom = cells(y0, y1 - y0, side)
    start, width = of.starts[owners, None, None], of.shapes[owners, 1, None, None] + 1

    def read(rows: Tensor, columns: Tensor) -> Tensor:
        return of.sums.index_select(0, (start + rows[:, :, None] * width + columns[:, None, :]).view(-1))

    sums = read(bottom, right) - read(bottom, left) - read(top, right) + read(top, left)
    areas = (bottom - top)[:, :, None] * (right - left)[:, None, :]
    return (sums / areas.view(-1, 1)).view(-1, side, side, 3).permute(0, 3, 1, 2)
