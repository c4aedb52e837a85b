"""The networks under a code layer: none for kept descriptors, or small convolutional ones for 32 x 32 pictures."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from photohash.learn.examples import Inputs

SMALL = 32  # pixels: the side of the pictures that the papers' own networks take


class Trunk(nn.Module):
    """What makes features (n, width) of inputs."""

    width: int


class Plain(Trunk):
    """Descriptors (n, width) as they are."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def forward(self, descriptors: Tensor) -> Tensor:
        """The same."""
        return descriptors


class Hidden(Trunk):
    """One hidden layer on descriptors (n, inputs): FC, batch norm, ReLU; (n, width)."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.width = width
        self.fc = nn.Linear(inputs, width)
        self.norm = nn.BatchNorm1d(width)

    def forward(self, descriptors: Tensor) -> Tensor:
        """The hidden layer."""
        return functional.relu(self.norm(self.fc(descriptors)))


class Standardise(nn.Module):
    """Pictures uint8 (n, 3, side, side) less the mean of the training pictures, over their deviation, times `scale`.

    One mean and one deviation for all channels, measured on training pictures alone, clipped to -1..1 where `scale` is
    not 1: DCBH's own preparation is 0.1 (x - mean) / deviation (there with the statistics of each set of its own).
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, pictures: Inputs, scale: float = 1.0) -> None:
        super().__init__()
        self.scale = scale
        self.register_buffer("mean", torch.tensor(float(pictures.mean())))
        self.register_buffer("deviation", torch.tensor(float(np.std(pictures, dtype=np.float64)) + 1e-5))

    def forward(self, pictures: Tensor) -> Tensor:
        """Float pictures of the same shape, channels last in memory."""
        plain = (pictures.float() - self.mean) / self.deviation * self.scale
        if self.scale != 1:
            plain = plain.clamp(-1, 1)
        return plain.contiguous(memory_format=torch.channels_last)


def convolution(inputs: int, outputs: int) -> nn.Sequential:
    """3 x 3 without bias, batch norm, ReLU."""
    layer = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
    nn.init.xavier_uniform_(layer.weight)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


def stage(inputs: int, outputs: int, count: int) -> nn.Sequential:
    """`count` convolutions, then a maximum of each 2 x 2."""
    layers = [convolution(inputs if n == 0 else outputs, outputs) for n in range(count)]
    return nn.Sequential(*layers, nn.MaxPool2d(2))


class Paper32(Trunk):
    """The network of DCBH (Jang et al., ACCV 2018) up to its merged features: 32 x 32 pictures to (n, 768).

    Four stages of 2, 2, 3 and 3 convolutions with 64, 128, 256 and 512 channels; the global averages of the last and of
    the third stage beside each other, as in the authors' program.
    """

    width = 512 + 256

    def __init__(self, pictures: Inputs, scale: float = 1.0) -> None:
        super().__init__()
        self.prepare = Standardise(pictures, scale)
        self.first = nn.Sequential(stage(3, 64, 2), stage(64, 128, 2), stage(128, 256, 3))
        self.last = stage(256, 512, 3)
        self.to(memory_format=torch.channels_last)

    def forward(self, pictures: Tensor) -> Tensor:
        """Features (n, 768), the last stage's first."""
        branch = self.first(self.prepare(pictures))
        return torch.cat([self.last(branch).mean(dim=(2, 3)), branch.mean(dim=(2, 3))], dim=1)


class Small32(Trunk):
    """The network of DSH (Liu et al., CVPR 2016) for 32 x 32 pictures, (n, 500), small enough to train on a CPU.

    Three 5 x 5 convolutions of 32, 32 and 64 channels, each pooled 3 x 3 with stride 2, and one full layer; batch norm
    in place of its local response normalisation.
    """

    width = 500

    def __init__(self, pictures: Inputs, scale: float = 1.0) -> None:
        super().__init__()
        self.prepare = Standardise(pictures, scale)
        self.layers = nn.Sequential(
            *(nn.Conv2d(3, 32, 5, padding=2), nn.MaxPool2d(3, 2, ceil_mode=True), nn.BatchNorm2d(32), nn.ReLU()),
            *(nn.Conv2d(32, 32, 5, padding=2), nn.BatchNorm2d(32), nn.ReLU(), nn.AvgPool2d(3, 2, ceil_mode=True)),
            *(nn.Conv2d(32, 64, 5, padding=2), nn.BatchNorm2d(64), nn.ReLU(), nn.AvgPool2d(3, 2, ceil_mode=True)),
            *(nn.Flatten(), nn.Linear(64 * 4 * 4, self.width), nn.BatchNorm1d(self.width), nn.ReLU()),
        )
        self.to(memory_format=torch.channels_last)

    def forward(self, pictures: Tensor) -> Tensor:
        """Features (n, 500)."""
        features: Tensor = self.layers(self.prepare(pictures))
        return features


class Backbone(Trunk):
    """A pretrained backbone that is trained along: its pictures uint8 (n, 3, side, side) to the columns `part`."""

    def __init__(self, net: nn.Module, part: slice, unit_length: bool) -> None:
        super().__init__()
        self.width = part.stop - part.start
        self.part = part
        self.unit_length = unit_length
        self.net = net.requires_grad_(True)

    def forward(self, pictures: Tensor) -> Tensor:
        """Features (n, width), scaled to unit length where heads of kept descriptors see them so."""
        features: Tensor = self.net(pictures.float())[:, self.part]
        return functional.normalize(features) if self.unit_length else features
