from __future__ import annotations

import torch

from photohash.nets.dch import DchHead


def test_codes_are_the_tanh_of_margins() -> None:
    head = DchHead(8, 4)
    descriptors = torch.randn(5, 8)
    assert torch.equal(head(descriptors), torch.tanh(descriptors @ head.fc.weight.T + head.fc.bias))
    assert torch.equal(head(descriptors) >= 0, head.margins(descriptors) >= 0)


def test_it_starts_as_sign_projections() -> None:
    generator = torch.Generator().manual_seed(2)
    directions, mean = torch.randn(16, 8, generator=generator), torch.randn(8, generator=generator)
    head = DchHead(8, 16)
    head.start_from(directions, mean, gain=3)
    descriptors = torch.randn(100, 8, generator=generator)
    assert torch.allclose(head.margins(descriptors), 3 * (descriptors - mean) @ directions.T, atol=1e-4)


def test_hidden_units_start_without_a_say_and_then_add_to_the_margins() -> None:
    head = DchHead(8, 4, hidden=5)
    assert head.hidden is not None
    assert head.bend is not None
    descriptors = torch.randn(6, 8)
    plain = descriptors @ head.fc.weight.T + head.fc.bias
    assert torch.equal(head.margins(descriptors), plain)
    with torch.no_grad():
        head.bend.weight.fill_(0.5)
    raised = torch.relu(descriptors @ head.hidden.weight.T + head.hidden.bias).sum(1, keepdim=True) / 2
    assert torch.allclose(head.margins(descriptors), plain + raised, atol=1e-5)
