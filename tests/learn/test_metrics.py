from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from numpy.typing import NDArray

from photohash.learn import metrics

# The golden vectors: database, its labels, three queries; the last has no relevant item at all.
DATABASE = np.array(
    [
        (0.9, 0.8, 0.7, 0.9),
        (0.9, 0.7, -0.2, 0.8),
        (0.6, -0.5, 0.4, 0.9),
        (-0.9, -0.8, -0.7, -0.9),
        (-0.8, -0.9, 0.3, -0.7),
        (-0.7, 0.9, -0.8, -0.9),
    ]
)
LABELS = np.array([0, 1, 0, 1, 1, 0])
QUERIES = np.array([(0.8, 0.9, 0.6, 0.7), (-0.6, -0.7, -0.5, -0.9), (0.5, 0.9, -0.9, 0.9)])
RELEVANT = np.array([0, 1, 2])[:, None] == LABELS
DISTANCES = ((QUERIES >= 0)[:, None] != (DATABASE >= 0)).sum(2)
FOUND = metrics.levels(DISTANCES, RELEVANT, 4)
PRODUCTS = QUERIES @ DATABASE.T


def test_golden_distances() -> None:
    assert DISTANCES.tolist() == [[0, 1, 1, 4, 3, 3], [4, 3, 3, 0, 1, 1], [1, 0, 2, 3, 4, 2]]


@pytest.mark.parametrize(
    ("radius", "sizes", "precisions", "recalls"),
    [
        (0, [1, 1, 1], [1, 1, 0], [1 / 3, 1 / 3, 0]),
        (2, [3, 3, 4], [2 / 3, 2 / 3, 0], [2 / 3, 2 / 3, 0]),
    ],
)
def test_golden_balls(radius: int, sizes: list[int], precisions: list[float], recalls: list[float]) -> None:
    precision, recall, size = metrics.ball(FOUND, radius)
    assert size.tolist() == sizes
    assert precision == pytest.approx(precisions)
    assert recall == pytest.approx(recalls)


def test_golden_precision_of_the_ball_in_the_mean() -> None:
    assert metrics.ball(FOUND, 2)[0].mean() == pytest.approx(0.444444, abs=1e-6)


def test_golden_order_inside_the_ball() -> None:
    order = [[int(n) for n in np.argsort(-p) if d[n] <= 2] for p, d in zip(PRODUCTS, DISTANCES, strict=True)]
    assert order == [[0, 1, 2], [3, 4, 5], [1, 0, 5, 2]]


def golden_ball_precisions() -> NDArray[np.float64]:
    inside = DISTANCES <= 2
    return np.array([metrics.ordered_precision(p[i], r[i]) for p, r, i in zip(PRODUCTS, RELEVANT, inside, strict=True)])


def test_golden_average_precision_of_the_ball_by_real_outputs() -> None:
    precision = golden_ball_precisions()
    assert precision == pytest.approx([5 / 6, 1, 0])
    assert precision.mean() == pytest.approx(0.611111, abs=1e-6)
    assert metrics.literature_mean(precision, FOUND.within(2)) == pytest.approx(0.916667, abs=1e-6)


def test_golden_average_precision_of_the_ball_by_codes() -> None:
    near = FOUND.within(2)
    assert metrics.average_precision(near, of_found=True) == pytest.approx([11 / 12, 11 / 12, 0])
    assert metrics.average_precision(near) == pytest.approx([0.611111, 0.611111, 0], abs=1e-6)


def test_golden_average_precision() -> None:
    assert metrics.average_precision(FOUND) == pytest.approx([0.836111, 0.836111, 0], abs=1e-6)


def test_an_empty_ball_counts_in_the_literature_and_a_wrong_one_does_not() -> None:
    distances = np.array([[0, 9], [9, 9], [9, 0]])
    near = metrics.levels(distances, np.array([[True, False]] * 3)).within(2)
    assert metrics.literature_mean(np.array([1.0, 0, 0]), near) == 0.5
    only_wrong = metrics.levels(distances[2:], np.array([[True, False]])).within(2)
    assert metrics.literature_mean(np.array([0.0]), only_wrong) == 0


