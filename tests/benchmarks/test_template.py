from __future__ import annotations

import numpy as np
import pytest

from benchmarks.template import MEDIANS, START, standard_error, template
from photohash.nets.align import TEMPLATE


def test_the_start_is_the_medians() -> None:
    assert np.allclose(template(*START), MEDIANS)


def test_the_middle_of_the_chip_is_only_shifted() -> None:
    """Drawn apart, points keep their directions from the middle of 150 pixels, 74.5, and their distances grow."""
    assert np.allclose(template(1.1, -6) - (74.5, 68.5), 1.1 * (MEDIANS - 74.5), atol=0.051)


def test_the_template_of_the_program_is_of_the_grid() -> None:
    assert np.allclose(TEMPLATE, template(1.05, -3))


def test_standard_error_is_that_over_draws_of_people() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(60), rng.integers(2, 9, 60))
    gains = rng.normal(0, 1, 60)[labels] + rng.normal(0, 0.3, len(labels))
    drawn = [np.concatenate([gains[labels == n] for n in rng.integers(0, 60, 60)]).mean() for _ in range(2000)]
    assert standard_error(gains, labels) == pytest.approx(np.std(drawn), rel=0.1)
