from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from numpy.typing import NDArray

from photohash.learn import metrics

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


def test_golden_distances() -> None:
    assert DISTANCES.tolist() == [[0, 1, 1, 4, 3, 3], [4, 3, 3, 0, 1, 1], [1, 0, 2, 3, 4, 2]]


def test_golden_average_precision() -> None:
    assert metrics.average_precision(DISTANCES, RELEVANT) == pytest.approx([0.836111, 0.836111, 0], abs=1e-6)


def test_golden_balls() -> None:
    precision, recall, size = metrics.ball(DISTANCES, RELEVANT, 0)
    assert precision == pytest.approx([1, 1, 0])
    assert recall == pytest.approx([1 / 3, 1 / 3, 0])
    assert size.tolist() == [1, 1, 1]
    precision, recall, size = metrics.ball(DISTANCES, RELEVANT, 2)
    assert precision == pytest.approx([2 / 3, 2 / 3, 0])
    assert recall == pytest.approx([2 / 3, 2 / 3, 0])
    assert size.tolist() == [3, 3, 4]
    assert precision.mean() == pytest.approx(0.444444, abs=1e-6)


def plain(ranked: list[bool]) -> float:
    hits = [sum(ranked[: n + 1]) / (n + 1) for n, relevant in enumerate(ranked) if relevant]
    return sum(hits) / len(hits) if hits else 0.0


def over_all_orders(distances: NDArray[np.int64], relevant: NDArray[np.bool_]) -> float:
    levels = [relevant[distances == level].tolist() for level in np.unique(distances)]
    orders = product(*(permutations(level) for level in levels))
    return float(np.mean([plain([bit for level in order for bit in level]) for order in orders]))


def test_ties_are_the_mean_over_all_orders() -> None:
    random = np.random.default_rng(0)
    distances = random.integers(0, 3, (20, 7))
    relevant = random.random((20, 7)) < 0.4
    expected = [over_all_orders(d, r) for d, r in zip(distances, relevant, strict=True)]
    assert metrics.average_precision(distances, relevant) == pytest.approx(expected)


def test_rankings_without_ties() -> None:
    random = np.random.default_rng(1)
    relevant = random.random((10, 30)) < 0.2
    expected = [plain(row.tolist()) for row in relevant]
    assert metrics.average_precision_ranked(relevant) == pytest.approx(expected)
    ranks = np.tile(np.arange(30), (10, 1))
    assert metrics.average_precision(ranks, relevant) == pytest.approx(expected)


def test_what_a_shortlist_lacks_counts_as_not_found() -> None:
    ranked = np.array([[True, False], [False, False]])
    assert metrics.average_precision_ranked(ranked, np.array([4, 3])) == pytest.approx([0.25, 0])


def test_the_first_of_several_nearest_is_a_share() -> None:
    distances = np.array([[1, 1, 2], [0, 5, 5]])
    assert metrics.first_is_right(distances, np.array([[True, False, True], [True, False, False]])).tolist() == [0.5, 1]


def test_best_threshold_by_trying_all() -> None:
    random = np.random.default_rng(2)
    for _ in range(50):
        distances = random.integers(0, 6, 12).astype(float)
        same = random.random(12) < 0.5
        candidates = np.arange(-0.5, 6.5, 0.5)
        fewest = min(((distances <= t) != same).sum() for t in candidates)
        assert ((distances <= metrics.best_threshold(distances, same)) != same).sum() == fewest


def test_verification_judges_a_fold_by_the_others() -> None:
    distances = np.array([0.1, 0.9, 0.2, 0.8, 0.9, 0.1])  # the last fold is the wrong way round
    same = np.array([True, False] * 3)
    assert metrics.verification(distances, same, folds=3)[2] == 0


def test_distances() -> None:
    random = np.random.default_rng(3)
    bits = random.random((5, 128)) < 0.5
    codes = np.packbits(bits, axis=1, bitorder="little").view("<u8").T
    assert np.array_equal(metrics.hamming(codes, codes), (bits[:, None] != bits).sum(2))
    vectors = random.normal(size=(5, 8)).astype(np.float32)
    expected = np.linalg.norm(vectors[:, None] - vectors, axis=2)
    assert np.allclose(metrics.euclidean(vectors, vectors), expected, atol=1e-3)
