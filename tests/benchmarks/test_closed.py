from __future__ import annotations

import numpy as np
import pytest
import torch

from benchmarks.closed import LENGTHS, VARIANTS, Together, coded, divided, evaluations
from photohash.learn.examples import Examples
from photohash.learn.model import Model
from photohash.learn.trunks import Plain
from photohash.methods.table import make


def test_photos_are_divided_within_each_person() -> None:
    files = [f"{name}/{n:02}.jpg" for name, count in (("a", 10), ("b", 23)) for n in range(count)]
    division = divided(files, np.arange(33, dtype=np.float32)[:, None])
    parts = [part.inputs[:, 0].tolist() for part in (division.train, division.validation, division.test)]
    assert sorted(n for part in parts for n in part) == list(range(33))
    assert parts[1] == [0, 10, 20, 30]
    assert parts[2] == [4, 9, 14, 19, 24, 29]
    assert division.test.labels.tolist() == [0, 0, 1, 1, 1, 1]
    assert division.train.names == ("a", "b")


@pytest.fixture
def together() -> Together:
    torch.manual_seed(0)
    return Together([make("dcbh", 8, bits, 3) for bits in LENGTHS])


def test_lengths_together_are_as_each_alone(together: Together) -> None:
    inputs, labels = np.random.default_rng(0).normal(size=(9, 8)).astype(np.float32), np.arange(9) % 3
    rows, classes = torch.from_numpy(inputs), torch.from_numpy(labels)
    together.eval()
    assert together.loss(rows, classes).item() == pytest.approx(
        sum(method.loss(rows, classes).item() for method in together.methods())
    )
    grouped = [id(value) for group in together.groups(0.1, 0) for value in group["params"]]
    assert sorted(grouped) == sorted(id(value) for value in together.parameters())
    examples = Examples(inputs, labels, ("a", "b", "c"))
    together.train()
    together.loss(rows, classes)  # so that bits are of both kinds
    for one, method in zip(coded(Model(Plain(8), together), examples), together.methods(), strict=True):
        alone = (method.eval().margins(rows) >= 0).numpy()
        words = [sum(1 << k for k, bit in enumerate(row) if bit) for row in alone]
        assert one.codes[0].tolist() == words
        assert one.relaxed.shape == (9, method.bits)


def test_every_variant_can_be_made_and_measured() -> None:
    inputs = np.random.default_rng(0).normal(size=(12, 8)).astype(np.float32)
    examples = Examples(inputs, np.arange(12) % 3, ("a", "b", "c"))
    for name, options, centers in VARIANTS.values():
        layers = [make(name, 8, bits, 3, **(options | {"clustering": centers / 64})) for bits in LENGTHS]
        measured = evaluations(Model(Plain(8), Together(layers)), examples, examples)
        assert len(measured) == len(LENGTHS)
        assert all(0 < each.mean_ap <= 1 for each in measured)
