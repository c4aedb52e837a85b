from __future__ import annotations

import numpy as np
import pytest

from photohash.index.groups import star_groups


def one_by_one(n: int, i: np.ndarray, j: np.ndarray, rank: np.ndarray) -> list[tuple[int, list[int]]]:
    """The definition, word for word."""
    near: list[set[int]] = [set() for _ in range(n)]
    for a, b in zip(i.tolist(), j.tolist(), strict=True):
        near[a].add(b)
        near[b].add(a)
    free, groups = set(range(n)), []
    for centre in sorted(range(n), key=lambda item: (rank[item], item)):
        if centre in free:
            free.remove(centre)
            members = sorted(near[centre] & free, key=lambda item: (rank[item], item))
            free.difference_update(members)
            if members:
                groups.append((centre, members))
    return groups


def plain(groups: list[tuple[int, np.ndarray]]) -> list[tuple[int, list[int]]]:
    return [(centre, members.tolist()) for centre, members in groups]


@pytest.mark.parametrize("pairs", [0, 1, 30, 100, 1000])
@pytest.mark.parametrize("ranks", [1, 5, 1000])
def test_groups_are_those_of_taking_the_best_one_by_one(pairs: int, ranks: int) -> None:
    random = np.random.default_rng(pairs + ranks)
    i, j = random.integers(0, 100, (2, pairs))
    i, j = i[i != j], j[i != j]
    rank = random.integers(0, ranks, 100)
    assert plain(star_groups(100, i, j, rank)) == one_by_one(100, i, j, rank)


def test_a_chain_is_cut_into_stars() -> None:
    chain = np.arange(9)
    groups = plain(star_groups(10, chain, chain + 1, np.arange(10)))
    assert groups == [(0, [1]), (2, [3]), (4, [5]), (6, [7]), (8, [9])]
    middle_first = np.array([5, 4, 3, 2, 1, 0, 6, 7, 8, 9])
    assert plain(star_groups(10, chain, chain + 1, middle_first))[0] == (5, [4, 6])


def test_the_order_of_pairs_does_not_matter() -> None:
    random = np.random.default_rng(13)
    i, j = random.integers(0, 50, (2, 200))
    rank, shuffled = random.permutation(50), random.permutation(200)
    assert plain(star_groups(50, i, j, rank)) == plain(star_groups(50, j[shuffled], i[shuffled], rank))


def test_without_pairs_there_are_no_groups() -> None:
    none = np.empty(0, np.int64)
    assert star_groups(0, none, none, none) == []
    assert star_groups(3, none, none, np.arange(3)) == []


@pytest.mark.parametrize(("i", "j", "ranks"), [([0], [3], 3), ([-1], [1], 3), ([0], [1, 2], 3), ([0], [1], 2)])
def test_what_does_not_fit_together_is_refused(i: list[int], j: list[int], ranks: int) -> None:
    with pytest.raises(ValueError, match=r"pair|rank"):
        star_groups(3, np.array(i), np.array(j), np.arange(ranks))
