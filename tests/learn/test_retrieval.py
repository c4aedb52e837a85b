from __future__ import annotations

import numpy as np
import pytest

from photohash.learn import metrics
from photohash.learn.retrieval import BLOCK, found_by_codes, found_by_distance, found_reranked, kept_neighbours
from photohash.nets.heads import pack

RANDOM = np.random.default_rng(5)
COUNT = BLOCK + 40  # more than one block
LABELS = RANDOM.integers(0, 60, COUNT)
VECTORS = (RANDOM.normal(size=(60, 64))[LABELS] + 1.5 * RANDOM.normal(size=(COUNT, 64))).astype(np.float32)
CODES = pack(VECTORS >= 0)
DISTANCES = np.linalg.norm(VECTORS[:, None] - VECTORS, axis=2)
ASKING = [n for n in range(COUNT) if (LABELS[n] == LABELS).sum() > 1]


def precision(ranking: list[int], asking: int) -> float:
    hits = [LABELS[n] == LABELS[asking] for n in ranking]
    gains = [sum(hits[: at + 1]) / (at + 1) for at, hit in enumerate(hits) if hit]
    return sum(gains) / ((LABELS[asking] == LABELS).sum() - 1)


def test_by_distance_leaves_the_query_out() -> None:
    rankings = {n: [m for m in np.argsort(DISTANCES[n]).tolist() if m != n] for n in ASKING}
    found = found_by_distance(VECTORS, LABELS)
    assert found.precision == pytest.approx(np.mean([precision(rankings[n], n) for n in ASKING]), abs=1e-4)
    assert found.first == pytest.approx(np.mean([LABELS[rankings[n][0]] == LABELS[n] for n in ASKING]), abs=1e-4)


def test_by_codes_leaves_the_query_out() -> None:
    expected = []
    for n in ASKING:
        others = np.delete(np.arange(COUNT), n)
        hamming = ((VECTORS[n] >= 0) != (VECTORS[others] >= 0)).sum(1)
        expected.append(metrics.average_precision(hamming[None], (LABELS[others] == LABELS[n])[None])[0])
    assert found_by_codes(CODES, LABELS).precision == pytest.approx(np.mean(expected))


def test_a_shortlist_of_all_is_the_exact_search() -> None:
    exact, reranked = found_by_distance(VECTORS, LABELS), found_reranked(CODES, VECTORS, LABELS, COUNT - 1)
    assert reranked.precision == pytest.approx(exact.precision, abs=1e-4)
    assert found_reranked(CODES, VECTORS, LABELS, 5).precision < exact.precision


def test_kept_neighbours_naively() -> None:
    hamming = ((VECTORS >= 0)[:, None] != (VECTORS >= 0)).sum(2)
    shares = []
    for n in range(COUNT):
        wanted = [m for m in np.argsort(DISTANCES[n]).tolist() if m != n][:4]
        others = np.delete(hamming[n], n)
        edge = np.sort(others)[9]
        fits = (10 - (others < edge).sum()) / (others == edge).sum()
        shares.append(np.mean([1.0 if hamming[n, m] < edge else fits * (hamming[n, m] == edge) for m in wanted]))
    assert kept_neighbours(CODES, VECTORS, 4, 10) == pytest.approx(np.mean(shares))