def plain(ranked: list[bool], total: int | None = None) -> float:
    hits = [sum(ranked[: n + 1]) / (n + 1) for n, relevant in enumerate(ranked) if relevant]
    return sum(hits) / (total or len(hits)) if hits else 0.0


def orders(distances: NDArray[np.generic], relevant: NDArray[np.bool_]) -> list[list[bool]]:
    """Every ranking that equal distances allow."""
    ties = [relevant[distances == level].tolist() for level in np.unique(distances)]
    return [[bit for level in order for bit in level] for order in product(*(permutations(level) for level in ties))]


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.float32])
def test_ties_are_the_mean_over_all_orders(kind: type[np.generic]) -> None:
    random = np.random.default_rng(0)
    distances = random.integers(0, 3, (20, 7)).astype(kind) * kind(3)
    relevant = random.random((20, 7)) < 0.4
    pairs = list(zip(distances, relevant, strict=True))
    found = metrics.levels(distances, relevant)
    expected = [np.mean([plain(order) for order in orders(d, r)]) for d, r in pairs]
    assert metrics.average_precision(found) == pytest.approx(expected)
    for k in (1, 3, 7):
        among = [np.mean([sum(order[:k]) for order in orders(d, r)]) for d, r in pairs]
        assert metrics.found_among(found, k) == pytest.approx(among)
        assert metrics.precision_at(found, k) == pytest.approx(np.array(among) / k)
        assert metrics.recall_at(found, k) == pytest.approx(np.array(among) / np.maximum(relevant.sum(1), 1))


def test_equal_products_are_the_mean_over_all_orders() -> None:
    random = np.random.default_rng(4)
    for _ in range(20):
        products, relevant = random.integers(-1, 2, 6).astype(np.float32), random.random(6) < 0.5
        expected = np.mean([plain(order) for order in orders(-products, relevant)])
        assert metrics.ordered_precision(products, relevant) == pytest.approx(expected)


def test_rankings_without_ties() -> None:
    random = np.random.default_rng(1)
    relevant = random.random((10, 30)) < 0.2
    ranks = np.tile(np.arange(30), (10, 1))
    expected = [plain(row.tolist()) for row in relevant]
    assert metrics.average_precision(metrics.levels(ranks, relevant)) == pytest.approx(expected)
    assert metrics.average_precision(metrics.levels(ranks / 7, relevant)) == pytest.approx(expected)


def test_what_a_shortlist_lacks_counts_as_not_found() -> None:
    found = metrics.levels(
        np.array([[0.1, 0.2]] * 2), np.array([[True, False], [False, False]]), total=np.array([4, 3])
    )
    assert metrics.average_precision(found) == pytest.approx([0.25, 0])
    assert metrics.average_precision(found, of_found=True) == pytest.approx([1, 0])
    assert metrics.recall_at(found, 2) == pytest.approx([0.25, 0])


def test_blocks_of_queries_join() -> None:
    parts = [metrics.levels(DISTANCES[at : at + 2], RELEVANT[at : at + 2], 4) for at in (0, 2)]
    joined = metrics.join(parts)
    assert np.array_equal(joined.items, FOUND.items)
    assert np.array_equal(joined.relevant, FOUND.relevant)
    assert np.array_equal(joined.total, FOUND.total)


def test_curve_is_the_ball_of_every_radius() -> None:
    precision, recall = metrics.curve(FOUND)
    assert len(precision) == len(recall) == 5
    for radius in range(5):
        inside = radius >= DISTANCES
        hits = (inside & RELEVANT).sum(1)
        assert precision[radius] == pytest.approx(np.mean(hits / np.maximum(inside.sum(1), 1)))
        assert recall[radius] == pytest.approx(np.mean(hits / np.maximum(RELEVANT.sum(1), 1)))


def test_area_by_hand() -> None:
    assert metrics.area(np.array([1, 0.5, 0.5]), np.array([0.2, 0.4, 1.0])) == pytest.approx(0.15 + 0.3)


def test_euclidean_distances() -> None:
    vectors = np.random.default_rng(3).normal(size=(5, 8)).astype(np.float32)
    expected = ((vectors[:, None] - vectors) ** 2).sum(2)
    assert np.allclose(metrics.euclidean(vectors, vectors) ** 2, expected, atol=1e-4)
