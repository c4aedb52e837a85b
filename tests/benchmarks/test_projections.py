from __future__ import annotations

import numpy as np
import pytest

from benchmarks.projections import frame, hyperplanes, itq, rotation, rotations, signs

VECTORS = (np.random.default_rng(0).normal(size=(600, 16)) * np.linspace(2, 0.1, 16)).astype(np.float32) + 3


def loss(directions: np.ndarray) -> float:
    projected = (VECTORS - VECTORS.mean(0)) @ directions.T
    return float(np.square(np.where(projected >= 0, 1, -1) - projected).sum())


def test_rotations_are_orthogonal() -> None:
    for turn in (rotation(16), itq(VECTORS, 16), rotations(16, 32)[16:]):
        assert turn @ turn.T == pytest.approx(np.eye(16), abs=1e-4)


def test_itq_spans_the_leading_directions_and_lowers_the_quantisation_loss() -> None:
    directions = itq(VECTORS, 4)
    assert directions @ directions.T == pytest.approx(np.eye(4), abs=1e-4)
    variance = ((VECTORS - VECTORS.mean(0)) @ directions.T).var(0).sum()
    leading = np.sort(np.linalg.eigvalsh(np.cov(VECTORS.T, bias=True)))[-4:].sum()
    assert variance == pytest.approx(leading, rel=1e-3)
    assert loss(directions) < loss(itq(VECTORS, 4, rounds=0))


@pytest.mark.parametrize("bits", [8, 16, 24, 40])
def test_as_many_bits_as_asked(bits: int) -> None:
    assert frame(VECTORS, bits).shape == rotations(16, bits).shape == hyperplanes(16, bits).shape == (bits, 16)
    assert signs(VECTORS, frame(VECTORS, bits), VECTORS.mean(0)).shape == (600, bits)
