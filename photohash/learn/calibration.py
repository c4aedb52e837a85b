"""From distances of pairs to what a manifest says of them: a confidence and bands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from photohash.nets.manifest import Calibration, Reliability

Distances = NDArray[np.floating]

# Of pairs that are not the same, the share that may lie within each band: in a library of 10,000 faces that is one
# stranger in ten searches, one in each search, ten in each search.
FALSE_ACCEPTS = {"same": 1e-5, "likely": 1e-4, "maybe": 1e-3}
CELLS = 20_000  # into which distances are counted for the regression
EDGES = (0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1)  # of confidence: finest where most pairs lie, at both ends
PRIOR = 0.01  # of the faces of a library, those of the person who is searched for


def fit(same: Distances, different: Distances, prior: float = PRIOR) -> Calibration:
    """The calibration by the distances of pairs that are the same and of pairs that are not.

    Bands are quantiles of `different`. The confidence is a logistic regression on the distance in which the pairs that
    are the same weigh `prior` together, the others the rest.
    """
    bands = {name: round(float(np.quantile(different, share)), 4) for name, share in FALSE_ACCEPTS.items()}
    slope, midpoint = logistic(same, different, prior)
    return Calibration(round(slope, 4), round(midpoint, 4), prior, bands, dict(FALSE_ACCEPTS))


def logistic(same: Distances, different: Distances, prior: float, rounds: int = 50) -> tuple[float, float]:
    """Slope and midpoint of P(same) = 1 / (1 + exp(slope (d - midpoint))) of greatest weighted likelihood (Newton)."""
    edges = np.linspace(0, max(same.max(), different.max()), CELLS + 1)
    x = (edges[1:] + edges[:-1]) / 2
    positive = np.histogram(same, edges)[0] * (prior / len(same))
    negative = np.histogram(different, edges)[0] * ((1 - prior) / len(different))
    weight = positive + negative
    start = (same.mean() + different.mean()) / 2
    design = np.stack([np.ones_like(x), x - start])
    beta = np.zeros(2)
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-np.clip(beta @ design, -50, 50)))
        gradient = design @ (positive - weight * p)
        curvature = (design * (weight * p * (1 - p))) @ design.T + 1e-12 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        beta += step * min(1, 20 / np.abs(step).max())  # far from the optimum there is next to no curvature
        if np.abs(step).max() < 1e-9:
            break
    return float(-beta[1]), float(start - beta[0] / beta[1])


def reliable(same: Distances, different: Distances, calibration: Calibration) -> Calibration:
    """The calibration with its reliability table, held against pairs that it was not fitted to."""
    sayings = [calibration.confidence(distances) for distances in (same, different)]
    cells = [np.clip(np.searchsorted(EDGES, said, "right") - 1, 0, len(EDGES) - 2) for said in sayings]
    counts = [np.bincount(cell, minlength=len(EDGES) - 1) for cell in cells]
    sums = [np.bincount(cell, said, len(EDGES) - 1) for cell, said in zip(cells, sayings, strict=True)]
    weights = calibration.prior / len(same), (1 - calibration.prior) / len(different)
    shares = weights[0] * counts[0] + weights[1] * counts[1]
    total = weights[0] * sums[0] + weights[1] * sums[1]
    rows = []
    for n in np.flatnonzero(shares):
        share, said, true = shares[n], total[n] / shares[n], weights[0] * counts[0][n] / shares[n]
        pairs = int(counts[0][n]), int(counts[1][n])
        rows.append(Reliability(EDGES[n], EDGES[n + 1], _rounded(share), _rounded(said), _rounded(true), *pairs))
    return replace(calibration, reliability=tuple(rows))


def error(calibration: Calibration) -> float:
    """The expected calibration error: the mean gap of confidence and frequency over the reliability table."""
    return sum(row.share * abs(row.confidence - row.frequency) for row in calibration.reliability)


def check(same: Distances, different: Distances, calibration: Calibration) -> dict[str, float]:
    """What a calibration is worth on pairs it was not fitted to: its error, and per band what is found and let in."""
    figures = {"calibration error": error(reliable(same, different, calibration))}
    for band, distance in calibration.bands.items():
        figures[f"found within {band}"] = float((same <= distance).mean())
        figures[f"false accepts within {band}"] = float((different <= distance).mean())
    return {name: _rounded(value) for name, value in figures.items()}


def _rounded(value: float) -> float:
    """Four significant digits."""
    return float(f"{value:.4g}")
