"""The batch of each training step, from the seed and the number of the step alone.

Nothing is remembered between steps, so that a training that goes on after a kill meets the same batches.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from photohash.learn.examples import Examples, Inputs

Order = Literal["balanced", "shuffled", "fixed"]

SHIFT = 8  # a picture is shifted by up to one part in so many of its side


def chosen(
    labels: NDArray[np.int64], order: Order, batch: int, per_class: int, seed: int, step: int
) -> NDArray[np.int64]:
    """The numbers, int64 (batch,), of the examples of one step, counted from 0.

    "balanced": batch / per_class classes at random, of each as many examples (again from the start where it has fewer),
    so that every batch has pairs of both kinds. "shuffled": each epoch in an order of its own. "fixed": always in the
    order in which they lie, as the authors' program of DCBH does.
    """
    if order == "balanced":
        return _balanced(labels, batch, per_class, np.random.default_rng((seed, step)))
    places = np.arange(step * batch, (step + 1) * batch)
    if order == "fixed":
        return places % len(labels)
    epochs, within = np.divmod(places, len(labels))
    orders = {int(e): np.random.default_rng((seed, int(e))).permutation(len(labels)) for e in np.unique(epochs)}
    return np.array([orders[int(e)][w] for e, w in zip(epochs, within, strict=True)], np.int64)


def _balanced(labels: NDArray[np.int64], batch: int, per_class: int, random: np.random.Generator) -> NDArray[np.int64]:
    present = np.unique(labels)
    count = max(1, min(len(present), batch // per_class))
    picked = random.choice(present, count, replace=False)
    each = -(-batch // count)
    rows = []
    for label in picked:
        members = np.flatnonzero(labels == label)
        rows.append(np.resize(random.permutation(members), each))
    return np.concatenate(rows)[:batch].astype(np.int64)


def inputs_of(examples: Examples, rows: NDArray[np.int64], augment: bool, seed: int, step: int) -> Inputs:
    """The inputs of a batch; where `augment`, a random view of each descriptor, or pictures mirrored and shifted."""
    if not augment:
        return examples.plain[rows]
    random = np.random.default_rng((seed, step, 1))
    if examples.inputs.ndim == 3:
        return examples.inputs[rows, random.integers(0, examples.inputs.shape[1], len(rows))]
    if examples.inputs.ndim == 4:
        return moved(np.asarray(examples.inputs[rows], np.uint8), random)
    return examples.inputs[rows]


def moved(pictures: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """Pictures uint8 (n, side, side, 3), half of them mirrored, shifted by up to an eighth, edges repeated."""
    side = pictures.shape[1]
    most = side // SHIFT
    shifts = random.integers(-most, most + 1, (len(pictures), 2))
    mirrored = random.random(len(pictures)) < 0.5
    places = np.arange(side)
    rows = np.clip(places + shifts[:, :1], 0, side - 1)
    columns = np.clip(places + shifts[:, 1:], 0, side - 1)
    columns[mirrored] = columns[mirrored, ::-1]
    changed: NDArray[np.uint8] = pictures[np.arange(len(pictures))[:, None, None], rows[:, :, None], columns[:, None]]
    return changed
