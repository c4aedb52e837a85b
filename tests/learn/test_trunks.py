from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from photohash.learn.trunks import Backbone, Hidden, Paper32, Plain, Small32, Standardise, Trunk

PICTURES = np.random.default_rng(0).integers(0, 256, (5, 32, 32, 3), np.uint8)
PLANES = torch.from_numpy(PICTURES).permute(0, 3, 1, 2)


@pytest.mark.parametrize("trunk", [Paper32(PICTURES), Small32(PICTURES)])
def test_pictures_become_features_of_its_width(trunk: Trunk) -> None:
    with torch.inference_mode():
        assert trunk.eval()(PLANES).shape == (5, trunk.width)


def test_descriptors_too() -> None:
    rows = torch.randn(4, 7)
    assert torch.equal(Plain(7)(rows), rows)
    assert Hidden(7, 9)(rows).shape == (4, 9)


def test_the_paper_network_has_the_paper_size() -> None:
    """7,637,952 weights in convolutions and batch norms, as counted for the authors' program."""
    trunk = Paper32(PICTURES)
    assert sum(parameter.numel() for parameter in trunk.parameters()) == 7_637_952
    assert len([module for module in trunk.modules() if isinstance(module, nn.Conv2d)]) == 10


def test_standardising_uses_the_training_pictures_alone() -> None:
    prepare = Standardise(PICTURES)
    done = prepare(PLANES)
    assert done.mean().item() == pytest.approx(0, abs=1e-5)
    assert done.std(unbiased=False).item() == pytest.approx(1, abs=1e-5)
    black = prepare(torch.zeros(1, 3, 32, 32, dtype=torch.uint8))
    assert black.flatten()[0].item() == pytest.approx(-PICTURES.mean() / PICTURES.astype(float).std(), rel=1e-5)
    assert Standardise(PICTURES, 0.1)(PLANES).abs().max().item() < 0.2
    assert Standardise(PICTURES, 5.0)(PLANES).abs().max().item() == 1


def test_a_state_dict_carries_the_statistics() -> None:
    one, other = Standardise(PICTURES), Standardise(np.zeros((1, 2, 2, 3), np.uint8))
    other.load_state_dict(one.state_dict())
    assert torch.equal(one(PLANES), other(PLANES))


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1), requires_grad=False)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return pictures.flatten(1)[:, :6] * self.weight


def test_a_backbone_is_trained_and_gives_its_part() -> None:
    trunk = Backbone(Net(), slice(2, 5), unit_length=True)
    features = trunk(PLANES)
    plain = PLANES.float().flatten(1)[:, 2:5]
    assert trunk.width == 3
    assert torch.allclose(features, plain / plain.norm(dim=1, keepdim=True))
    assert all(parameter.requires_grad for parameter in trunk.parameters())
    assert torch.equal(Backbone(Net(), slice(2, 5), unit_length=False)(PLANES), plain)
