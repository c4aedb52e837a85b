"""Measures of retrieval, exact under ties: no figure depends on the order in which the database happens to lie.

Everything is computed from how many items, and how many relevant ones, lie at each distance from a query. A query
without a relevant item has a precision, a recall and an average precision of 0 and counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CELLS = 1 << 22  # distances held at once: 32 MB as the widest numbers

Distances = NDArray[np.integer] | NDArray[np.floating]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Levels:
    """Items by their distance from q queries, nearest level first.

    `items` and `relevant` are int64 (q, l): how many lie at a level, and how many of these are relevant; `total` int64
    (q,) is how many are relevant at any distance.
    """

    items: NDArray[np.int64]
    relevant: NDArray[np.int64]
    total: NDArray[np.int64]

    def within(self, radius: int) -> Levels:
        """The levels 0..`radius` alone; of the relevant items elsewhere `total` still knows."""
        return Levels(self.items[:, : radius + 1], self.relevant[:, : radius + 1], self.total)


def levels(
    distances: Distances, relevant: Flags, bits: int | None = None, total: NDArray[np.integer] | None = None
) -> Levels:
    """The levels of distances (q, n) to items of which `relevant` bool (q, n) are.

    Integers are their own levels, 0..`bits` or to the greatest met; of others equal ones share a level. `total` (q,)
    says how many are relevant where items that are not among the n are too.
    """
    places = _ranks(distances) if distances.dtype.kind == "f" else distances
    count = int(places.max(initial=0)) + 1 if bits is None else bits + 1
    # One pass counts both: two cells for each level, the second for what is relevant.
    cells = places.astype(np.int64) * 2 + relevant + 2 * count * np.arange(len(places))[:, None]
    counted = np.bincount(cells.ravel(), minlength=2 * count * len(places)).reshape(len(places), count, 2)
    hits = counted[:, :, 1]
    return Levels(counted.sum(2), hits, hits.sum(1) if total is None else np.asarray(total, np.int64))


def join(parts: Sequence[Levels]) -> Levels:
    """The levels of several blocks of queries as those of all; they must be equally many in each."""
    return Levels(*(np.concatenate([getattr(part, name) for part in parts]) for name in Levels.__slots__))


def average_precision(found: Levels, of_found: bool = False) -> Floats:
    """The tie-aware average precision of each query, (q,).

    The mean over all orders within equal distances (McSherry and Najork, ECIR 2008; He et al., CVPR 2018). With n items
    at a distance, p of them relevant, after N nearer items with P relevant ones, rank N + t adds in the mean
    (p / n)(P + 1 + (t - 1) r) / (N + t) where r = (p - 1) / (n - 1); summed over t = 1..n with harmonic numbers H:
    (p / n)(r n + (P + 1 - r (N + 1))(H(N + n) - H(N))). The sum is divided by the number of all relevant items or,
    where only what was found shall count, by that of the relevant items found.
    """
    n, p = found.items, found.relevant
    before_n, before_p = n.cumsum(1) - n, p.cumsum(1) - p
    harmonic = np.concatenate([[0], (1 / np.arange(1, int(n.sum(1).max(initial=0)) + 1)).cumsum()])
    r = (p - 1) / np.maximum(n - 1, 1)
    r[n == 1] = 0
    spread = harmonic[before_n + n] - harmonic[before_n]
    gains = p / np.maximum(n, 1) * (r * n + (before_p + 1 - r * (before_n + 1)) * spread)
    precision: Floats = gains.sum(1) / np.maximum(p.sum(1) if of_found else found.total, 1)
    return precision


def ball(found: Levels, radius: int) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Precision, recall and size of each query's Hamming ball, each (q,); an empty one has a precision of 0."""
    near = found.within(radius)
    size, hits = near.items.sum(1), near.relevant.sum(1)
    return hits / np.maximum(size, 1), hits / np.maximum(found.total, 1), size


def ordered_precision(products: NDArray[np.floating], relevant: Flags) -> float:
    """The average precision of the items of one ball, relevant or not, bool (n,), by descending `products` (n,).

    With the inner products of the real outputs of query and items it is the AP@H<=r of the DCH family (Cao, Long, Liu,
    Wang, Deep Cauchy hashing, CVPR 2018): divided by the relevant items in the ball, it says nothing of recall.
    """
    return float(average_precision(levels(-products[None], relevant[None]))[0])


def literature_mean(precision: Floats, near: Levels) -> float:
    """The mean of ball precisions (q,) as DeepHash reports it, `near` being the levels within the ball.

    Queries whose ball has items but no relevant one are left out; empty balls count 0. 0 where no query is left.
    """
    counted = (near.relevant.sum(1) > 0) | (near.items.sum(1) == 0)
    return float(precision[counted].mean()) if counted.any() else 0.0


def curve(found: Levels) -> tuple[Floats, Floats]:
    """Mean precision and mean recall of the balls of every radius 0..K, each (K + 1,)."""
    size, hits = found.items.cumsum(1), found.relevant.cumsum(1)
    precision, recall = hits / np.maximum(size, 1), hits / np.maximum(found.total, 1)[:, None]
    return precision.mean(0), recall.mean(0)


def area(precision: Floats, recall: Floats) -> float:
    """The area under a curve of precision over ascending recall, by trapezia, from the first recall on."""
    return float(np.trapezoid(precision, recall))


def found_among(found: Levels, k: int) -> Floats:
    """How many relevant items are among the k nearest of each query, (q,); of ties at the edge the share that fits."""
    before = found.items.cumsum(1) - found.items
    share = np.clip(k - before, 0, found.items) / np.maximum(found.items, 1)
    among: Floats = (found.relevant * share).sum(1)
    return among


def precision_at(found: Levels, k: int) -> Floats:
    """The share of relevant items among the k nearest of each query, (q,)."""
    return found_among(found, k) / k


def recall_at(found: Levels, k: int) -> Floats:
    """The share of each query's relevant items that are among its k nearest, (q,)."""
    return found_among(found, k) / np.maximum(found.total, 1)


def euclidean(vectors: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """The Euclidean distances of vectors (q, d) and (n, d): (q, n)."""
    squared = (vectors**2).sum(1)[:, None] + (others**2).sum(1)[None, :] - 2 * vectors @ others.T
    distances: NDArray[np.float32] = np.sqrt(np.maximum(squared, 0))
    return distances


def _ranks(distances: Distances) -> NDArray[np.int64]:
    """The place of each distance (q, n) among the different ones of its row, from 0."""
    order = distances.argsort(1)
    ordered = np.take_along_axis(distances, order, 1)
    steps = np.zeros(distances.shape, np.int64)
    steps[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    ranks = np.empty(distances.shape, np.int64)
    np.put_along_axis(ranks, order, steps.cumsum(1), 1)
    return ranks
