from __future__ import annotations

import math

import pytest
import torch

from photohash.methods.hashnet import HashNet
from tests.methods.golden import CODES, SIMILAR, ordered_pairs


def test_golden() -> None:
    assert HashNet(8, 4, 2).of_codes(CODES, SIMILAR).item() == pytest.approx(0.400360, abs=1e-6)


def test_the_loss_naively() -> None:
    torch.manual_seed(0)
    method = HashNet(8, 5, 3)
    method.head.fc.weight.data *= 100
    inputs, labels = torch.randn(4, 8), torch.tensor([0, 2, 0, 1])
    codes = torch.tanh(inputs @ method.head.fc.weight.T).detach()
    total = 0.0
    for i, j in ordered_pairs(4):
        x = 10 / 5 * float(codes[i] @ codes[j])
        s = bool(labels[i] == labels[j])
        total += (12 / 2 if s else 12 / 10) * (math.log(1 + math.exp(x)) - s * x)
    assert method.loss(inputs, labels).item() == pytest.approx(total / 12, rel=1e-5)


def test_beta_grows_every_so_many_training_steps() -> None:
    method = HashNet(8, 4, 2, growth=0.5, every=3)
    inputs, labels = torch.randn(4, 8), torch.tensor([0, 0, 1, 1])
    betas = []
    for _ in range(7):
        betas.append(method.beta.item())
        method.loss(inputs, labels)
    assert betas == pytest.approx([1, 1, 1, *[math.sqrt(2.5)] * 3, 2])
    method.eval().loss(inputs, labels)
    assert method.step.item() == 7
    assert torch.allclose(method.relaxed(inputs), torch.tanh(2 * method.margins(inputs)))


def test_the_authors_steps() -> None:
    method = HashNet(8, 4, 2)
    for step, beta in ((199, 1), (200, math.sqrt(2)), (10_000, math.sqrt(51))):
        method.step.fill_(step)
        assert method.beta.item() == pytest.approx(beta)


def test_training_resumed_has_the_same_beta() -> None:
    method, other = HashNet(8, 4, 2), HashNet(8, 4, 2)
    method.step.fill_(999)
    other.load_state_dict(method.state_dict())
    assert other.beta == method.beta > 1


def test_large_inner_products_do_not_overflow() -> None:
    codes = torch.full((4, 4), 1e3, requires_grad=True)
    loss = HashNet(8, 4, 2).of_codes(codes, SIMILAR)
    loss.backward()
    assert torch.isfinite(loss)
    assert codes.grad is not None
    assert torch.isfinite(codes.grad).all()
