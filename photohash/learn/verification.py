"""Measures of verification: are the two of a pair the same, by their distance?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Distances = NDArray[np.integer] | NDArray[np.floating]


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


def tar_at_far(same: Distances, different: Distances, far: float) -> float:
    """The true accept rate at a false accept rate, from the distances of pairs of one person and of two.

    Raises ValueError as `TrueAccepts` does.
    """
    pairs = TrueAccepts(len(different), far)
    pairs.add(same, different)
    return pairs.rate()


class TrueAccepts:
    """The share of pairs of one person that a threshold accepts which accepts at most `far` of those of two.

    It is the greatest such threshold. Pairs at one distance are accepted together or not at all, as a program must.
    Pairs may come in parts; of the `impostors` pairs of two people only the nearest are kept. Raises ValueError for a
    rate that is below one of them, or not below 1: it cannot be measured.
    """

    def __init__(self, impostors: int, far: float) -> None:
        if not 1 <= far * impostors < impostors:
            raise ValueError(
                f"a false accept rate of {far:g} cannot be measured by {impostors:,} pairs of two people: "
                "take a rate of at least one of them and below 1"
            )
        # A product such as 0.29 x 100 may be a rounding error below its whole number.
        self._allowed = int(far * impostors * (1 + 1e-12))
        self._same: list[Distances] = []
        self._nearest: list[Distances] = []

    def add(self, same: Distances, different: Distances) -> None:
        """Take note of some pairs."""
        self._same.append(same)
        nearest = np.concatenate([*self._nearest, different])
        if len(nearest) > self._allowed + 1:
            nearest = np.partition(nearest, self._allowed)[: self._allowed + 1]
        self._nearest = [nearest]

    def rate(self) -> float:
        """The share, of all pairs that were added."""
        edge = self._nearest[0].max()  # the first that must not be accepted, so nothing at its distance is
        return float(np.mean(np.concatenate(self._same) < edge))
