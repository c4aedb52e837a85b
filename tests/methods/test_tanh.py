from __future__ import annotations

import math

import pytest
import torch

from photohash.methods.dcbh import Dcbh
from photohash.methods.tanh import Tanh, unit_quantisation
from tests.methods.golden import clustering, cross_entropy


def test_unit_quantisation() -> None:
    assert unit_quantisation(torch.tensor([[1.0, -0.5], [0.0, -1.0]])).item() == pytest.approx(1.5 / 4)


def test_the_whole_loss_naively() -> None:
    torch.manual_seed(0)
    method = Tanh(7, 3, 4).eval()
    inputs, labels = torch.randn(4, 7), torch.tensor([0, 1, 1, 3])
    features = method.head(inputs)
    weight, bias = method.head.code.weight.tolist(), method.head.code.bias.tolist()
    margins = [
        [sum(w * x for w, x in zip(weight[k], row, strict=True)) + bias[k] for k in range(3)]
        for row in features.tolist()
    ]
    codes = [[math.tanh(z) for z in row] for row in margins]
    expected = (
        cross_entropy(method.classified.of_codes(torch.tensor(codes)), labels)
        + cross_entropy(method.classified.of_features(features), labels)
        + 0.1 * sum(abs(abs(u) - 1) for row in codes for u in row) / 12
        + 1e-4 * clustering(features, method.classified.centers, labels)
    )
    assert method.loss(inputs, labels).item() == pytest.approx(expected, rel=1e-5)
    assert torch.allclose(method.margins(inputs), torch.tensor(margins), atol=1e-5)


def test_it_is_dcbh_but_for_the_code_layer() -> None:
    twin = {name: value.shape for name, value in Tanh(7, 3, 4).state_dict().items()}
    blocks = {name: value.shape for name, value in Dcbh(7, 3, 4).state_dict().items()}
    assert {name: shape for name, shape in twin.items() if not name.startswith("head.code")} == blocks
