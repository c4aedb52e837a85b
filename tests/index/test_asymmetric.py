from __future__ import annotations

import numpy as np
import pytest

from photohash.index.asymmetric import BLOCK, nearest_weighed, weighed
from photohash.index.bits import hamming, pack
from photohash.index.codefile import Codes
from photohash.index.search import nearest

LENGTHS = (12, 64, 70, 128, 256, 512)


def some(bits: int, count: int = 50) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(bits)
    return random.random((count, bits)) < 0.5, random.normal(size=bits).astype(np.float32)


@pytest.mark.parametrize("bits", LENGTHS)
def test_distances_naively(bits: int) -> None:
    items, margins = some(bits)
    expected = [sum(abs(float(m)) for bit, m in zip(item, margins, strict=True) if bit != (m >= 0)) for item in items]
    assert weighed(pack(items), margins) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("bits", LENGTHS)
def test_margins_of_one_give_the_hamming_distance(bits: int) -> None:
    items, margins = some(bits, BLOCK + 7)  # more than one block
    words = pack(items)
    signs = np.where(margins >= 0, 1.0, -1.0)
    assert np.array_equal(weighed(words, signs), hamming(words, pack(margins[None] >= 0)[:, 0]))


def test_a_margin_of_zero_costs_nothing() -> None:
    words = pack(np.array([[False, True], [True, True]]))
    assert weighed(words, np.array([0.0, -2.0])).tolist() == [2, 2]


def test_the_nearest_of_all_by_ascending_id_where_equal() -> None:
    items, margins = some(70, 3000)
    items[1::2] = items[::2]  # every code twice
    codes = Codes(70, np.arange(10, 3010), pack(items))
    distances = weighed(codes.words, margins)
    expected = sorted(range(3000), key=lambda row: (distances[row], row))
    for k in (1, 5, 2999, 9000):
        ids, found = nearest_weighed(codes, margins, k)
        assert ids.tolist() == [10 + row for row in expected[:k]]
        assert np.array_equal(found, distances[expected[:k]])


def test_a_shortlist_is_that_of_hamming() -> None:
    items, margins = some(128, 2000)
    codes = Codes(128, np.arange(0, 4000, 2), pack(items))
    near = nearest(codes, pack(margins[None] >= 0)[:, 0], 100).ids
    distances = weighed(codes.words, margins)
    expected = sorted(near.tolist(), key=lambda number: (distances[number // 2], number))
    assert nearest_weighed(codes, margins, 20, shortlist=100)[0].tolist() == expected[:20]
    whole = nearest_weighed(codes, margins, 20, shortlist=2000)
    assert np.array_equal(whole[0], nearest_weighed(codes, margins, 20)[0])


def test_no_items_no_neighbours() -> None:
    ids, distances = nearest_weighed(Codes(64, np.empty(0, np.int64), np.empty((1, 0), np.uint64)), np.ones(64), 5)
    assert len(ids) == len(distances) == 0


@pytest.mark.parametrize("margins", [np.ones(64), np.ones(129), np.full(128, np.nan), np.ones((1, 128))])
def test_margins_of_another_length_or_without_a_number_are_refused(margins: np.ndarray) -> None:
    with pytest.raises(ValueError, match="finite margin"):
        weighed(np.zeros((2, 3), np.uint64), margins)


def test_no_neighbour_is_not_a_search() -> None:
    codes = Codes(64, np.arange(3), np.zeros((1, 3), np.uint64))
    with pytest.raises(ValueError, match="k must be"):
        nearest_weighed(codes, np.ones(64), 0)
