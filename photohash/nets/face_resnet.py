"""The face backbone: dlib's residual network for face recognition (King 2017, CC0 weights), in torch.

A 150 x 150 chip becomes a descriptor: the network's embedding, in which two faces within Euclidean distance 0.6 are of
one person by its author's rule, and the pooled maps of the last two stages, from which a hash head may be trained.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from photohash.nets import dlib_file
from photohash.nets.describe import describe
from photohash.nets.keys import FACE_BACKBONE
from photohash.nets.packaged import packaged_file
from photohash.types import UserError

SIDE = 150
MEAN = (122.782, 117.001, 104.298)
SCALE = 256.0
STAGES = [  # channels, blocks, whether the first block halves the map
    (32, 3, False),
    (64, 4, True),
    (128, 3, True),
    (256, 3, True),
    (256, 1, True),
]
# Layout of a descriptor.
EMBEDDING = slice(0, 128)
FOURTH_STAGE = slice(128, 384)
FIFTH_STAGE = slice(384, 640)
WIDTH = 640

SHA256 = "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"


class Block(nn.Module):
    """Two 3 x 3 convolutions beside a shortcut; a halving block strides without padding and averages its shortcut."""

    def __init__(self, inputs: int, outputs: int, halves: bool) -> None:
        super().__init__()
        self.halves = halves
        self.first = nn.Conv2d(inputs, outputs, 3, stride=2 if halves else 1, padding=0 if halves else 1)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)

    def forward(self, maps: Tensor) -> Tensor:
        """Maps (n, inputs, h, w) to (n, outputs, h', w')."""
        through = self.second(functional.relu_(self.first(maps)))
        if not self.halves:
            return functional.relu_(through.add_(maps))
        # The two sums may differ in channels and by a row and a column: zeros fill what one of them lacks.
        shortcut = functional.avg_pool2d(maps, 2)
        shape = [max(a, b) for a, b in zip(through.shape[1:], shortcut.shape[1:], strict=True)]
        return functional.relu_(padded(through, shape) + padded(shortcut, shape))


def padded(maps: Tensor, shape: list[int]) -> Tensor:
    """`maps` (n, c, h, w) with zeros after them up to (n, *shape)."""
    channels, height, width = (want - have for want, have in zip(shape, maps.shape[1:], strict=True))
    if not (channels or height or width):
        return maps
    return functional.pad(maps, (0, width, 0, height, 0, channels))


class FaceResnet(nn.Module):
    """The network with each affine layer folded into the convolution before it; 5,614,592 parameters before that."""

    mean: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, STAGES[0][0], 7, stride=2)
        self.stages = nn.ModuleList()
        inputs = STAGES[0][0]
        for outputs, count, halves in STAGES:
            blocks = [Block(inputs if n == 0 else outputs, outputs, halves and n == 0) for n in range(count)]
            self.stages.append(nn.Sequential(*blocks))
            inputs = outputs
        self.embed = nn.Linear(inputs, EMBEDDING.stop, bias=False)
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1), persistent=False)

    def forward(self, chips: Tensor) -> Tensor:
        """RGB chips of 0..255, float32 (n, 3, 150, 150), to descriptors (n, 640).

        The mean of a chip's and its mirror image's, for twice the time: `benchmarks.template` shows what retrieval
        loses without it.
        """
        return (self.view(chips) + self.view(chips.flip(3))) / 2

    def view(self, chips: Tensor) -> Tensor:
        """Descriptors (n, 640) of chips as they are."""
        maps = functional.relu_(self.stem((chips - self.mean) / SCALE))
        maps = functional.max_pool2d(maps, 3, stride=2)
        pooled = []
        for stage in self.stages:
            maps = stage(maps)
            pooled.append(maps.mean(dim=(2, 3)))
        return torch.cat([self.embed(pooled[-1]), *pooled[-2:]], dim=1)


def convolutions(net: FaceResnet) -> list[nn.Conv2d]:
    """The convolutions in forward order."""
    return [module for module in net.modules() if isinstance(module, nn.Conv2d)]


def fill(net: FaceResnet, layers: list[dlib_file.Layer]) -> None:
    """Put the parameters of the file into `net`; `ValueError` when they are those of another network.

    An affine layer is y = gamma x + beta per channel: gamma goes into the filters, gamma b + beta into the bias.
    """
    convs = convolutions(net)
    if [layer.name for layer in layers] != ["con_4", "affine_"] * len(convs) + ["fc_2"]:
        raise ValueError("the layers are those of another network")
    with torch.no_grad():
        for n, conv in enumerate(convs):
            out = conv.out_channels
            filters, bias = np.split(layers[2 * n].values, [conv.weight.numel()])
            gamma, beta = np.split(layers[2 * n + 1].values, [out])
            if len(bias) != out or len(beta) != out:
                raise ValueError(f"layer {n} has another size")
            conv.weight.copy_(torch.from_numpy(filters.reshape(conv.weight.shape) * gamma[:, None, None, None]))
            assert conv.bias is not None
            conv.bias.copy_(torch.from_numpy(gamma * bias + beta))
        net.embed.weight.copy_(torch.from_numpy(layers[-1].values.reshape(net.embed.in_features, -1).T.copy()))


def weights_file() -> Path:
    """dlib's weights inside the package that carries them; `UserError` when they are missing or not the known ones."""
    path = packaged_file("face_recognition_models", "models/dlib_face_recognition_resnet_model_v1.dat")
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != SHA256:
            raise UserError(f"The face network in {path} is damaged: install photohash again.")
    return path


class FaceBackbone:
    """Face chips to descriptors on one device."""

    key = FACE_BACKBONE
    width = WIDTH

    def __init__(self, device: str = "cpu", batch: int = 64) -> None:
        self.device = device
        self.batch = batch
        net = FaceResnet()
        fill(net, dlib_file.read(weights_file()))
        self.net = net.eval().requires_grad_(False).to(device).to(memory_format=torch.channels_last)

    def describe(self, chips: NDArray[np.uint8]) -> NDArray[np.float16]:
        """RGB chips uint8 (n, 150, 150, 3) to descriptors float16 (n, 640)."""
        return describe(self.net, chips, SIDE, self.device, self.batch)


def embedding(descriptors: NDArray[np.float16]) -> NDArray[np.float32]:
    """The embeddings, float32 (n, 128), of descriptors float16 (n, 640)."""
    return descriptors[:, EMBEDDING].astype(np.float32)
