"""Measures of retrieval and verification, exact under ties."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 512  # queries at a time, so that their distances to everything fit into memory


def average_precision(distances: NDArray[np.integer], relevant: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The tie-aware average precision, (q,), of queries at integer distances (q, n) from items `relevant` bool (q, n).

    The mean over all orders within equal distances (McSherry and Najork, ECIR 2008; He et al., CVPR 2018). With n items
    at a distance, p of them relevant, after N nearer items with P relevant ones, rank N + t adds in the mean
    (p / n)(P + 1 + (t - 1) r) / (N + t) where r = (p - 1) / (n - 1); summed over t = 1..n with harmonic numbers H:
    (p / n)(r n + (P + 1 - r (N + 1))(H(N + n) - H(N))). A query without a relevant item has 0.
    """
    queries, levels = len(distances), int(distances.max(initial=0)) + 1
    cells = distances + levels * np.arange(queries)[:, None]
    n = np.bincount(cells.ravel(), minlength=queries * levels).reshape(queries, levels)
    p = np.bincount(cells[relevant], minlength=queries * levels).reshape(queries, levels)
    before_n, before_p = n.cumsum(1) - n, p.cumsum(1) - p
    harmonic = np.concatenate([[0], (1 / np.arange(1, distances.shape[1] + 1)).cumsum()])
    r = (p - 1) / np.maximum(n - 1, 1)
    r[n == 1] = 0
    spread = harmonic[before_n + n] - harmonic[before_n]
    gains = p / np.maximum(n, 1) * (r * n + (before_p + 1 - r * (before_n + 1)) * spread)
    precision: NDArray[np.float64] = gains.sum(1) / np.maximum(p.sum(1), 1)
    return precision


def average_precision_ranked(
    ranked: NDArray[np.bool_], total: NDArray[np.integer] | None = None
) -> NDArray[np.float64]:
    """The average precision, (q,), of rankings `ranked`: bool (q, n), relevant or not by rank.

    `total` (q,) is the number of relevant items of all ranks; without it, of those ranked.
    """
    hits = ranked.cumsum(1)
    gains = (ranked * hits / np.arange(1, ranked.shape[1] + 1)).sum(1)
    precision: NDArray[np.float64] = gains / np.maximum(hits[:, -1] if total is None else total, 1)
    return precision


def first_is_right(distances: NDArray[np.integer], relevant: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The share of relevant items among the nearest, which are several where they tie; float (q,)."""
    nearest = distances == distances.min(1, keepdims=True)
    share: NDArray[np.float64] = (nearest & relevant).sum(1) / nearest.sum(1)
    return share


def ball(
    distances: NDArray[np.integer], relevant: NDArray[np.bool_], radius: int = 2
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Precision, recall and size of each query's ball of `radius`, each (q,); 0 where there is none to count."""
    inside = distances <= radius
    size, hits = inside.sum(1), (inside & relevant).sum(1)
    return hits / np.maximum(size, 1), hits / np.maximum(relevant.sum(1), 1), size


def verification(distances: NDArray[np.floating], same: NDArray[np.bool_], folds: int = 10) -> NDArray[np.float64]:
    """The accuracy of each fold with the threshold that is best on the other folds; pairs lie fold by fold.

    Huang, Ramesh, Berg, Learned-Miller: Labeled Faces in the Wild, 2007, view 2.
    """
    accuracies = []
    for held in np.array_split(np.arange(len(distances)), folds):
        others = np.setdiff1d(np.arange(len(distances)), held)
        threshold = best_threshold(distances[others], same[others])
        accuracies.append(np.mean((distances[held] <= threshold) == same[held]))
    return np.array(accuracies)


def best_threshold(distances: NDArray[np.floating], same: NDArray[np.bool_]) -> float:
    """The distance at or below which to say "same" with the fewest errors; between two of those met."""
    order = np.argsort(distances, kind="stable")
    ordered = distances[order]
    # Errors when the first k pairs are called the same, k = 0..n; a cut inside equal distances is not possible.
    missed = np.concatenate([[same.sum()], same.sum() - same[order].cumsum()])
    errors = missed + np.concatenate([[0], (~same[order]).cumsum()])
    errors[1:-1][ordered[1:] == ordered[:-1]] = len(same) + 1
    best = int(errors.argmin())
    edges = np.concatenate([[ordered[0] - 1], ordered, [ordered[-1] + 1]])
    return float((edges[best] + edges[best + 1]) / 2)


def hamming(codes: NDArray[np.uint64], others: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The Hamming distances of codes uint64 (words, q) and (words, n): int (q, n)."""
    total = np.zeros((codes.shape[1], others.shape[1]), np.int64)
    for one, other in zip(codes, others, strict=True):
        total += np.bitwise_count(one[:, None] ^ other[None, :])
    return total


def euclidean(vectors: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """The Euclidean distances of vectors (q, d) and (n, d): (q, n)."""
    squared = (vectors**2).sum(1)[:, None] + (others**2).sum(1)[None, :] - 2 * vectors @ others.T
    distances: NDArray[np.float32] = np.sqrt(np.maximum(squared, 0))
    return distances
