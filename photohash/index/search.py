"""Exact search among binary codes by a scan, and the ordering of what it found by descriptors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photohash.index.bits import hamming, hamming_each
from photohash.index.codefile import Codes

# Queries that share one pass over the codes: a distance per item and query is held, 8 MB for a million short codes.
TOGETHER = 8
# One item in so many gives the first bound of the k-th distance.
STRIDE = 16


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """What a search found, nearest first and by ascending id where distances are equal.

    `ids` is int64 and `distances` int64 of the same shape: (k,), or (q, k) for q independent queries.
    """

    ids: NDArray[np.int64]
    distances: NDArray[np.int64]


def nearest(codes: Codes, queries: NDArray[np.uint64], k: int) -> Neighbours:
    """Find the k items with the smallest Hamming distance to any of the examples.

    `queries` is one example, uint64 (words,), or q of them, (words, q); an item counts by its nearest example.
    Exact; fewer than k only where there are fewer items. Raises ValueError for k below 1 or codes of another length.
    """
    distances = _to_any(codes, queries)
    rows = _smallest(distances, k)
    return Neighbours(codes.ids[rows], distances[rows].astype(np.int64))


def nearest_each(codes: Codes, queries: NDArray[np.uint64], k: int) -> Neighbours:
    """Find the k nearest items of each of q independent queries, uint64 (words, q): arrays of shape (q, k).

    Exact, as `nearest` for each query alone, but queries share their passes over the codes.
    """
    count = queries.shape[1]
    found = np.empty((2, count, min(k, len(codes))), np.int64)
    for start in range(0, count, TOGETHER):
        for query, distances in enumerate(hamming_each(codes.words, queries[:, start : start + TOGETHER]), start):
            rows = _smallest(distances, k)
            found[0, query], found[1, query] = codes.ids[rows], distances[rows]
    return Neighbours(found[0], found[1])


def within(codes: Codes, queries: NDArray[np.uint64], radius: int) -> Neighbours:
    """Find every item whose Hamming distance to any of the examples, (words,) or (words, q), is at most `radius`."""
    distances = _to_any(codes, queries)
    rows = np.flatnonzero(distances <= radius)
    rows = rows[np.argsort(distances[rows], kind="stable")]
    return Neighbours(codes.ids[rows], distances[rows].astype(np.int64))


def rerank(
    shortlist: NDArray[np.floating], examples: NDArray[np.floating]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Order a shortlist by its Euclidean distance to the nearest example.

    `shortlist` is float (n, d), the descriptors of what a search found, and `examples` float (q, d), q at least 1.
    Gives the order, int64 (n,), stable where distances are equal, and the distances, float32 (n,), as the shortlist
    lies: `distances[order]` ascends. Raises ValueError without an example or for descriptors of another length.
    """
    if examples.ndim != 2 or not len(examples):
        raise ValueError("ordering needs at least one example")
    squared = np.full(len(shortlist), np.inf, np.float32)
    for example in examples:  # differences, not norms and products: those lose the digits that tell copies apart
        apart = (shortlist - example).astype(np.float32, copy=False)
        np.minimum(squared, np.einsum("nd,nd->n", apart, apart), out=squared)
    distances = np.sqrt(squared)
    return np.argsort(distances, kind="stable"), distances


def _to_any(codes: Codes, queries: NDArray[np.uint64]) -> NDArray[np.unsignedinteger]:
    """The distance of every item to its nearest example."""
    examples = queries[:, None] if queries.ndim == 1 else queries
    if not examples.shape[1]:
        raise ValueError("a search needs at least one example")
    least = hamming(codes.words, examples[:, 0])
    for start in range(1, examples.shape[1], TOGETHER):
        others = hamming_each(codes.words, examples[:, start : start + TOGETHER])
        np.minimum(least, others.min(axis=0), out=least)
    return least


def _smallest(distances: NDArray[np.unsignedinteger], k: int) -> NDArray[np.int64]:
    """The rows of the k smallest distances, ascending, earlier rows first where they are equal.

    Distances are small integers, so they are counted instead of sorted. The k-th smallest of any part of them bounds
    the k-th smallest of all: counting a sixteenth first leaves few to count exactly, five times faster.
    """
    if k < 1:
        raise ValueError("a search finds at least one neighbour: k must be 1 or more")
    rows = np.flatnonzero(distances <= _kth(distances[::STRIDE], k))
    close = distances[rows]
    order = rows[close <= _kth(close, k)]
    return order[np.argsort(distances[order], kind="stable")[:k]]


def _kth(distances: NDArray[np.unsignedinteger], k: int) -> int:
    """The k-th smallest distance, or the largest possible one where there are fewer than k."""
    reached = np.cumsum(np.bincount(distances))
    if not len(reached) or reached[-1] < k:
        return int(np.iinfo(distances.dtype).max)
    return int(np.searchsorted(reached, k))
