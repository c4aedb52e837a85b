"""The loops between the detector's convolutions, compiled for the CPU: each a single pass over memory.

Torch takes several passes and allocations for each of these steps, which together cost more than the convolutions.
Every function has its counterpart in torch operations beside its caller, for other devices; the results are the same.
Arrays are C-contiguous with the channels last. The compiled code is kept on disk, and no function holds the GIL.
"""

from __future__ import annotations

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Sums = NDArray[np.int32] | NDArray[np.int64]

_compiled = njit(nogil=True, cache=True, error_model="numpy")
# Only for sums whose order is free.
_reordered = njit(nogil=True, cache=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})


def suit(device: torch.device) -> bool:
    """Whether these loops can work on what lies on `device`; elsewhere torch's own operations do the same."""
    return device.type == "cpu"


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
    # Numba looks for negative indices, which costs half of the time, unless their type has none.
    left, right, one, two = np.empty(width, np.uintp), np.empty(width, np.uintp), np.uintp(1), np.uintp(2)
    share = np.empty(width, np.float32)
    for column in range(width):
        begin, end = column * (columns - 1) // width, ((column + 1) * (columns - 1) + width - 1) // width
        left[column], right[column], share[column] = 3 * begin, 3 * end, np.float32(1) / np.float32(end - begin)
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
                out[n, i, j, 0] = np.float32(band[b] - band[a]) * of_rows * part
                out[n, i, j, 1] = np.float32(band[b + one] - band[a + one]) * of_rows * part
                out[n, i, j, 2] = np.float32(band[b + two] - band[a + two]) * of_rows * part


@_compiled
def crops(sums: Sums, starts: Integers, shapes: Integers, owners: Integers, boxes: Integers, out: Floats) -> None:
    """Write boxes of pictures, area-resampled to side x side, into `out`, (n, side, side, 3).

    `sums`, `starts` and `shapes` are those of `photohash.nets.area.Tables`.
    """
    side = out.shape[1]
    left, right = np.empty(side, np.uintp), np.empty(side, np.uintp)  # as in `shrink`
    for n in range(len(boxes)):
        x0, y0, wide, high = boxes[n, 0], boxes[n, 1], boxes[n, 2] - boxes[n, 0], boxes[n, 3] - boxes[n, 1]
        start, width = starts[owners[n]], shapes[owners[n], 1] + 1
        for j in range(side):
            left[j] = x0 + j * wide // side
            right[j] = x0 + ((j + 1) * wide + side - 1) // side
        for i in range(side):
            top = y0 + i * high // side
            bottom = y0 + ((i + 1) * high + side - 1) // side
            above, below, lines = (
                np.uintp(start + top * width),
                np.uintp(start + bottom * width),
                np.uintp(bottom - top),
            )
            for j in range(side):
                area = np.float32(lines * (right[j] - left[j]))
                a, b, c, d = below + right[j], below + left[j], above + right[j], above + left[j]
                for channel in range(3):
                    total = sums[a, channel] - sums[b, channel] - sums[c, channel] + sums[d, channel]
                    out[n, i, j, channel] = np.float32(total) / area


@_compiled
def prelu_pool(x: Floats, slope: Floats, kernel: int, out: Floats) -> None:
    """Write PReLU, then max pooling (kernel 2 or 3, stride 2, `ceil_mode`), of `x`, (n, h, w, c), to `out`; c is even.

    A slope may be negative: then PReLU is not monotone, so it comes first.
    """
    count, height, width, channels = x.shape
    slopes = np.empty(width * channels, np.float32)
    for k in range(len(slopes)):
        slopes[k] = slope[k % channels]
    lines = x.reshape(count, height, width * channels)
    # The maxima of a window's rows first: long loops, which vectorise for any c. Beyond the edge lies -inf.
    best = np.full((width + kernel - 1) * channels, -np.inf, np.float32)
    last = (kernel - 1) * channels
    for n in range(count):
        for i in range(out.shape[1]):
            best[: len(slopes)] = -np.inf
            for row in range(2 * i, min(2 * i + kernel, height)):
                line = lines[n, row]
                for k in range(len(slopes)):
                    value, scaled, so_far = line[k], line[k] * slopes[k], best[k]
                    value = value if value > 0 else scaled
                    best[k] = value if value > so_far else so_far
            for j in range(out.shape[2]):
                for first in range(2 * j * channels, (2 * j + 1) * channels, 2):
                    for k in range(first, first + 2):  # by two: a count known beforehand saves a quarter
                        a, b, c = best[k], best[k + channels], best[k + last]
                        a = a if a > b else b
                        out[n, i, j, k - 2 * j * channels] = a if a > c else c


