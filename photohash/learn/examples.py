"""Labelled examples and how they are divided: descriptors, several views of each, or small pictures."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from photohash.nets.describe import planes
from photohash.types import UserError

Inputs = NDArray[np.float32] | NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Examples:
    """What a network learns from or is measured on.

    `inputs` are descriptors float32 (n, d), `v` views of each float32 (n, v, d) of which the first is the plain one, or
    RGB pictures uint8 (n, side, side, 3); `labels` int64 (n,) index `names`. Raises ValueError where these disagree.
    """

    inputs: Inputs
    labels: NDArray[np.int64]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.inputs) != len(self.labels) or (len(self.labels) and self.labels.max() >= len(self.names)):
            raise ValueError("every example needs one label, and every label a name")

    def __len__(self) -> int:
        return len(self.labels)

    def of(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Examples:
        """The examples that `chosen`, bool (n,) or numbers, names; classes keep their numbers."""
        return Examples(self.inputs[chosen], self.labels[chosen], self.names)

    def digest(self) -> str:
        """A hexadecimal digest that changes with any input, label or name."""
        said = hashlib.sha256(repr((self.inputs.shape, self.inputs.dtype.str, self.names)).encode())
        said.update(np.ascontiguousarray(self.labels).data)
        said.update(np.ascontiguousarray(self.inputs).data)
        return said.hexdigest()

    @property
    def plain(self) -> Inputs:
        """The inputs as they are searched with: the first view of each, or the pictures."""
        return self.inputs[:, 0] if self.inputs.ndim == 3 else self.inputs


@dataclass(frozen=True, slots=True)
class Division:
    """Examples for training, for choosing the step and the settings, and for the one measurement at the end."""

    train: Examples
    validation: Examples
    test: Examples


def tensor(inputs: Inputs) -> Tensor:
    """What a trunk takes: descriptors float32 (n, d) as they are, pictures as uint8 (n, 3, side, side)."""
    if inputs.dtype == np.uint8:
        return planes(np.asarray(inputs, np.uint8))
    return torch.from_numpy(np.ascontiguousarray(inputs))


def divide(examples: Examples, validation: float, test: float, seed: int = 0) -> Division:
    """Give a share of each class to validation and to test, at least one example of each.

    Train and test share their classes, as in the protocols of the papers. Raises UserError for a class with fewer than
    three examples.
    """
    part = np.zeros(len(examples), np.int64)
    for label in range(len(examples.names)):
        members = np.flatnonzero(examples.labels == label)
        if len(members) < 3:
            raise UserError(
                f"'{examples.names[label]}' has {len(members)} usable pictures, but training, choosing and measuring"
                " need one each: add some or take the folder away."
            )
        order = np.random.default_rng((seed, label)).permutation(members)
        tested = max(1, round(test * len(members)))
        part[order[:tested]] = 2
        part[order[tested : tested + max(1, min(round(validation * len(members)), len(members) - tested - 1))]] = 1
    return Division(*(examples.of(part == n) for n in range(3)))


def divide_classes(examples: Examples, validation: float, test: float, seed: int = 0) -> Division:
    """Give a share of the classes, whole, to validation and to test: what is measured are people nobody trained on.

    Raises UserError where either would get fewer than two classes or training fewer than two.
    """
    classes = len(examples.names)
    tested, held = (max(2, round(share * classes)) for share in (test, validation))
    if classes - tested - held < 2:
        raise UserError(f"{classes} folders are too few to keep some of them whole for measuring: give six or more.")
    part = np.zeros(classes, np.int64)
    order = np.random.default_rng(seed).permutation(classes)
    part[order[:tested]] = 2
    part[order[tested : tested + held]] = 1
    return Division(*(_renumbered(examples.of(part[examples.labels] == n)) for n in range(3)))


def _renumbered(examples: Examples) -> Examples:
    """The same examples with their classes numbered from 0 without gaps."""
    present, labels = np.unique(examples.labels, return_inverse=True)
    return Examples(examples.inputs, labels, tuple(examples.names[n] for n in present))
