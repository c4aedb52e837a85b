from __future__ import annotations

import numpy as np
import pytest

from photohash.index.bits import pack
from photohash.learn import metrics
from photohash.learn.retrieval import (
    BLOCK,
    found,
    found_by_codes,
    found_by_distance,
    found_reranked,
    kept_neighbours,
    kept_within,
)
from photohash.learn.verification import tar_at_far

RANDOM = np.random.default_rng(5)
COUNT = BLOCK + 40  # more than one block
LABELS = np.concatenate([RANDOM.integers(0, 60, COUNT - 3), [60, 61, 62]])  # the last three are alone
VECTORS = (RANDOM.normal(size=(63, 64))[LABELS] + 1.5 * RANDOM.normal(size=(COUNT, 64))).astype(np.float32)
CODES = pack(VECTORS >= 0)
HAMMING = ((VECTORS >= 0)[:, None] != (VECTORS >= 0)).sum(2)
DISTANCES = np.linalg.norm(VECTORS[:, None] - VECTORS, axis=2)
ASKING = [n for n in range(COUNT) if (LABELS[n] == LABELS).sum() > 1]
ONE, OTHER = np.triu_indices(COUNT, 1)
SAME = LABELS[ONE] == LABELS[OTHER]


def precision(ranking: list[int], asking: int) -> float:
    hits = [LABELS[n] == LABELS[asking] for n in ranking]
    gains = [sum(hits[: at + 1]) / (at + 1) for at, hit in enumerate(hits) if hit]
    return sum(gains) / ((LABELS[asking] == LABELS).sum() - 1)


def test_by_distance_leaves_the_query_out() -> None:
    rankings = {n: [m for m in np.argsort(DISTANCES[n]).tolist() if m != n] for n in ASKING}
    seen = found_by_distance(VECTORS, LABELS, shortlists=(3, 50), far=0.01)
    assert seen.precision == pytest.approx(np.mean([precision(rankings[n], n) for n in ASKING]), abs=1e-4)
    assert seen.first == pytest.approx(np.mean([LABELS[rankings[n][0]] == LABELS[n] for n in ASKING]), abs=1e-4)
    for size, share in zip((3, 50), seen.kept, strict=True):
        hits = [(LABELS[rankings[n][:size]] == LABELS[n]).sum() / ((LABELS[n] == LABELS).sum() - 1) for n in ASKING]
        assert share == pytest.approx(np.mean(hits), abs=1e-4)
    expected = tar_at_far(DISTANCES[ONE, OTHER][SAME], DISTANCES[ONE, OTHER][~SAME], 0.01)
    assert seen.accepted == pytest.approx(expected, abs=1e-3)


def test_by_codes_leaves_the_query_out() -> None:
    precisions, kept = [], []
    for n in ASKING:
        others = np.delete(np.arange(COUNT), n)
        near = metrics.levels(HAMMING[n, others][None], (LABELS[others] == LABELS[n])[None])
        precisions.append(metrics.average_precision(near)[0])
        kept.append(metrics.recall_at(near, 9)[0])
    seen = found_by_codes(CODES, LABELS, shortlists=(9,), far=0.01)
    assert seen.precision == pytest.approx(np.mean(precisions))
    assert seen.kept == pytest.approx((np.mean(kept),))
    assert seen.accepted == tar_at_far(HAMMING[ONE, OTHER][SAME], HAMMING[ONE, OTHER][~SAME], 0.01)


def test_what_is_not_asked_for_changes_nothing_of_the_rest() -> None:
    alone, whole = found_by_codes(CODES, LABELS), found_by_codes(CODES, LABELS, (9,), 0.01)
    assert (alone.precision, alone.first) == pytest.approx((whole.precision, whole.first))
    assert alone.kept == ()
    assert np.isnan(alone.accepted)


def test_any_distance_can_be_searched_by() -> None:
    by_codes = found(lambda block: HAMMING[block].astype(np.float32), LABELS, (9,), 0.01)
    assert by_codes == found_by_codes(CODES, LABELS, (9,), 0.01)


def test_a_rate_below_one_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="pairs of two people"):
        found_by_codes(CODES, LABELS, far=1e-6)


def test_a_shortlist_of_all_is_the_exact_search() -> None:
    exact, reranked = found_by_distance(VECTORS, LABELS), found_reranked(CODES, VECTORS, LABELS, COUNT - 1)
    assert reranked.precision == pytest.approx(exact.precision, abs=1e-4)
    assert found_reranked(CODES, VECTORS, LABELS, 5).precision < exact.precision


def test_kept_within_naively() -> None:
    asking, radius = np.array(ASKING)[::3], float(np.quantile(DISTANCES, 0.05))
    kept, wanted = np.zeros(2), 0
    for n in asking:
        others = np.delete(np.arange(COUNT), n)
        inside = DISTANCES[n, others] <= radius
        near = metrics.levels(HAMMING[n, others][None], inside[None])
        kept += [metrics.found_among(near, size)[0] for size in (4, 30)]
        wanted += inside.sum()
    measured = kept_within(lambda block: HAMMING[block], VECTORS, asking, radius, (4, 30))
    assert measured == pytest.approx(tuple(kept / wanted))
    assert kept_within(lambda block: HAMMING[block], VECTORS, asking, -1.0, (4, 30)) == (1, 1)


def test_kept_neighbours_naively() -> None:
    shares = []
    for n in range(COUNT):
        wanted = [m for m in np.argsort(DISTANCES[n]).tolist() if m != n][:4]
        others = np.delete(HAMMING[n], n)
        edge = np.sort(others)[9]
        fits = (10 - (others < edge).sum()) / (others == edge).sum()
        shares.append(np.mean([1.0 if HAMMING[n, m] < edge else fits * (HAMMING[n, m] == edge) for m in wanted]))
    assert kept_neighbours(CODES, VECTORS, 4, 10) == pytest.approx(np.mean(shares))