@_compiled
def prelu_pool_ten(x: Floats, slope: Floats, out: Floats, row: int, column: int) -> None:
    """The same for kernel 2 and the first ten channels, written from a corner of `out`, (n, height, width, 10), on.

    With the number of channels known it takes half the time.
    """
    count, height, width, _ = x.shape
    for n in range(count):
        for i in range((height + 1) // 2):  # in steps of one: numba then knows that no index is negative
            above, below = 2 * i, min(2 * i + 1, height - 1)
            for j in range((width + 1) // 2):
                left, right = 2 * j, min(2 * j + 1, width - 1)
                for c in range(10):
                    p, q = x[n, above, left, c], x[n, above, right, c]
                    r, s = x[n, below, left, c], x[n, below, right, c]
                    high, low = max(max(p, q), max(r, s)), min(min(p, q), min(r, s))
                    factor = slope[c]  # read in any case, or there would be a branch
                    high = high if high > 0 else high * factor
                    low = low if low > 0 else low * factor
                    out[n, row + i, column + j, c] = high if high > low else low  # low: slopes below 0


@_compiled
def prelu(x: Floats, slope: Floats) -> None:
    """Apply PReLU to `x`, (k, c), in place."""
    for n in range(len(x)):
        for c in range(x.shape[1]):
            value = x[n, c]
            x[n, c] = value if value > 0 else value * slope[c]


@_reordered
def judge(features: Floats, slope: Floats, direction: Floats, shift: float, out: Floats) -> None:
    """Apply PReLU to `features`, (k, c), in place and write the sigmoid of their product with `direction` to `out`."""
    for n in range(len(features)):
        total = np.float32(shift)
        for c in range(features.shape[1]):
            value = features[n, c]
            value = value if value > 0 else value * slope[c]
            features[n, c] = value
            total += value * direction[c]
        out[n] = np.float32(1) / (np.float32(1) + np.exp(-total))


@_compiled
def between(warm: NDArray[np.bool_], inside: NDArray[np.bool_]) -> Integers:
    """Return the places, (k, 3), of all windows `inside`, (h, w), next to a warm one and not themselves of its grid.

    `warm`, (n, h / 2, w / 2), is known for the windows of even row and column.
    """
    places = np.empty((8 * warm.sum(), 3), np.int64)  # each has eight around it
    found = 0
    for n in range(len(warm)):
        for row in range(inside.shape[0]):
            for column in range(1 - row % 2, inside.shape[1], 2 - row % 2):
                if not inside[row, column]:
                    continue
                near = False
                for i in range(row // 2, min((row + 1) // 2 + 1, warm.shape[1])):
                    for j in range(column // 2, min((column + 1) // 2 + 1, warm.shape[2])):
                        near |= warm[n, i, j]
                if near:
                    places[found] = n, row, column
                    found += 1
    return places[:found]


@_compiled
def patches(x: Floats, places: Integers) -> Floats:
    """Return the 3 x 3 patches of `x`, (n, h, w, c), at places, (k, 3), as rows: (k, 9 c)."""
    lines = x.reshape(x.shape[0], x.shape[1], -1)
    size = 3 * x.shape[3]
    out = np.empty((len(places), 3 * size), np.float32)
    for k in range(len(places)):
        n, row, column = places[k]
        start = column * x.shape[3]
        for i in range(3):
            source, target = lines[n, row + i, start : start + size], out[k, i * size : (i + 1) * size]
            for c in range(size):
                target[c] = source[c]
    return out


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
