from __future__ import annotations

import math

import pytest
import torch

from photohash.methods.dch import OFFICIAL, Dch, cauchy_quantisation, square_quantisation
from photohash.methods.pairs import angular_distances, same_class
from photohash.methods.table import make
from tests.methods.golden import CODES, SIMILAR, ordered_pairs


def test_the_paper_golden() -> None:
    assert Dch(8, 4, 2, epsilon=0, quantisation=0).of_codes(CODES, SIMILAR).item() == pytest.approx(1.174145, abs=1e-6)
    assert cauchy_quantisation(CODES, 5).item() == pytest.approx(0.006636, abs=1e-6)
    whole = Dch(8, 4, 2, epsilon=0, quantisation=0.5).of_codes(CODES, SIMILAR)
    assert whole.item() == pytest.approx(1.174145 + 0.5 * 0.006636, abs=1e-6)


def test_the_official_program_golden() -> None:
    official = make("dch-official", 8, 4, 2)
    assert isinstance(official, Dch)
    assert official.of_codes(CODES, SIMILAR).item() == pytest.approx(0.992430, abs=1e-6)
    assert square_quantisation(CODES).item() == pytest.approx(0.090625, abs=1e-6)
    quantised = Dch(8, 4, 2, **(OFFICIAL | {"quantisation": 2.0}))
    assert quantised.of_codes(CODES, SIMILAR).item() == pytest.approx(0.992430 + 2 * 0.090625, abs=1e-6)


def test_the_official_program_naively() -> None:
    generator = torch.Generator().manual_seed(3)
    codes, labels = torch.rand(5, 16, generator=generator) * 2 - 1, torch.tensor([0, 1, 0, 1, 2])
    rows, similar = codes.tolist(), same_class(labels)
    total = 0.0
    for i, j in ordered_pairs(5):
        d = sum((a - b) ** 2 for a, b in zip(rows[i], rows[j], strict=True)) + 0.001
        s = float(similar[i, j])
        weight = 25 / 9 if s else 1
        total += weight * (s * math.log(d / 20) + math.log(1 + 20 / d))
    official = make("dch-official", 8, 16, 3)
    assert isinstance(official, Dch)
    assert official.of_codes(codes, similar).item() == pytest.approx(total / 20, rel=1e-4)


@pytest.mark.parametrize("likelihood", ["cauchy", "sigmoid"])
def test_the_loss_naively(likelihood: str) -> None:
    torch.manual_seed(3)
    method = Dch(8, 16, 3, gamma=8, quantisation=0.3, likelihood=likelihood)  # type: ignore[arg-type]
    method.head.fc.weight.data *= 100  # out of the flat start
    inputs, labels = torch.randn(4, 8), torch.tensor([0, 2, 0, 1])
    codes = torch.tanh(inputs @ method.head.fc.weight.T).detach()
    distances = angular_distances(codes, codes).tolist()
    total = 0.0
    for i, j in ordered_pairs(4):
        s = bool(labels[i] == labels[j])
        if likelihood == "cauchy":
            p = 8 / (8 + distances[i][j] + 1e-3)
        else:
            p = 1 / (1 + math.exp(-10 / 16 * float(codes[i] @ codes[j])))
        total -= (12 / 2 if s else 12 / 10) * math.log(p if s else 1 - p)
    ones = torch.ones(1, 16)
    quantised = [math.log(1 + angular_distances(row.abs()[None], ones).item() / 8) for row in codes]
    expected = total / 12 + 0.3 * sum(quantised) / 4
    assert method.loss(inputs, labels).item() == pytest.approx(expected, rel=1e-3)


def test_every_ablation_changes_the_loss() -> None:
    changes: list[dict[str, object]] = [
        {},
        {"quantisation": 0.0},
        {"likelihood": "sigmoid"},
        {"quantiser": "square"},
        {"distance": "euclidean"},
    ]
    values = [Dch(8, 4, 2, **change).of_codes(CODES, SIMILAR).item() for change in changes]  # type: ignore[arg-type]
    assert len({round(value, 5) for value in values}) == len(changes)


def test_the_official_code_layer_learns_faster() -> None:
    weight, bias = make("dch-official", 8, 4, 2).groups(0.005, 1e-4)
    assert (weight["lr"], bias["lr"]) == (pytest.approx(0.05), pytest.approx(0.1))
    assert (weight["weight_decay"], bias["weight_decay"]) == (1e-4, 0)
    weight, bias = make("dch", 8, 4, 2).groups(0.005, 1e-4)
    assert (weight["lr"], bias["lr"]) == (0.005, 0.005)


@pytest.mark.parametrize("distance", ["angular", "euclidean"])
@pytest.mark.parametrize("similar", [True, False])
def test_equal_codes_have_finite_gradients(distance: str, similar: bool) -> None:
    for value in (0.0, 1.0):
        codes = torch.full((4, 8), value, requires_grad=True)
        Dch(3, 8, 2, distance=distance).of_codes(codes, torch.full((4, 4), similar)).backward()  # type: ignore[arg-type]
        assert codes.grad is not None
        assert torch.isfinite(codes.grad).all()
