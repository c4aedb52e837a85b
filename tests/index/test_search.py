from __future__ import annotations

import numpy as np
import pytest

from photohash.index import search as module
from photohash.index.bits import pack
from photohash.index.codefile import Codes
from photohash.index.search import nearest, nearest_each, rerank, within


def random_codes(n: int, bits: int, seed: int = 4) -> tuple[Codes, np.ndarray]:
    """Codes with few distinct distances, so that ties abound, and their bits."""
    random = np.random.default_rng(seed)
    rows = random.random((n, bits)) < 0.2
    return Codes(bits, np.cumsum(random.integers(1, 9, n)), pack(rows)), rows


def by_sorting(ids: np.ndarray, distances: np.ndarray) -> list[tuple[int, int]]:
    return sorted((int(distance), int(item)) for distance, item in zip(distances, ids, strict=True))


@pytest.mark.parametrize("bits", [12, 64, 256])
@pytest.mark.parametrize("k", [1, 7, 40, 100, 299, 300, 1000])
def test_nearest_is_the_head_of_a_full_sort(bits: int, k: int) -> None:
    codes, rows = random_codes(300, bits)
    for query in rows[:5]:
        found = nearest(codes, pack(query[None])[:, 0], k)
        expected = by_sorting(codes.ids, np.sum(rows != query, axis=1))[:k]
        assert list(zip(found.distances.tolist(), found.ids.tolist(), strict=True)) == expected


@pytest.mark.parametrize("examples", [1, 2, 17, 40])
def test_an_item_counts_by_its_nearest_example(examples: int) -> None:
    codes, rows = random_codes(200, 64)
    asked = rows[:examples]
    distances = np.array([min(np.sum(row != example) for example in asked) for row in rows])
    found = nearest(codes, pack(asked), 30)
    assert list(zip(found.distances.tolist(), found.ids.tolist(), strict=True)) == by_sorting(codes.ids, distances)[:30]
    found = within(codes, pack(asked), 8)
    expected = [pair for pair in by_sorting(codes.ids, distances) if pair[0] <= 8]
    assert list(zip(found.distances.tolist(), found.ids.tolist(), strict=True)) == expected


@pytest.mark.parametrize("k", [1, 10, 500])
def test_many_queries_are_answered_as_each_alone(k: int) -> None:
    codes, _ = random_codes(400, 128)
    _, asked = random_codes(module.TOGETHER * 2 + 3, 128, seed=5)
    found = nearest_each(codes, pack(asked), k)
    assert found.ids.shape == found.distances.shape == (len(asked), min(k, 400))
    for n, query in enumerate(pack(asked).T):
        alone = nearest(codes, query, k)
        np.testing.assert_array_equal(found.ids[n], alone.ids)
        np.testing.assert_array_equal(found.distances[n], alone.distances)


def test_equal_codes_come_by_ascending_id() -> None:
    codes = Codes(64, np.arange(10, 5010), np.zeros((1, 5000), np.uint64))
    assert nearest(codes, np.zeros(1, np.uint64), 20).ids.tolist() == list(range(10, 30))


def test_the_opposite_of_a_code_is_found_last() -> None:
    codes = Codes(256, np.arange(3), np.array([[0, 2**64 - 1, 1]] * 4, np.uint64))
    found = nearest(codes, np.zeros(4, np.uint64), 3)
    assert found.ids.tolist() == [0, 2, 1]
    assert found.distances.tolist() == [0, 4, 256]


def test_nothing_is_found_among_nothing() -> None:
    empty = Codes(64, np.empty(0, np.int64), np.empty((1, 0), np.uint64))
    query = np.zeros(1, np.uint64)
    assert nearest(empty, query, 5).ids.shape == (0,)
    assert within(empty, query, 5).ids.shape == (0,)
    assert nearest_each(empty, query[:, None], 5).ids.shape == (1, 0)


def test_a_search_without_example_or_neighbour_is_refused() -> None:
    codes, rows = random_codes(5, 64)
    for search in (nearest, within):
        with pytest.raises(ValueError, match="at least one example"):
            search(codes, np.empty((1, 0), np.uint64), 3)
    with pytest.raises(ValueError, match="k must be"):
        nearest(codes, pack(rows), 0)


def test_reranking_orders_by_the_nearest_example() -> None:
    random = np.random.default_rng(6)
    shortlist, examples = random.standard_normal((30, 8)), random.standard_normal((4, 8))
    shortlist[20] = shortlist[10]  # equal distances keep their order
    order, distances = rerank(shortlist.astype(np.float32), examples.astype(np.float32))
    expected = np.array([min(np.sqrt(np.sum((item - example) ** 2)) for example in examples) for item in shortlist])
    assert distances.dtype == np.float32
    np.testing.assert_allclose(distances, expected, rtol=1e-5)
    np.testing.assert_array_equal(order, sorted(range(30), key=lambda n: (distances[n], n)))
    assert order.tolist().index(20) == order.tolist().index(10) + 1


def test_reranking_tells_near_copies_apart() -> None:
    example = np.full((1, 512), 512**-0.5, np.float32)
    near = example.copy()
    near[0, 0] += 1e-4
    _, distances = rerank(np.concatenate([near, example]), example)
    np.testing.assert_allclose(distances, [1e-4, 0], rtol=1e-3)


def test_reranking_needs_an_example_of_the_same_length() -> None:
    with pytest.raises(ValueError, match="at least one example"):
        rerank(np.zeros((3, 4), np.float32), np.empty((0, 4), np.float32))
    with pytest.raises(ValueError, match="shapes"):
        rerank(np.zeros((3, 4), np.float32), np.zeros((1, 5), np.float32))
    assert rerank(np.empty((0, 4), np.float32), np.zeros((1, 4), np.float32))[0].shape == (0,)
