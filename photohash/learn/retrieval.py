"""Leave-one-out retrieval: each item that has another of its label searches all the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photohash.learn import metrics

BLOCK = 256  # queries at a time, so that their distances to everything fit into memory


@dataclass(frozen=True, slots=True)
class Found:
    """How well: mean average precision over the whole ranking, and how often the first one is right (R@1)."""

    precision: float
    first: float


def queries(labels: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.bool_]]]:
    """Blocks of the items that have another of their label, and which items are relevant to each, itself not."""
    asking = np.flatnonzero(np.bincount(labels)[labels] > 1)
    for at in range(0, len(asking), BLOCK):
        block = asking[at : at + BLOCK]
        relevant = labels[block][:, None] == labels
        relevant[np.arange(len(block)), block] = False
        yield block, relevant


def found_by_codes(codes: NDArray[np.uint64], labels: NDArray[np.int64]) -> Found:
    """By Hamming distance of codes uint64 (words, n), ties in every order."""
    precision, first = [], []
    for block, relevant in queries(labels):
        distances = metrics.hamming(codes[:, block], codes)
        distances[np.arange(len(block)), block] = 64 * len(codes) + 1  # the query itself comes last
        precision.append(metrics.average_precision(distances, relevant))
        first.append(metrics.first_is_right(distances, relevant))
    return Found(float(np.concatenate(precision).mean()), float(np.concatenate(first).mean()))


def found_by_distance(vectors: NDArray[np.float32], labels: NDArray[np.int64]) -> Found:
    """By Euclidean distance of vectors (n, d)."""
    precision, first = [], []
    for block, relevant in queries(labels):
        distances = metrics.euclidean(vectors[block], vectors)
        distances[np.arange(len(block)), block] = np.inf
        ranked = np.take_along_axis(relevant, distances.argsort(1), 1)
        precision.append(metrics.average_precision_ranked(ranked))
        first.append(ranked[:, 0])
    return Found(float(np.concatenate(precision).mean()), float(np.concatenate(first).mean()))


def found_reranked(
    codes: NDArray[np.uint64], vectors: NDArray[np.float32], labels: NDArray[np.int64], shortlist: int
) -> Found:
    """By Euclidean distance within the `shortlist` nearest by code, as the application searches; no other is found."""
    precision, first = [], []
    for block, relevant in queries(labels):
        hamming = metrics.hamming(codes[:, block], codes)
        hamming[np.arange(len(block)), block] = 64 * len(codes) + 1
        nearest = np.argsort(hamming, 1, kind="stable")[:, :shortlist]
        exact = np.linalg.norm(vectors[nearest] - vectors[block][:, None], axis=2)
        order = np.take_along_axis(nearest, exact.argsort(1, kind="stable"), 1)
        ranked = np.take_along_axis(relevant, order, 1)
        precision.append(metrics.average_precision_ranked(ranked, relevant.sum(1)))
        first.append(ranked[:, 0])
    return Found(float(np.concatenate(precision).mean()), float(np.concatenate(first).mean()))


def kept_neighbours(codes: NDArray[np.uint64], vectors: NDArray[np.float32], nearest: int, shortlist: int) -> float:
    """The share of each item's `nearest` by vector that are in its `shortlist` nearest by code, in the mean.

    What ties at the shortlist's edge counts by the share of them that still fits.
    """
    shares = []
    for at in range(0, len(vectors), BLOCK):
        block = np.arange(at, min(at + BLOCK, len(vectors)))
        exact = metrics.euclidean(vectors[block], vectors)
        hamming = metrics.hamming(codes[:, block], codes)
        exact[np.arange(len(block)), block] = np.inf
        hamming[np.arange(len(block)), block] = 64 * len(codes) + 1
        wanted = np.argpartition(exact, nearest, 1)[:, :nearest]
        edge = np.partition(hamming, shortlist - 1, 1)[:, shortlist - 1 : shortlist]
        inside, ties = hamming < edge, hamming == edge
        fits = (shortlist - inside.sum(1)) / ties.sum(1)
        found = inside + ties * fits[:, None]
        shares.append(np.take_along_axis(found, wanted, 1).mean(1))
    return float(np.concatenate(shares).mean())
