from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from photohash.learn import calibration

RANDOM = np.random.default_rng(0)
SAME, DIFFERENT = RANDOM.normal(0.4, 0.1, 20_000), RANDOM.normal(0.8, 0.1, 400_000)


def test_the_confidence_of_normal_distances_is_the_posterior() -> None:
    """Of two normal distributions with one deviation s: slope (m1 - m0) / s^2, the midpoint moved by the prior odds."""
    fitted = calibration.fit(SAME, DIFFERENT, prior=0.01)
    assert fitted.slope == pytest.approx(0.4 / 0.1**2, rel=0.05)
    assert fitted.midpoint == pytest.approx(0.6 - np.log(99) / 40, abs=0.01)


def test_bands_let_in_what_they_say() -> None:
    fitted = calibration.fit(SAME, DIFFERENT)
    for band, share in calibration.FALSE_ACCEPTS.items():
        assert (fitted.bands[band] >= DIFFERENT).mean() == pytest.approx(share, rel=0.3)
    assert fitted.bands["same"] < fitted.bands["likely"] < fitted.bands["maybe"]


def test_the_table_naively() -> None:
    fitted = calibration.fit(SAME, DIFFERENT, prior=0.1)
    table = calibration.reliable(SAME, DIFFERENT, fitted).reliability
    assert table[0].start == 0
    assert table[-1].stop == 1
    assert sum(row.share for row in table) == pytest.approx(1, rel=1e-3)
    for row in table:
        inside = []
        for distances in (SAME, DIFFERENT):
            said = 1 / (1 + np.exp(fitted.slope * (distances - fitted.midpoint)))
            inside.append(said[(said >= row.start) & (said < row.stop)])
        same, different = (len(said) for said in inside)
        assert (row.same, row.different) == (same, different)
        share = 0.1 * same / len(SAME), 0.9 * different / len(DIFFERENT)
        assert row.share == pytest.approx(sum(share), rel=1e-3)
        assert row.frequency == pytest.approx(share[0] / sum(share), rel=1e-3)
        means = [said.mean() if len(said) else 0.0 for said in inside]
        assert row.confidence == pytest.approx(np.average(means, weights=share), rel=1e-3)


def test_ranges_without_a_pair_are_left_out() -> None:
    fitted = calibration.fit(SAME, DIFFERENT)
    rows = calibration.reliable(np.array([0.1]), np.array([0.9, 0.95]), fitted).reliability
    assert [(row.start, row.same, row.different) for row in rows] == [(0, 0, 2), (0.99, 1, 0)]


def test_error_sees_a_calibration_that_is_too_sure() -> None:
    fitted = calibration.fit(SAME, DIFFERENT)
    sure = replace(fitted, midpoint=fitted.midpoint + 0.1)
    assert calibration.error(calibration.reliable(SAME, DIFFERENT, fitted)) < 0.001
    assert calibration.error(calibration.reliable(SAME, DIFFERENT, sure)) > 0.005


def test_check() -> None:
    fitted = calibration.fit(SAME, DIFFERENT)
    figures = calibration.check(SAME, DIFFERENT, fitted)
    assert figures["found within maybe"] == pytest.approx((fitted.bands["maybe"] >= SAME).mean(), rel=1e-3)
    assert figures["false accepts within maybe"] == pytest.approx(0.001, rel=0.1)
