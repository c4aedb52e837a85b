"""Descriptors of small pictures and the adapted backbone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from benchmarks import cifar_features
from benchmarks.cifar_features import FROZEN, adapted, describe, features
from benchmarks.cifar_pictures import Pictures, Split
from photohash.nets.efficientnet import ImageBackbone

PIXELS = np.random.default_rng(0).integers(0, 256, (20, 32, 32, 3), dtype=np.uint8)


def test_descriptors_are_those_of_each_picture_alone() -> None:
    net = ImageBackbone("cpu").net
    described = describe(net, PIXELS)
    assert described.shape == (20, 1280)
    assert described.dtype == np.float16
    with torch.inference_mode():
        exact = features(net, PIXELS[17:18])[0].numpy()
    apart = np.linalg.norm(described.astype(np.float32) - exact, axis=1) / np.linalg.norm(exact)
    assert apart.argmin() == 17
    assert apart[17] < 0.15  # bfloat16


def test_backbone_learns_from_what_is_not_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[NDArray[np.uint8]] = []

    def as_is(pixels: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
        seen.append(pixels)
        return pixels

    monkeypatch.setattr(cifar_features, "moved", as_is)
    monkeypatch.setattr(cifar_features, "EPOCHS", 1)
    monkeypatch.setattr(cifar_features, "BATCH", 4)
    numbers = np.arange(20)
    chosen = Split(numbers[16:], numbers[:10], numbers[10:16], numbers[:10] >= 8)
    before = ImageBackbone("cpu").net.state_dict()
    after = adapted(Pictures(PIXELS, numbers % 10), chosen).state_dict()
    shown = {picture.tobytes() for batch in seen for picture in batch}
    assert shown == {picture.tobytes() for picture in PIXELS[:8]}
    for name, value in before.items():
        frozen = name.startswith(("stem", "classifier")) or name.split(".")[1] in map(str, range(FROZEN))
        assert torch.equal(value, after[name]) == frozen, name
