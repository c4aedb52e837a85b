"""Asymmetric search: the query keeps the numbers that its code is the signs of, only the items are binary.

A differing bit costs what the query is sure of it, |margin|, instead of 1 (Gordo, Perronnin, Gong, Lazebnik, Asymmetric
distances for binary embeddings, PAMI 2014). Nothing more is stored than for Hamming distances.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photohash.index.bits import WORD, pack
from photohash.index.codefile import Codes
from photohash.index.search import STRIDE, nearest

# Items looked up at once: their bytes, distances and a table stay within the first two caches.
BLOCK = 1 << 14

VALUES = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little").astype(np.bool_)


def weighed(words: NDArray[np.uint64], margins: NDArray[np.floating]) -> NDArray[np.float32]:
    """The distances, float32 (n,), of n codes, uint64 (words, n), to a query's margins, float (bits,).

    Each is the sum of |margin| over the bits that differ from the query's, a bit of which is 1 where its margin is not
    negative: with margins of +1 and -1 the Hamming distance. Sums are of 32-bit floats, byte by byte, so equal codes
    have equal distances. Raises ValueError for margins that are not finite or of codes of another length.
    """
    tables = _tables(words, margins)
    distances = np.zeros(words.shape[1], np.float32)
    for start in range(0, len(distances), BLOCK):
        some = distances[start : start + BLOCK]
        for word, of_word in zip(words, tables, strict=True):
            octets = word[start : start + BLOCK].astype("<u8", copy=False)[:, None].view(np.uint8)
            for place, table in enumerate(of_word):
                some += table.take(octets[:, place], mode="clip")  # no byte is outside; clip is twice as fast as raise
    return distances


def nearest_weighed(
    codes: Codes, margins: NDArray[np.floating], k: int, shortlist: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Find the k items nearest to a query's margins, float (bits,): their ids and `weighed` distances, each (k,).

    By ascending id where distances are equal. Of all items, exact; or, faster, only of the `shortlist` nearest by
    Hamming distance, when those alone can be found. Raises ValueError as `weighed` does and for k below 1.
    """
    if k < 1:
        raise ValueError("a search finds at least one neighbour: k must be 1 or more")
    if shortlist is None or shortlist >= len(codes):
        rows, distances = np.arange(len(codes)), weighed(codes.words, margins)
    else:
        near = nearest(codes, pack(margins[None] >= 0)[:, 0], max(k, shortlist))
        rows = np.searchsorted(codes.ids, np.sort(near.ids))
        distances = weighed(np.ascontiguousarray(codes.words[:, rows]), margins)
    # The k-th smallest of a part bounds that of all: few are left to order.
    close = np.flatnonzero(distances <= _kth(distances[::STRIDE], k))
    order = close[np.argsort(distances[close], kind="stable")[:k]]
    return codes.ids[rows[order]], distances[order]


def _tables(words: NDArray[np.uint64], margins: NDArray[np.floating]) -> NDArray[np.float32]:
    """What each value of each byte of a code costs, float32 (words, 8, 256); bits after the last cost nothing."""
    height = len(words)
    if margins.ndim != 1 or -(-len(margins) // WORD) != height or not np.isfinite(margins).all():
        raise ValueError(f"codes of {height} words need one finite margin for each bit, not {margins.shape} of them")
    padded = np.zeros(height * WORD, np.float32)
    padded[: len(margins)] = margins
    of_bytes = padded.reshape(height, WORD // 8, 1, 8)
    costs: NDArray[np.float32] = (np.abs(of_bytes) * ((of_bytes >= 0) != VALUES)).sum(3, dtype=np.float32)
    return costs


def _kth(distances: NDArray[np.float32], k: int) -> float:
    """The k-th smallest distance, infinity where there are fewer."""
    return float(np.partition(distances, k - 1)[k - 1]) if len(distances) >= k else float("inf")
