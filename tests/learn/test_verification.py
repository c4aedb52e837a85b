from __future__ import annotations

import numpy as np
import pytest

from photohash.learn.verification import TrueAccepts, best_threshold, tar_at_far, verification


def test_best_threshold_by_trying_all() -> None:
    random = np.random.default_rng(2)
    for _ in range(50):
        distances = random.integers(0, 6, 12).astype(float)
        same = random.random(12) < 0.5
        candidates = np.arange(-0.5, 6.5, 0.5)
        fewest = min(((distances <= t) != same).sum() for t in candidates)
        assert ((distances <= best_threshold(distances, same)) != same).sum() == fewest


def test_verification_judges_a_fold_by_the_others() -> None:
    distances = np.array([0.1, 0.9, 0.2, 0.8, 0.9, 0.1])  # the last fold is the wrong way round
    same = np.array([True, False] * 3)
    assert verification(distances, same, folds=3)[2] == 0


@pytest.mark.parametrize("levels", [6, 200])
@pytest.mark.parametrize("kind", [np.uint8, np.float64])
def test_the_true_accept_rate_by_trying_every_threshold(levels: int, kind: type[np.generic]) -> None:
    random = np.random.default_rng(levels)
    for far in (0.01, 0.03, 0.29, 0.5, 0.99):
        same, different = random.integers(0, levels, 50).astype(kind), random.integers(0, levels, 100).astype(kind)
        thresholds = [-1, *range(levels)]
        allowed = [t for t in thresholds if (different <= t).sum() <= round(100 * far)]
        assert tar_at_far(same, different, far) == pytest.approx(max((same <= t).mean() for t in allowed))


def test_pairs_in_parts_are_pairs_at_once() -> None:
    random = np.random.default_rng(3)
    same, different = random.integers(0, 30, 90), random.integers(10, 60, 700)
    pairs = TrueAccepts(700, 0.01)
    for at in range(10):
        pairs.add(same[at::10], different[at::10])
    assert pairs.rate() == tar_at_far(same, different, 0.01)


@pytest.mark.parametrize("far", [0.0, 0.0099, 1.0, -1.0])
def test_a_rate_that_the_pairs_cannot_measure_is_refused(far: float) -> None:
    with pytest.raises(ValueError, match="100 pairs"):
        tar_at_far(np.arange(3), np.arange(100), far)
