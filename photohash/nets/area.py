"""Area resampling: each output pixel is the mean of the input pixels its cell touches.

The cells are those of torch's adaptive average pooling: cell i of n over a length l begins at floor(i l / n) and ends
before ceil((i + 1) l / n). Their means come from summed-area tables (Crow, Summed-area tables for texture mapping,
1984) with four reads each, so that a cell costs the same whatever its size, and any number of boxes in any number of
pictures is one gather. The tables hold integers: the sums are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from photohash.nets import kernels


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
        if kernels.suit(table.device):
            kernels.accumulate(_read_only(picture), table.numpy())
            continue
        table[0] = 0
        table[:, 0] = 0
        torch.cumsum(torch.from_numpy(np.array(picture)).to(device), 1, dtype=dtype, out=table[1:, 1:])
        table.copy_(table.cumsum(0, dtype=dtype))
    return Tables(sums, torch.from_numpy(starts).to(device), torch.from_numpy(shapes).to(device))


def _read_only(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture as a contiguous array of the one type that the kernel is compiled for."""
    view = np.ascontiguousarray(picture).view()
    view.flags.writeable = False
    return view


def cells(start: Tensor, length: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Return begin and end, int64 (n, count), of the cells of the stretches `start`, `length`, int64 (n,)."""
    steps = torch.arange(count, device=start.device)
    begin = start[:, None] + steps * length[:, None] // count
    end = start[:, None] + ((steps + 1) * length[:, None] + count - 1) // count
    return begin, end


def shrink(stack: Tensor, height: int, width: int, rows: slice) -> Tensor:
    """Return some `rows` of the pictures at the size asked, float32 (n, 3, rows, width), the memory channels last.

    `stack`, (n, h + 1, w + 1, 3), are the sums of pictures of equal shape.
    """
    count, lines, columns, _ = stack.shape
    if kernels.suit(stack.device):
        means = np.empty((count, len(range(height)[rows]), width, 3), np.float32)
        kernels.shrink(stack.numpy(), height, width, rows.start, means)
        return torch.from_numpy(means).permute(0, 3, 1, 2)
    top, bottom = (edge[0, rows] for edge in cells(torch.tensor([0]), torch.tensor([lines - 1]), height))
    left, right = (edge[0] for edge in cells(torch.tensor([0]), torch.tensor([columns - 1]), width))
    of_rows, of_columns = (1 / (bottom - top))[:, None], (1 / (right - left)).repeat_interleave(3)
    above = torch.arange(count)[:, None] * lines
    top, bottom, left, right, of_rows, of_columns = (
        t.to(stack.device)
        for t in ((above + top).flatten(), (above + bottom).flatten(), left, right, of_rows, of_columns)
    )
    flat = stack.reshape(count * lines, columns * 3)
    strips = flat.index_select(0, bottom).sub_(flat.index_select(0, top)).view(-1, columns, 3)
    sums = strips.index_select(1, right).sub_(strips.index_select(1, left)).float()
    sums = sums.view(count, -1, width * 3).mul_(of_rows).mul_(of_columns)
    return sums.view(count, -1, width, 3).permute(0, 3, 1, 2)


def crops(of: Tables, owners: Tensor, boxes: Tensor, side: int) -> Tensor:
    """Return each box at side x side: float32 (n, 3, side, side), the memory channels last.

    `owners`, int64 (n,), says in which picture a box lies; `boxes`, int64 (n, 4), are x0, y0, x1, y1 in it, ends
    excluded, not empty.
    """
    if kernels.suit(boxes.device):
        means = np.empty((len(boxes), side, side, 3), np.float32)
        places = np.ascontiguousarray(boxes.numpy())
        kernels.crops(of.sums.numpy(), of.starts.numpy(), of.shapes.numpy(), owners.numpy(), places, means)
        return torch.from_numpy(means).permute(0, 3, 1, 2)
    x0, y0, x1, y1 = boxes.unbind(1)
    left, right = cells(x0, x1 - x0, side)
    top, bottom = cells(y0, y1 - y0, side)
    start, width = of.starts[owners, None, None], of.shapes[owners, 1, None, None] + 1

    def read(rows: Tensor, columns: Tensor) -> Tensor:
        return of.sums.index_select(0, (start + rows[:, :, None] * width + columns[:, None, :]).view(-1))

    sums = read(bottom, right) - read(bottom, left) - read(top, right) + read(top, left)
    areas = (bottom - top)[:, :, None] * (right - left)[:, None, :]
    return (sums / areas.view(-1, 1)).view(-1, side, side, 3).permute(0, 3, 1, 2)
