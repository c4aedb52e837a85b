from __future__ import annotations

import math

import pytest
import torch

from photohash.methods.pairs import (
    angular_distances,
    balanced,
    euclidean_distances,
    mean_of_pairs,
    positives_raised,
    same_class,
    sigmoid_costs,
)
from tests.methods.golden import CODES, LABELS, SIMILAR, ordered_pairs


def test_which_pairs_are_similar() -> None:
    assert torch.equal(same_class(LABELS), SIMILAR)
    assert SIMILAR.tolist() == [[True, True, False, False]] * 2 + [[False, False, True, True]] * 2


def test_angular_distances_golden() -> None:
    pairs = angular_distances(CODES, CODES)[[0, 0, 0, 1, 1, 2], [1, 2, 3, 2, 3, 3]]
    expected = [0.565271, 3.217391, 3.304730, 3.942677, 2.273069, 1.889741]
    assert pairs.tolist() == pytest.approx(expected, abs=2e-6)


def test_euclidean_distances_naively() -> None:
    expected = [
        [sum((a - b) ** 2 for a, b in zip(u, v, strict=True)) / 4 for v in CODES.tolist()] for u in CODES[:3].tolist()
    ]
    assert torch.allclose(euclidean_distances(CODES[:3], CODES), torch.tensor(expected), atol=1e-6)


@pytest.mark.parametrize("distances", [angular_distances, euclidean_distances])
def test_distances_of_signs_are_hamming_distances(distances: object) -> None:
    bits = torch.randint(0, 2, (20, 48), generator=torch.Generator().manual_seed(0))
    signs = 2.0 * bits - 1
    hamming = (bits[:, None] != bits[None]).sum(2)
    assert callable(distances)
    assert torch.allclose(distances(signs, signs), hamming.float(), atol=1e-4)


def test_sigmoid_costs_naively_and_far_out() -> None:
    logits = torch.tensor([[2.0, -3.0], [0.0, 0.5]])
    similar = torch.tensor([[True, False], [False, True]])
    expected = [
        [-math.log(1 / (1 + math.exp(-2))), -math.log(1 - 1 / (1 + math.exp(3)))],
        [math.log(2), -math.log(1 / (1 + math.exp(-0.5)))],
    ]
    assert torch.allclose(sigmoid_costs(logits, similar), torch.tensor(expected), atol=1e-6)
    assert sigmoid_costs(torch.tensor([1e4, -1e4]), torch.tensor([True, True])).tolist() == [0, 1e4]


def test_both_kinds_of_pairs_count_alike() -> None:
    labels = torch.tensor([0, 0, 0, 1, 2])
    weights, similar = balanced(same_class(labels)), same_class(labels)
    pairs = ordered_pairs(5)
    alike = sum(bool(similar[i, j]) for i, j in pairs)
    for i, j in pairs:
        assert weights[i, j].item() == pytest.approx(20 / alike if similar[i, j] else 20 / (20 - alike))


@pytest.mark.parametrize("similar", [True, False])
def test_weights_of_a_batch_of_one_kind_are_finite(similar: bool) -> None:
    same = torch.full((4, 4), similar).fill_diagonal_(True)
    assert torch.isfinite(balanced(same)).all()
    assert torch.isfinite(positives_raised(same)).all()


def test_raised_positives_count_the_diagonal() -> None:
    assert positives_raised(SIMILAR).tolist() == [[2, 2, 1, 1], [2, 2, 1, 1], [1, 1, 2, 2], [1, 1, 2, 2]]


def test_the_mean_leaves_the_diagonal_out() -> None:
    costs = torch.tensor([[100.0, 1.0], [3.0, 100.0]])
    assert mean_of_pairs(costs, torch.tensor([[1.0, 2.0], [1.0, 1.0]])).item() == 2.5
