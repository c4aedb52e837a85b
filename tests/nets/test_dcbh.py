from __future__ import annotations

import pytest
import torch

from photohash.nets.dcbh import DcbhHead, margins, relaxed


@pytest.mark.parametrize(
    ("block", "u", "bit"),
    [
        ((0, 0, 0, 0, 0, 0), -0.321513, False),
        ((1.6, 0, 0, 0, 0, 0), -0.002359, False),
        ((1.61, 0, 0, 0, 0, 0), 0.000141, True),
        ((2, 0, 0, 0, 0, 0), 0.096120, True),
        ((3, 3, 0, 0, 0, 0), -0.045248, False),  # two strong units cancel
        ((5, 0, 0, 0, 0, 0), 0.436103, True),
    ],
)
def test_blocks_golden(block: tuple[float, ...], u: float, bit: bool) -> None:
    features = torch.tensor([block], dtype=torch.float32)
    assert relaxed(features).item() == pytest.approx(u, abs=2e-6)
    assert (margins(features).item() >= 0) == bit


@pytest.mark.parametrize("units", [3, 4, 6, 8])
def test_the_margin_has_the_sign_of_the_relaxed_code(units: int) -> None:
    features = torch.relu(3 * torch.randn(200, 10 * units, generator=torch.Generator().manual_seed(1)))
    codes, sure = relaxed(features, units), margins(features, units)
    top = features.view(200, 10, units).softmax(2).max(2).values
    assert torch.allclose(codes, torch.tanh(top - 0.5), atol=1e-6)
    clear = sure.abs() > 1e-5
    assert clear.float().mean() > 0.9
    assert torch.equal(codes[clear] >= 0, sure[clear] >= 0)
    assert codes.min() > -0.3216 if units == 6 else codes.min() > -0.5
    assert codes.max() <= 0.4622


def test_margins_of_large_features_are_finite() -> None:
    assert torch.isfinite(margins(torch.tensor([[1e4, 9e3, 0, 0, 0, 0]]))).all()


def test_two_units_are_refused() -> None:
    with pytest.raises(ValueError, match="three units"):
        DcbhHead(4, 8, units=2)


@pytest.mark.parametrize("units", [3, 6])
def test_it_starts_as_sign_projections(units: int) -> None:
    generator = torch.Generator().manual_seed(2)
    directions, mean = torch.randn(16, 8, generator=generator), torch.randn(8, generator=generator)
    head = DcbhHead(8, 16, units).eval()
    head.start_from(directions, mean, gain=5)
    descriptors = torch.randn(500, 8, generator=generator) + mean
    projected = (descriptors - mean) @ directions.T
    clear = projected.abs() > 1e-4
    assert torch.equal((head.margins(descriptors) >= 0)[clear], (projected >= 0)[clear])


def test_it_starts_where_gradients_pass() -> None:
    head = DcbhHead(8, 4).eval()
    head.start_from(torch.eye(8)[:4], torch.zeros(8), gain=1)
    relaxed(head(0.1 * torch.randn(32, 8, generator=torch.Generator().manual_seed(0)))).sum().backward()
    assert head.fc.weight.grad is not None
    assert (head.fc.weight.grad.abs().sum(1) > 0).all()


def test_shapes() -> None:
    head = DcbhHead(8, 4).eval()
    assert head(torch.zeros(3, 8)).shape == (3, 24)
    assert head.margins(torch.zeros(3, 8)).shape == (3, 4)
    assert head.margins(torch.zeros(0, 8)).shape == (0, 4)
