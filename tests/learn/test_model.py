from __future__ import annotations

import numpy as np
import torch

from photohash.learn.model import Model, encode
from photohash.learn.trunks import Hidden
from photohash.methods.dch import Dch

ROWS = np.random.default_rng(0).normal(size=(700, 6)).astype(np.float32)


def model() -> Model:
    torch.manual_seed(0)
    return Model(Hidden(6, 8), Dch(8, 70, 3))


def test_codes_are_the_signs_of_the_margins_whatever_the_batch() -> None:
    net = model().train()
    words, relaxed = encode(net, ROWS, batch=64)
    assert net.training  # left as it was
    with torch.inference_mode():
        margins = net.eval().method.margins(net(torch.from_numpy(ROWS))).numpy()
    assert words.shape == (2, 700)
    for item in (0, 63, 64, 699):
        value = sum(1 << bit for bit in range(70) if margins[item, bit] >= 0)
        assert int(words[0, item]) | int(words[1, item]) << 64 == value
    assert np.allclose(relaxed, np.tanh(margins), atol=1e-6)


def test_encoding_learns_nothing() -> None:
    net = model().train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    first, second = encode(net, ROWS), encode(net, ROWS)
    assert np.array_equal(first[0], second[0])
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


def test_nothing_encodes_to_nothing() -> None:
    words, relaxed = encode(model(), ROWS[:0])
    assert words.shape == (2, 0)
    assert relaxed.shape == (0, 70)
