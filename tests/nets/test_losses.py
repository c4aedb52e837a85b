"""Golden values of the papers' equations, worked out by hand elsewhere, and plain loops."""

from __future__ import annotations

import math

import pytest
import torch

from photohash.nets.dcbh import relaxed
from photohash.nets.losses import (
    DcbhLoss,
    cauchy_pairs,
    cauchy_quantisation,
    center_loss,
    code_distances,
    half_quantisation,
    move_centers,
)

CODES = torch.tensor([(0.9, -0.8, 0.7, 0.6), (0.8, -0.7, 0.9, -0.5), (-0.6, 0.9, -0.8, 0.7), (-0.9, 0.6, 0.5, -0.8)])
LABELS = torch.tensor([0, 0, 1, 1])
SIMILAR = LABELS[:, None] == LABELS


def test_code_distances() -> None:
    pairs = code_distances(CODES, CODES)[[0, 0, 0, 1, 1, 2], [1, 2, 3, 2, 3, 3]]
    expected = [0.565271, 3.217391, 3.304730, 3.942677, 2.273069, 1.889741]
    assert pairs.tolist() == pytest.approx(expected, abs=2e-6)


def test_distances_of_signs_are_hamming_distances() -> None:
    bits = torch.randint(0, 2, (20, 48))
    signs = 2.0 * bits - 1
    hamming = (bits[:, None] != bits[None]).sum(2)
    assert torch.allclose(code_distances(signs, signs), hamming.float(), atol=1e-4)


def test_cauchy_pairs_golden() -> None:
    assert cauchy_pairs(CODES, SIMILAR, gamma=5, epsilon=0).item() == pytest.approx(1.174145, abs=1e-6)


def test_cauchy_pairs_naively() -> None:
    generator = torch.Generator().manual_seed(3)
    codes = torch.rand(9, 16, generator=generator) * 2 - 1
    labels = torch.randint(0, 3, (9,), generator=generator)
    distances = code_distances(codes, codes).tolist()
    pairs = [(i, j) for i in range(9) for j in range(9) if i != j]
    alike = sum(bool(labels[i] == labels[j]) for i, j in pairs)
    total = 0.0
    for i, j in pairs:
        d, s = distances[i][j] + 1e-3, float(labels[i] == labels[j])
        weight = len(pairs) / alike if s else len(pairs) / (len(pairs) - alike)
        total += weight * (s * math.log(d / 8) + math.log(1 + 8 / d))
    loss = cauchy_pairs(codes, labels[:, None] == labels, gamma=8)
    assert loss.item() == pytest.approx(total / len(pairs), rel=1e-4)


@pytest.mark.parametrize("similar", [True, False])
def test_a_batch_of_one_kind_and_equal_codes_has_finite_gradients(similar: bool) -> None:
    codes = torch.ones(4, 8, requires_grad=True)
    cauchy_pairs(codes, torch.full((4, 4), similar), gamma=5).backward()
    assert codes.grad is not None
    assert torch.isfinite(codes.grad).all()


def test_cauchy_quantisation_golden() -> None:
    assert cauchy_quantisation(CODES, gamma=5).item() == pytest.approx(0.006636, abs=1e-6)


def test_center_loss_and_centers_golden() -> None:
    features = torch.tensor([(1.0, 2.0), (3.0, 0.0), (0.0, 1.0)])
    labels = torch.tensor([0, 0, 1])
    centers = torch.tensor([(0.0, 1.0), (2.0, 2.0)])
    assert center_loss(features, centers, labels).item() == pytest.approx(8.5)
    move_centers(centers, features, labels, rate=1)
    assert torch.allclose(centers, torch.tensor([(4 / 3, 1.0), (1.0, 1.5)]))


def test_a_center_that_is_not_met_stays() -> None:
    centers = torch.tensor([(1.0, 1.0), (5.0, 5.0)])
    move_centers(centers, torch.zeros(2, 2), torch.tensor([0, 0]))
    assert torch.equal(centers[1], torch.tensor((5.0, 5.0)))
    assert torch.allclose(centers[0], torch.tensor((2 / 3, 2 / 3)))  # half of (1 - 0) x 2 / 3 less


def test_half_quantisation() -> None:
    assert half_quantisation(torch.tensor([[0.5, -0.5], [0.0, 0.4]])).item() == pytest.approx((0.5 + 0.1) / 4)


def test_the_whole_dcbh_loss_is_the_sum_of_its_parts() -> None:
    torch.manual_seed(0)
    loss = DcbhLoss(bits=3, classes=4, units=5).eval()
    features, labels = torch.rand(6, 15) * 4, torch.randint(0, 4, (6,))
    codes = relaxed(features, 5)
    total = 0.0
    for logits in (loss.of_codes(codes), loss.of_features(features)):
        total += (
            sum(
                math.log(sum(math.exp(v) for v in row)) - row[y] for row, y in zip(logits.tolist(), labels, strict=True)
            )
            / 6
        )
    total += 0.1 * sum(abs(0.5 - abs(u)) for u in codes.flatten().tolist()) / 18
    total += 1e-4 * sum(
        0.5 * (f - loss.centers[y]).square().sum().item() for f, y in zip(features, labels, strict=True)
    )
    assert loss(features, labels).item() == pytest.approx(total, rel=1e-5)


def test_centers_move_in_training_only_at_their_rate() -> None:
    torch.manual_seed(0)
    loss = DcbhLoss(bits=3, classes=2, rate=0.25)
    before, features, labels = loss.centers.clone(), torch.rand(4, 18), torch.tensor([0, 1, 0, 1])
    loss.eval()(features, labels)
    assert torch.equal(loss.centers, before)
    loss.train()(features, labels)
    moved = before.clone()
    move_centers(moved, features, labels, 0.25)
    assert torch.equal(loss.centers, moved)
    assert not torch.equal(moved, before)
