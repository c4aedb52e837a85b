"""All pairs of near-duplicate codes by sorted substrings, without comparing everything with everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from photohash.index.bands import Band, choose_bands
from photohash.index.bits import WORD
from photohash.index.codefile import Codes

# A bucket of more codes is represented by its first.
HEAVY = 4096
# Candidates compared at once: their rows, words and distances stay within the cache.
BLOCK = 1 << 16
# Pairs kept before those found twice are dropped.
PENDING = 1 << 22

Rows = NDArray[np.int64]


def pairs_within(codes: Codes, radius: int, heavy: int = HEAVY) -> tuple[Rows, Rows, Rows]:
    """Find all pairs of rows (i, j), i < j, whose codes differ in at most `radius` bits, and their distances.

    The three arrays are int64, sorted by i and then j, without duplicates. Memory grows with the pairs found, not with
    those compared. Exact with one exception: where more than `heavy` codes agree in a whole band (black frames, blank
    scans), only the first of them, the lowest row, is compared with the others and with the buckets around, so that
    thousands of equal pictures give thousands of pairs and not millions. Raises ValueError for a negative radius.
    """
    if radius < 0:
        raise ValueError(f"a radius is 0 or more, not {radius}")
    kept, found, size = np.empty(0, np.uint64), list[NDArray[np.uint64]](), 0
    for band in choose_bands(codes.words, codes.bits, radius):
        for pairs in _close(codes.words, band, radius, heavy):
            found.append(pairs)
            size += len(pairs)
            if size > PENDING + len(kept):
                kept, found, size = _distinct([kept, *found]), [], 0
    i, j = _apart(_distinct([kept, *found]))
    return i, j, _distances(codes.words, i, j)


@dataclass(frozen=True, slots=True, eq=False)
class Buckets:
    """Codes sorted by a band: bucket b is `rows[starts[b] : starts[b] + sizes[b]]` and has the key `keys[b]`.

    `shown` is the size of a bucket, or 1 for a heavy one; `numbers[key]` is the bucket of a key, or -1.
    """

    rows: Rows
    keys: Rows
    starts: Rows
    sizes: Rows
    shown: Rows
    numbers: NDArray[np.int32]


def _buckets(words: NDArray[np.uint64], band: Band, heavy: int) -> Buckets:
    n = words.shape[1]
    # Key and row in one number: sorting numbers takes two thirds of the time of an argsort.
    by_key = np.sort(band.keys(words) << np.uint64(32) | np.arange(n, dtype=np.uint64))
    keys, rows = _apart(by_key)
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    sizes = np.diff(starts, append=n)
    numbers = np.full(1 << band.width, -1, np.int32)
    numbers[keys[starts]] = np.arange(len(starts), dtype=np.int32)
    return Buckets(rows, keys[starts], starts, sizes, np.where(sizes > heavy, 1, sizes), numbers)


def _close(words: NDArray[np.uint64], band: Band, radius: int, heavy: int) -> Iterator[NDArray[np.uint64]]:
    """The pairs within the radius that meet in one band, each as i << 32 | j."""
    buckets = _buckets(words, band, heavy)
    # The word farthest from the band tells strangers apart at once; in the order of the buckets it is read in a run.
    probe = words[(band.low // WORD + len(words) // 2) % len(words)][buckets.rows]
    for left, start, count in _meetings(buckets, band):
        for one, other in _candidates(left, start, count):
            near = np.bitwise_count(probe[one] ^ probe[other]) <= radius
            i, j = buckets.rows[one[near]], buckets.rows[other[near]]
            if len(words) > 1:
                near = _distances(words, i, j) <= radius
                i, j = i[near], j[near]
            if len(i):
                yield _together(i, j)


def _meetings(buckets: Buckets, band: Band) -> Iterator[tuple[Rows, Rows, Rows]]:
    """What to compare: each position of `left` with the `count` positions from `start` on."""
    # Within a bucket: every position with those after it; of a heavy bucket, the first alone.
    several = np.flatnonzero(buckets.sizes > 1)
    turn, left = _runs(buckets.starts[several], buckets.shown[several])
    yield left, left + 1, (buckets.starts + buckets.sizes)[several][turn] - left - 1
    for mask in band.masks():
        partner = buckets.numbers[buckets.keys ^ mask]
        one = np.flatnonzero(partner > np.arange(len(partner)))
        turn, left = _runs(buckets.starts[one], buckets.shown[one])
        other = partner[one][turn]
        yield left, buckets.starts[other], buckets.shown[other]


def _candidates(left: Rows, start: Rows, count: Rows) -> Iterator[tuple[Rows, Rows]]:
    """The meetings one by one, in blocks."""
    ends = np.cumsum(count)
    total = int(ends[-1]) if len(ends) else 0
    cuts = np.unique(np.searchsorted(ends, np.arange(0, total, BLOCK), "right"))
    for a, b in pairwise([*cuts, len(ends)]):
        turn, other = _runs(start[a:b], count[a:b])
        yield left[a:b][turn], other


def _runs(starts: Rows, counts: Rows) -> tuple[Rows, Rows]:
    """For each start, `counts` numbers from it on: whose turn it is, and the numbers, one run after the other."""
    turn = np.repeat(np.arange(len(starts)), counts)
    return turn, (starts - np.cumsum(counts) + counts)[turn] + np.arange(len(turn))


def _distinct(pairs: list[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """The pairs, sorted, each once; numpy's unique, which hashes whole numbers, takes five times as long."""
    ordered = np.sort(np.concatenate(pairs))
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def _together(i: Rows, j: Rows) -> NDArray[np.uint64]:
    return np.minimum(i, j).astype(np.uint64) << np.uint64(32) | np.maximum(i, j).astype(np.uint64)


def _apart(pairs: NDArray[np.uint64]) -> tuple[Rows, Rows]:
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _distances(words: NDArray[np.uint64], i: Rows, j: Rows) -> Rows:
    """The Hamming distance of each pair."""
    distances = np.zeros(len(i), np.int64)
    for word in words:
        distances += np.bitwise_count(word[i] ^ word[j])
    return distances
