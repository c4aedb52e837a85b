from __future__ import annotations

import math

import pytest
import torch

from photohash.methods.ddh import Ddh
from tests.methods.golden import clustering, cross_entropy


def encoded(method: Ddh, inputs: torch.Tensor) -> list[list[float]]:
    """What the slices make of the features, with the running statistics of the last batch norm, in plain loops."""
    norm, slices = method.head.code_norm, method.head.slices.tolist()
    assert norm.running_mean is not None
    assert norm.running_var is not None
    rows = []
    for row in method.head(inputs).tolist():
        margins = []
        for k, weights in enumerate(slices):
            part = row[k * len(weights) : (k + 1) * len(weights)]
            value = sum(w * f for w, f in zip(weights, part, strict=True))
            scale = norm.weight[k].item() / math.sqrt(norm.running_var[k].item() + norm.eps)
            margins.append((value - norm.running_mean[k].item()) * scale + norm.bias[k].item())
        rows.append(margins)
    return rows


def some(**options: float) -> tuple[Ddh, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    method = Ddh(7, 3, 4, **options)  # type: ignore[arg-type]
    method.loss(torch.randn(32, 7), torch.randint(0, 4, (32,)))  # so that the running statistics are no longer 0 and 1
    return method.eval(), torch.randn(4, 7), torch.tensor([0, 1, 1, 3])


def test_the_published_loss_naively() -> None:
    method, inputs, labels = some()
    margins = encoded(method, inputs)
    codes = [[math.tanh(z) for z in row] for row in margins]
    expected = (
        cross_entropy(method.classified.of_codes(torch.tensor(codes)), labels)
        + 0.01 * sum(abs(abs(u) - 1) for row in codes for u in row) / 12
    )
    assert method.head.slices.shape == (3, 4)
    assert method.loss(inputs, labels).item() == pytest.approx(expected, rel=1e-5)
    assert torch.allclose(method.margins(inputs), torch.tensor(margins), atol=1e-5)


def test_with_the_terms_of_dcbh() -> None:
    method, inputs, labels = some(units=6, described=1.0, quantisation=0.1, clustering=1e-4)
    codes = [[math.tanh(z) for z in row] for row in encoded(method, inputs)]
    features = method.head(inputs)
    expected = (
        cross_entropy(method.classified.of_codes(torch.tensor(codes)), labels)
        + cross_entropy(method.classified.of_features(features), labels)
        + 0.1 * sum(abs(abs(u) - 1) for row in codes for u in row) / 12
        + 1e-4 * clustering(features, method.classified.centers, labels)
    )
    assert method.loss(inputs, labels).item() == pytest.approx(expected, rel=1e-5)
