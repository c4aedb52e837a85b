"""The three networks of MTCNN.

Zhang et al., Joint face detection and alignment using multitask cascaded convolutional networks, 2016. They take means
of pixels in 0..255, float32 (n, 3, h, w), channels last: no convolution is padded, so the usual (x - 127.5) / 128 folds
exactly into the first one. Corrections of a box are fractions of its size.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from photohash.nets.packaged import packaged_file


def max_pool(x: Tensor, kernel: int) -> Tensor:
    """Max pooling with stride 2 whose last windows may hang over the edge (`ceil_mode`).

    Maxima of shifted views vectorise for any number of channels. `torch.max_pool2d` does not: for the ten channels of
    the first network on 614 x 460 it takes 4.4 ms instead of 0.6.
    """
    for axis in (2, 3):
        windows = (x.shape[axis] - kernel + 1) // 2 + 1
        taps = [x[(slice(None),) * axis + (slice(first, None, 2),)] for first in range(kernel)]
        best = taps[0].narrow(axis, 0, windows)
        for tap in taps[1:]:
            if tap.shape[axis] >= windows:
                best = torch.maximum(best, tap.narrow(axis, 0, windows))
            else:  # the last window ends outside
                best = best.clone()
                inner = best.narrow(axis, 0, tap.shape[axis])
                torch.maximum(inner, tap, out=inner)
        x = best
    return x


class PNet(nn.Module):
    """The proposal network: judges every 12 x 12 window in steps of 2, coarse to fine.

    Its last convolution, half of its work, first sees every second window in both directions; the windows between only
    next to one with a probability of at least WARM. A face answers in several neighbouring windows: on 21 photos 6 % of
    the windows were looked at a second time, 0.5 % of the local maxima above 0.6 were lost, and no face.
    """

    WARM = 0.05

    def __init__(self) -> None:
        super().__init__()
        # Six channels more than there are: rows of sixteen vectorise, PReLU takes a third of the time.
        self.conv1, self.prelu1 = nn.Conv2d(3, 16, 3), nn.PReLU(16)
        self.conv2, self.prelu2 = nn.Conv2d(10, 16, 3), nn.PReLU(16)
        self.conv3, self.prelu3 = nn.Conv2d(16, 32, 3), nn.PReLU(32)
        self.conv4_1, self.conv4_2 = nn.Conv2d(32, 2, 1), nn.Conv2d(32, 4, 1)

    def forward(self, x: Tensor, threshold: float) -> tuple[Tensor, Tensor, Tensor]:
        """Return the windows that reach the threshold: places, int64 (k, 3), probabilities, (k,), corrections, (k, 4).

        A place is the number of the picture, the row and the column of the window, counted in steps of 2 pixels.
        """
        x = max_pool(self.prelu1(self.conv1(x)), 2)[:, :10]
        x = self.prelu2(self.conv2(x))
        coarse = nn.functional.conv2d(x, self.conv3.weight, self.conv3.bias, stride=2)
        coarse = self.prelu3(coarse).permute(0, 2, 3, 1)
        probability = self._probability(coarse)
        hot = (probability >= threshold).nonzero()
        between = _between(probability >= self.WARM, x.shape[2] - 2, x.shape[3] - 2)
        places = torch.cat([hot * torch.tensor([1, 2, 2], device=x.device), between])
        features = torch.cat([coarse[hot.unbind(1)], self._features_at(x, between)])
        probability = self._probability(features)
        kept = probability >= threshold
        weight, bias = self.conv4_2.weight.flatten(1), self.conv4_2.bias
        return places[kept], probability[kept], nn.functional.linear(features[kept], weight, bias)

    def _features_at(self, x: Tensor, places: Tensor) -> Tensor:
        """The last convolution at some places only: (k, 32)."""
        _, channels, height, width = x.shape
        steps = torch.arange(3, device=x.device)
        corner = (places[:, 0] * height + places[:, 1]) * width + places[:, 2]
        rows = corner[:, None] + (steps[:, None] * width + steps).flatten()
        patches = x.permute(0, 2, 3, 1).reshape(-1, channels).index_select(0, rows.flatten()).view(-1, 9 * channels)
        weight = self.conv3.weight.permute(0, 2, 3, 1).flatten(1)
        features: Tensor = self.prelu3(nn.functional.linear(patches, weight, self.conv3.bias))
        return features

    def _probability(self, features: Tensor) -> Tensor:
        """Of a face, from features (..., 32): the softmax over two classes is the sigmoid of their difference."""
        weight, bias = self.conv4_1.weight.flatten(1), self.conv4_1.bias
        assert bias is not None
        return torch.sigmoid(features @ (weight[1] - weight[0]) + (bias[1] - bias[0]))


def _between(warm: Tensor, height: int, width: int) -> Tensor:
    """The places, int64 (k, 3), of the windows next to the `warm`, bool (n, h, w), ones of the coarse grid."""
    mask = torch.zeros(len(warm), height, width, dtype=torch.bool, device=warm.device)
    mask[:, ::2, ::2] = warm
    for axis in (1, 2):
        wide = mask.clone()
        shared = mask.shape[axis] - 1
        wide.narrow(axis, 1, shared).logical_or_(mask.narrow(axis, 0, shared))
        wide.narrow(axis, 0, shared).logical_or_(mask.narrow(axis, 1, shared))
        mask = wide
    mask[:, ::2, ::2] = False
    return mask.nonzero()


class RNet(nn.Module):
    """The refinement network: judges 24 x 24 crops."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 28, 3), nn.PReLU(28)
        self.conv2, self.prelu2 = nn.Conv2d(28, 48, 3), nn.PReLU(48)
        self.conv3, self.prelu3 = nn.Conv2d(48, 64, 2), nn.PReLU(64)
        self.dense4, self.prelu4 = nn.Linear(576, 128), nn.PReLU(128)
        self.dense5_1, self.dense5_2 = nn.Linear(128, 2), nn.Linear(128, 4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the probability of a face, (n,), and the corrections, (n, 4)."""
        x = max_pool(self.prelu1(self.conv1(x)), 3)
        x = max_pool(self.prelu2(self.conv2(x)), 3)
        x = self.prelu3(self.conv3(x))
        x = self.prelu4(self.dense4(x.permute(0, 3, 2, 1).flatten(1)))
        return self.dense5_1(x).softmax(1)[:, 1], self.dense5_2(x)


class ONet(nn.Module):
    """The output network: judges 48 x 48 crops and places the five points."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 32, 3), nn.PReLU(32)
        self.conv2, self.prelu2 = nn.Conv2d(32, 64, 3), nn.PReLU(64)
        self.conv3, self.prelu3 = nn.Conv2d(64, 64, 3), nn.PReLU(64)
        self.conv4, self.prelu4 = nn.Conv2d(64, 128, 2), nn.PReLU(128)
        self.dense5, self.prelu5 = nn.Linear(1152, 256), nn.PReLU(256)
        self.dense6_1, self.dense6_2, self.dense6_3 = nn.Linear(256, 2), nn.Linear(256, 4), nn.Linear(256, 10)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the probability, (n,), the corrections, (n, 4), and the points as fractions of the box, (n, 5, 2)."""
        x = max_pool(self.prelu1(self.conv1(x)), 3)
        x = max_pool(self.prelu2(self.conv2(x)), 3)
        x = max_pool(self.prelu3(self.conv3(x)), 2)
        x = self.prelu4(self.conv4(x))
        x = self.prelu5(self.dense5(x.permute(0, 3, 2, 1).flatten(1)))
        points = self.dense6_3(x).view(-1, 2, 5).transpose(1, 2)
        return self.dense6_1(x).softmax(1)[:, 1], self.dense6_2(x), points


def load(network: nn.Module, file: str, device: str) -> None:
    """Give `network` the weights `file` of the package facenet_pytorch and make it ready to run on `device`."""
    weights = torch.load(packaged_file("facenet_pytorch", f"data/{file}"), map_location="cpu", weights_only=True)
    kernels = weights["conv1.weight"] / 128
    weights["conv1.weight"] = kernels
    weights["conv1.bias"] = weights["conv1.bias"] - 127.5 * kernels.sum((1, 2, 3))
    for name, given in network.state_dict().items():
        missing = len(given) - len(weights[name])
        weights[name] = torch.cat([weights[name], torch.zeros(missing, *given.shape[1:])])
    network.load_state_dict(weights)
    network.eval().requires_grad_(False).to(device).to(memory_format=torch.channels_last)
