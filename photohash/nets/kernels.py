"""The loops between the detector's convolutions, compiled for the CPU: each a single pass over memory.

Torch takes several passes and allocations for each of these steps, which together cost more than the convolutions.
Every function has its counterpart in torch operations beside its caller, for other devices; the results are the same.
Arrays are C-contiguous with the channels last. The compiled code is kept on disk, and no function holds the GIL.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Sums = NDArray[np.int32] | NDArray[np.int64]

_compiled = njit(nogil=True, cache=True, error_model="numpy")


@_compiled
def accumulate(picture: NDArray[np.uint8], table: Sums) -> None:
    """Fill a table, (h + 1, w + 1, 3), with the sums over all rectangles from the top left of a picture, (h, w, 3)."""
    height, width, _ = picture.shape
    table[0] = 0
    for row in range(height):
        red = green = blue = table[0, 0, 0]
        table[row + 1, 0] = 0
        for column in range(width):
            red += picture[row, column, 0]
            green += picture[row, column, 1]
            blue += picture[row, column, 2]
            table[row + 1, column + 1, 0] = red
            table[row + 1, column + 1, 1] = green
            table[row + 1, column + 1, 2] = blue
        above, here = table[row].reshape(-1), table[row + 1].reshape(-1)
        for n in range(len(here)):
            here[n] += above[n]


@_compiled
def shrink(stack: Sums, height: int, width: int, first: int, out: Floats) -> None:
    """Write the rows from `first` on of pictures shrunk to height x width into `out`, (n, rows, width, 3).

    `stack`, (n, h + 1, w + 1, 3), are the pictures' summed-area tables.
    """
    count, lines, columns, _ = stack.shape
    left, right = np.empty(width, np.int64), np.empty(width, np.int64)
    share = np.empty(width, np.float32)
    for column in range(width):
        left[column] = column * (columns - 1) // width * 3
        right[column] = ((column + 1) * (columns - 1) + width - 1) // width * 3
        share[column] = np.float32(1) / np.float32((right[column] - left[column]) // 3)
    rows = stack.reshape(count, lines, columns * 3)
    band = np.empty(columns * 3, stack.dtype)
    for n in range(count):
        for i in range(out.shape[1]):
            top = (first + i) * (lines - 1) // height
            bottom = ((first + i + 1) * (lines - 1) + height - 1) // height
            above, below = rows[n, top], rows[n, bottom]
            for x in range(len(band)):
                band[x] = below[x] - above[x]
            of_rows = np.float32(1) / np.float32(bottom - top)
            for j in range(width):
                a, b, part = left[j], right[j], share[j]
                for channel in range(3):
                    out[n, i, j, channel] = np.float32(band[b + channel] - band[a + channel]) * of_rows * part


@_compiled
def crops(sums: Sums, starts: Integers, shapes: Integers, owners: Integers, boxes: Integers, out: Floats) -> None:
    """Write boxes of pictures, area-resampled to side x side, into `out`, (n, side, side, 3).

    `sums`, `starts` and `shapes` are those of `photohash.nets.area.Tables`.
    """
    side = out.shape[1]
    left, right = np.empty(side, np.int64), np.empty(side, np.int64)
    for n in range(len(boxes)):
        x0, y0, wide, high = boxes[n, 0], boxes[n, 1], boxes[n, 2] - boxes[n, 0], boxes[n, 3] - boxes[n, 1]
        start, width = starts[owners[n]], shapes[owners[n], 1] + 1
        for j in range(side):
            left[j] = x0 + j * wide // side
            right[j] = x0 + ((j + 1) * wide + side - 1) // side
        for i in range(side):
            top = y0 + i * high // side
            bottom = y0 + ((i + 1) * high + side - 1) // side
            above, below = start + top * width, start + bottom * width
            for j in range(side):
                area = np.float32((bottom - top) * (right[j] - left[j]))
                a, b, c, d = below + right[j], below + left[j], above + right[j], above + left[j]
                for channel in range(3):
                    total = sums[a, channel] - sums[b, channel] - sums[c, channel] + sums[d, channel]
                    out[n, i, j, channel] = np.float32(total) / area


@_compiled
def prelu_pool(x: Floats, slope: Floats, kernel: int, out: Floats, row: int, column: int) -> None:
    """Write PReLU and then max pooling (stride 2, `ceil_mode`) of `x`, (n, h, w, c), into `out` from a corner on.

    `out` is (n, at least row + h / 2, at least column + w / 2, at most c): the channels that it lacks are left out. A
    slope may be negative, so that PReLU is not monotone and comes first.
    """
    count, height, width, channels = x.shape
    slopes = np.empty(width * channels, np.float32)
    for n in range(len(slopes)):
        slopes[n] = slope[n % channels]
    lines = x.reshape(count, height, width * channels)
    # One row of maxima over its window's rows, then over its columns: long loops, which vectorise for any c.
    best = np.full((width + kernel - 1) * channels, -np.inf, np.float32)
    across = np.empty(width * channels, np.float32)
    high, wide, kept = (height - kernel + 1) // 2 + 1, (width - kernel + 1) // 2 + 1, out.shape[3]
    for n in range(count):
        for i in range(high):
            line = lines[n, 2 * i]
            for k in range(len(across)):
                best[k] = line[k] if line[k] > 0 else line[k] * slopes[k]
            for below in range(2 * i + 1, min(2 * i + kernel, height)):
                line = lines[n, below]
                for k in range(len(across)):
                    value = line[k] if line[k] > 0 else line[k] * slopes[k]
                    best[k] = value if value > best[k] else best[k]
            across[:] = best[: len(across)]
            for tap in range(1, kernel):
                beside = best[tap * channels :]
                for k in range(len(across)):
                    across[k] = beside[k] if beside[k] > across[k] else across[k]
            for j in range(wide):
                for c in range(kept):
                    out[n, row + i, column + j, c] = across[2 * j * channels + c]


@_compiled
def greedy(boxes: Floats, owners: Integers, limit: float, smaller: bool) -> NDArray[np.bool_]:
    """Return which boxes, (n, 4), best first, overlap no better one that is kept and has the same owner by > `limit`.

    The overlap is the intersection by the union or, with sizes that count both borders, by the `smaller` area.
    """
    rim, bound = np.float32(smaller), np.float32(limit)
    kept = np.zeros(len(boxes), np.bool_)
    areas = np.empty(len(boxes), np.float32)
    before = np.empty(len(boxes), np.int64)  # the box kept before this one by the same owner
    last = np.full(owners.max() + 1 if len(owners) else 0, -1)
    for n in range(len(boxes)):
        x0, y0, x1, y1 = boxes[n]
        areas[n] = (x1 - x0 + rim) * (y1 - y0 + rim)
        rival = last[owners[n]]
        while rival >= 0:
            a0, b0, a1, b1 = boxes[rival]
            width = max(min(x1, a1) - max(x0, a0) + rim, np.float32(0))
            height = max(min(y1, b1) - max(y0, b0) + rim, np.float32(0))
            both = width * height
            whole = min(areas[n], areas[rival]) if smaller else areas[rival] + areas[n] - both
            if both / whole > bound:
                break
            rival = before[rival]
        else:
            kept[n] = True
            before[n], last[owners[n]] = last[owners[n]], n
    return kept
