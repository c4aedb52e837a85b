from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import max_pool2d

from photohash.nets.cascade import ONet, PNet, RNet, load, pack
from photohash.nets.packaged import packaged_file


def published(file: str) -> dict[str, Tensor]:
    weights: dict[str, Tensor] = torch.load(packaged_file("facenet_pytorch", f"data/{file}"), weights_only=True)
    return weights


def conv(x: Tensor, weights: dict[str, Tensor], number: int) -> Tensor:
    x = nn.functional.conv2d(x, weights[f"conv{number}.weight"], weights[f"conv{number}.bias"])
    return nn.functional.prelu(x, weights[f"prelu{number}.weight"])


def dense(x: Tensor, weights: dict[str, Tensor], name: str) -> Tensor:
    return nn.functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])


def picture(count: int, height: int, width: int) -> Tensor:
    """Noise of several grains in 0..255: rich enough to warm some windows."""
    generator = torch.Generator().manual_seed(1)
    grains = [torch.rand(count, 3, height // g + 1, width // g + 1, generator=generator) for g in (1, 4, 12)]
    whole = [nn.functional.interpolate(grain, (height, width), mode="bilinear") for grain in grains]
    return torch.stack(whole).mean(0) * 255


@torch.inference_mode()
def test_pnet_finds_the_windows_of_the_dense_network(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = published("pnet.pt")
    net = PNet()
    load(net, "pnet.pt", "cpu")
    monkeypatch.setattr(PNet, "WARM", 0.0)  # then every window is looked at
    levels = [picture(2, *size) for size in ((90, 121), (64, 86), (13, 13), (64, 14), (12, 12))]
    places, scores, moves = net([x.contiguous(memory_format=torch.channels_last) for x in levels], 0.1)
    expected = []
    for number, x in enumerate(levels):
        y = max_pool2d(conv((x - 127.5) / 128, weights, 1), 2, 2, ceil_mode=True)
        y = conv(conv(y, weights, 2), weights, 3)
        probability = nn.functional.conv2d(y, weights["conv4_1.weight"], weights["conv4_1.bias"]).softmax(1)[:, 1]
        corrections = nn.functional.conv2d(y, weights["conv4_2.weight"], weights["conv4_2.bias"]).permute(0, 2, 3, 1)
        expected += [[number, *place] for place in (probability >= 0.1).nonzero().tolist()]
        mine = places[:, 0] == number
        here = places[mine, 1:].unbind(1)
        assert torch.allclose(scores[mine], probability[here], atol=1e-5)
        assert torch.allclose(moves[mine], corrections[here], atol=1e-4)
    assert len(expected) > 20
    assert sorted(places.tolist()) == sorted(expected)


@torch.inference_mode()
def test_levels_beside_each_other_do_not_change_what_is_found() -> None:
    net = PNet()
    load(net, "pnet.pt", "cpu")
    levels = [
        picture(1, *size).contiguous(memory_format=torch.channels_last) for size in ((150, 141), (75, 71), (41, 33))
    ]
    together = sorted(net(levels, 0.05)[0].tolist())
    alone = [[number, *place[1:]] for number, x in enumerate(levels) for place in net([x], 0.05)[0].tolist()]
    assert together == sorted(alone)
    assert len(alone) > 5


def test_packed_rectangles_lie_apart_at_even_corners() -> None:
    scales = [0.709**n for n in range(10)]
    for height, width in ((307, 200), (200, 307), (9, 500)):
        sizes = [(max(5, int(height * s)), max(5, int(width * s))) for s in scales]
        corners, high, wide = pack(sizes)
        filled = torch.zeros(high, wide, dtype=torch.int64)
        for (row, column), (h, w) in zip(corners, sizes, strict=True):
            assert row % 2 == column % 2 == 0
            assert row + h <= high
            assert column + w <= wide
            filled[row : row + h, column : column + w] += 1
        assert filled.max() == 1
        assert filled.float().mean() > (0.8 if height > 100 else 0.5)


@torch.inference_mode()
def test_rnet_is_the_published_network() -> None:
    weights = published("rnet.pt")
    x = picture(3, 24, 24)
    y = max_pool2d(conv((x - 127.5) / 128, weights, 1), 3, 2, ceil_mode=True)
    y = conv(max_pool2d(conv(y, weights, 2), 3, 2, ceil_mode=True), weights, 3)
    y = nn.functional.prelu(dense(y.permute(0, 3, 2, 1).flatten(1), weights, "dense4"), weights["prelu4.weight"])
    net = RNet()
    load(net, "rnet.pt", "cpu")
    scores, moves = net(x)
    assert torch.allclose(scores, dense(y, weights, "dense5_1").softmax(1)[:, 1], atol=1e-5)
    assert torch.allclose(moves, dense(y, weights, "dense5_2"), atol=1e-4)


@torch.inference_mode()
def test_onet_is_the_published_network() -> None:
    weights = published("onet.pt")
    x = picture(3, 48, 48)
    y = max_pool2d(conv((x - 127.5) / 128, weights, 1), 3, 2, ceil_mode=True)
    y = max_pool2d(conv(y, weights, 2), 3, 2, ceil_mode=True)
    y = conv(max_pool2d(conv(y, weights, 3), 2, 2, ceil_mode=True), weights, 4)
    y = nn.functional.prelu(dense(y.permute(0, 3, 2, 1).flatten(1), weights, "dense5"), weights["prelu5.weight"])
    net = ONet()
    load(net, "onet.pt", "cpu")
    scores, moves, points = net(x)
    assert torch.allclose(scores, dense(y, weights, "dense6_1").softmax(1)[:, 1], atol=1e-5)
    assert torch.allclose(moves, dense(y, weights, "dense6_2"), atol=1e-4)
    xs_then_ys = dense(y, weights, "dense6_3")
    assert torch.allclose(points[..., 0], xs_then_ys[:, :5], atol=1e-4)
    assert torch.allclose(points[..., 1], xs_then_ys[:, 5:], atol=1e-4)
