"""Groups of near-duplicates from pairs, without chains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FREE = -1


def star_groups(
    n: int, i: NDArray[np.int64], j: NDArray[np.int64], rank: NDArray[np.int64]
) -> list[tuple[int, NDArray[np.int64]]]:
    """Cut n items into stars: the best free item becomes a centre, its free neighbours join it, and so on.

    `i` and `j` are int64 (pairs,), the items that belong together two by two; `rank` is (n,), the smallest the best,
    the lower item first where ranks are equal. Gives (centre, members) of every group, the best centre first; members
    are int64, at least one, the best first, without the centre. Every member is paired with its centre, so no group
    is wider than that: "A like B, B like C" does not put A with C. An item without free neighbours is in no group.
    Raises ValueError for an item outside 0..n-1.
    """
    if len(rank) != n or len(i) != len(j):
        raise ValueError("groups need one rank per item and two items per pair")
    if not len(i):
        return []
    if min(i.min(), j.min()) < 0 or max(i.max(), j.max()) >= n:
        raise ValueError(f"a pair names an item outside 0 to {n - 1}")
    best_first = np.argsort(rank, kind="stable")
    place = np.empty(n, np.int64)
    place[best_first] = np.arange(n)
    centre_of = _centres(n, place[i], place[j])
    members = np.flatnonzero((centre_of != FREE) & (centre_of != np.arange(n)))
    members = members[np.argsort(centre_of[members], kind="stable")]
    centres, starts = np.unique(centre_of[members], return_index=True)
    return list(zip(best_first[centres].tolist(), np.split(best_first[members], starts[1:]), strict=True))


def _centres(n: int, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """The centre of every item, FREE for items without pairs; items are numbered from the best to the worst.

    Pairs are met in the order of their better item. By then every better neighbour of it has spoken, so it is a
    centre if nobody took it. One look at each pair: a plain loop does five million in about a second, where rounds
    of array operations would need as many rounds as the longest chain is long.
    """
    better, worse = np.minimum(first, second), np.maximum(first, second)
    order = np.argsort(better, kind="stable")
    centre_of = [FREE] * n
    for good, other in zip(better[order].tolist(), worse[order].tolist(), strict=True):
        if centre_of[good] == FREE:
            centre_of[good] = good
        if centre_of[good] == good and centre_of[other] == FREE:
            centre_of[other] = good
    return np.array(centre_of, np.int64)
