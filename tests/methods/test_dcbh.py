from __future__ import annotations

import math

import pytest
import torch

from photohash.methods.dcbh import OFFICIAL, Dcbh, half_quantisation
from photohash.methods.table import make
from photohash.nets.dcbh import blocks
from tests.methods.golden import clustering, cross_entropy, softmax


def test_half_quantisation() -> None:
    assert half_quantisation(torch.tensor([[0.5, -0.5], [0.0, 0.4]])).item() == pytest.approx((0.5 + 0.1) / 4)


@pytest.mark.parametrize("units", [3, 4, 6, 8])
def test_the_whole_loss_is_the_sum_of_its_parts(units: int) -> None:
    torch.manual_seed(0)
    method = Dcbh(7, 3, 4, units=units).eval()
    inputs, labels = torch.randn(4, 7), torch.tensor([0, 1, 1, 3])
    features = method.head(inputs)
    codes = [[math.tanh(max(softmax(block)) - 0.5) for block in row] for row in blocks(features, units).tolist()]
    expected = (
        cross_entropy(method.classified.of_codes(torch.tensor(codes)), labels)
        + cross_entropy(method.classified.of_features(features), labels)
        + 0.1 * sum(abs(0.5 - abs(u)) for row in codes for u in row) / 12
        + 1e-4 * clustering(features, method.classified.centers, labels)
    )
    assert method.loss(inputs, labels).item() == pytest.approx(expected, rel=1e-5)
    assert torch.allclose(method.relaxed(inputs), torch.tensor(codes), atol=1e-6)


def test_codes_stay_in_the_range_of_six_units_and_bits_tell_who_dominates() -> None:
    torch.manual_seed(1)
    method = Dcbh(16, 24, 5).eval()
    inputs = 9 * torch.randn(500, 16)
    codes, margins = method.relaxed(inputs), method.margins(inputs)
    assert codes.min() > -0.3216
    assert codes.max() < 0.4622
    top = blocks(method.head(inputs), 6).softmax(2).amax(2)
    clear = (top - 0.5).abs() > 1e-5
    assert torch.equal((margins >= 0)[clear], (top >= 0.5)[clear])
    assert 0 < (margins >= 0).float().mean() < 1


def test_official_centers_move_fully_and_are_learned() -> None:
    official, fixed = make("dcbh-official", 7, 3, 4), make("dcbh", 7, 3, 4)
    assert isinstance(official, Dcbh)
    assert isinstance(fixed, Dcbh)
    assert {"rate": official.classified.rate, "learned": official.classified.centers.requires_grad} == OFFICIAL
    assert (fixed.classified.rate, fixed.classified.centers.requires_grad) == (0.5, False)
    assert "classified.centers" in fixed.state_dict()
    before = official.classified.centers.clone()
    inputs, labels = torch.randn(5, 7), torch.tensor([0, 0, 1, 3, 3])
    official.loss(inputs, labels).backward()
    features = official.head(inputs).detach()
    for y, count in ((0, 2), (1, 1), (3, 2)):
        moved = before[y] + sum(f - before[y] for f in features[labels == y]) / (1 + count)
        assert torch.allclose(official.classified.centers[y], moved, atol=1e-5)
    assert torch.equal(official.classified.centers[2], before[2])
    assert official.classified.centers.grad is not None
    assert official.classified.centers.grad.abs().sum() > 0


@pytest.mark.parametrize("name", ["dcbh", "dcbh-official"])
def test_every_parameter_is_in_one_group_and_centers_do_not_decay(name: str) -> None:
    method = make(name, 7, 3, 4)
    groups = method.groups(0.01, 2e-4)
    assert sum(len(group["params"]) for group in groups) == len(list(method.parameters()))
    decays = {id(value): group["weight_decay"] for group in groups for value in group["params"]}
    for key, value in method.named_parameters():
        assert decays[id(value)] == (0 if key == "classified.centers" else 2e-4)


def test_without_the_center_term_centers_are_left_alone() -> None:
    method = Dcbh(7, 3, 4, clustering=0.0)
    before = method.classified.centers.clone()
    method.loss(torch.randn(5, 7), torch.tensor([0, 0, 1, 3, 3]))
    assert torch.equal(method.classified.centers, before)
