from __future__ import annotations

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


def test_error_sees_a_calibration_that_is_too_sure() -> None:
    fitted = calibration.fit(SAME, DIFFERENT)
    sure = calibration.Calibration(fitted.slope, fitted.midpoint + 0.1, fitted.prior, {}, {})
    assert calibration.error(SAME, DIFFERENT, fitted) < 0.001
    assert calibration.error(SAME, DIFFERENT, sure) > 0.005


def test_check() -> None:
    fitted = calibration.fit(SAME, DIFFERENT)
    figures = calibration.check(SAME, DIFFERENT, fitted)
    assert figures["found within maybe"] == pytest.approx((fitted.bands["maybe"] >= SAME).mean(), rel=1e-3)
    assert figures["false accepts within maybe"] == pytest.approx(0.001, rel=0.1)
