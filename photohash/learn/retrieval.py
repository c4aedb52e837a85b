"""Leave-one-out retrieval: each item that has another of its label searches all the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photohash.index.bits import hamming_each
from photohash.learn import metrics
from photohash.learn.verification import TrueAccepts

BLOCK = 256  # queries at a time, so that their distances to everything fit into memory

Distances = NDArray[np.integer] | NDArray[np.floating]
Search = Callable[[NDArray[np.int64]], Distances]


@dataclass(frozen=True, slots=True)
class Found:
    """How well: mean average precision over the whole ranking, and how often the first one is right (R@1).

    `kept` is the share of each query's true matches within shortlists of the sizes asked for, in the mean; `accepted`
    the true accept rate of all pairs at the false accept rate asked for (TAR at FAR), no number where none was. Ties
    count exactly in all four.
    """

    precision: float
    first: float
    kept: tuple[float, ...] = ()
    accepted: float = float("nan")


def found_by_codes(
    codes: NDArray[np.uint64], labels: NDArray[np.int64], shortlists: Sequence[int] = (), far: float | None = None
) -> Found:
    """By Hamming distance of codes uint64 (words, n)."""
    return found(lambda block: hamming_each(codes, codes[:, block]), labels, shortlists, far)


def found_by_distance(
    vectors: NDArray[np.float32], labels: NDArray[np.int64], shortlists: Sequence[int] = (), far: float | None = None
) -> Found:
    """By Euclidean distance of vectors (n, d)."""
    return found(lambda block: metrics.euclidean(vectors[block], vectors), labels, shortlists, far)


def found(search: Search, labels: NDArray[np.int64], shortlists: Sequence[int] = (), far: float | None = None) -> Found:
    """By the distances (b, n) to all n items that `search` gives for the items `block` int (b,).

    Of a pair the distance is taken once, from the earlier item. Raises ValueError for a `far` that the pairs of two
    labels cannot measure.
    """
    sizes = np.bincount(labels)
    several = sizes[labels] > 1
    accepts = None if far is None else TrueAccepts(int(len(labels) ** 2 - (sizes**2).sum()) // 2, far)
    figures: list[list[NDArray[np.float64]]] = [[] for _ in range(2 + len(shortlists))]
    for block in _blocks(np.arange(len(labels)) if accepts else np.flatnonzero(several)):
        distances, relevant = search(block), labels[block][:, None] == labels
        if accepts:
            later = np.arange(len(labels)) > block[:, None]
            accepts.add(distances[relevant & later], distances[~relevant & later])
        near = _others(block, distances, relevant, several[block])
        figures[0].append(metrics.average_precision(near))
        figures[1].append(metrics.precision_at(near, 1))
        for figure, size in zip(figures[2:], shortlists, strict=True):
            figure.append(metrics.recall_at(near, size))
    precision, first, *kept = (float(np.concatenate(figure).mean()) for figure in figures)
    return Found(precision, first, tuple(kept), accepts.rate() if accepts else float("nan"))


def found_reranked(
    codes: NDArray[np.uint64], vectors: NDArray[np.float32], labels: NDArray[np.int64], shortlist: int
) -> Found:
    """By Euclidean distance within the `shortlist` nearest by code, as the application searches; no other is found."""
    precision, first = [], []
    sizes = np.bincount(labels)[labels]
    for block in _blocks(np.flatnonzero(sizes > 1)):
        hamming = hamming_each(codes, codes[:, block]).astype(np.int64)
        hamming[np.arange(len(block)), block] = 64 * len(codes) + 1  # the query itself comes last
        nearest = np.argsort(hamming, 1, kind="stable")[:, : min(shortlist, len(labels) - 1)]
        exact = np.linalg.norm(vectors[nearest] - vectors[block][:, None], axis=2)
        relevant = labels[nearest] == labels[block][:, None]
        near = metrics.levels(exact, relevant, total=sizes[block] - 1)
        precision.append(metrics.average_precision(near))
        first.append(metrics.precision_at(near, 1))
    return Found(float(np.concatenate(precision).mean()), float(np.concatenate(first).mean()))


def kept_neighbours(codes: NDArray[np.uint64], vectors: NDArray[np.float32], nearest: int, shortlist: int) -> float:
    """The share of each item's `nearest` by vector that are in its `shortlist` nearest by code, in the mean.

    What ties at the shortlist's edge counts by the share of them that still fits.
    """
    shares = []
    for block in _blocks(np.arange(len(vectors))):
        exact = metrics.euclidean(vectors[block], vectors)
        exact[np.arange(len(block)), block] = np.inf
        wanted = np.zeros(exact.shape, bool)
        np.put_along_axis(wanted, np.argpartition(exact, nearest, 1)[:, :nearest], True, 1)
        near = _others(block, hamming_each(codes, codes[:, block]), wanted)
        shares.append(metrics.recall_at(near, shortlist))
    return float(np.concatenate(shares).mean())


def kept_within(
    search: Search,
    vectors: NDArray[np.float32],
    asking: NDArray[np.int64],
    radius: float,
    shortlists: Sequence[int],
) -> tuple[float, ...]:
    """Of all that lies within `radius` of the items `asking` (q,) by vector, the share in each of their shortlists.

    Shortlists of such sizes are the nearest by `search`, ties at the edge counting by the share that fits. An item does
    not find itself. 1 where nothing lies within the radius.
    """
    kept, wanted = np.zeros(len(shortlists)), 0
    for block in _blocks(asking):
        near = _others(block, search(block), metrics.euclidean(vectors[block], vectors) <= radius)
        kept += [metrics.found_among(near, size).sum() for size in shortlists]
        wanted += int(near.total.sum())
    return tuple((kept / wanted).tolist()) if wanted else (1.0,) * len(shortlists)


def _blocks(items: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    for at in range(0, len(items), BLOCK):
        yield items[at : at + BLOCK]


def _others(
    block: NDArray[np.int64],
    distances: Distances,
    relevant: NDArray[np.bool_],
    asking: NDArray[np.bool_] | slice = slice(None),
) -> metrics.Levels:
    """The levels around those of the block's items that are `asking`, each left out of its own."""
    other = np.arange(distances.shape[1]) != block[asking][:, None]
    return metrics.levels(
        *(cells[asking][other].reshape(len(other), other.shape[1] - 1) for cells in (distances, relevant))
    )
