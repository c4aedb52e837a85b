"""The three networks of MTCNN.

Zhang et al., Joint face detection and alignment using multitask cascaded convolutional networks, 2016. They take means
of pixels in 0..255, float32 (n, 3, h, w), channels last: no convolution is padded, so the usual (x - 127.5) / 128 folds
exactly into the first one. Corrections of a box are fractions of its size.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from photohash.nets import kernels
from photohash.nets.packaged import packaged_file


def activate_and_pool(x: Tensor, prelu: nn.PReLU, kernel: int) -> Tensor:
    """PReLU and max pooling with stride 2 (`ceil_mode`), the memory channels last."""
    if not kernels.suit(x.device):
        return nn.functional.max_pool2d(prelu(x), kernel, 2, ceil_mode=True)
    count, channels, *size = x.shape
    pooled = np.empty((count, *((length - kernel + 1) // 2 + 1 for length in size), channels), np.float32)
    kernels.prelu_pool(_array(x), prelu.weight.numpy(), kernel, pooled)
    return torch.from_numpy(pooled).permute(0, 3, 1, 2)


def activated(x: Tensor, prelu: nn.PReLU) -> Tensor:
    """PReLU, the memory channels last; in place where that is cheaper."""
    if not kernels.suit(x.device):
        result: Tensor = prelu(x)
        return result
    values = _array(x)
    kernels.prelu(values.reshape(-1, x.shape[1]), prelu.weight.numpy())
    return torch.from_numpy(values).permute(0, 3, 1, 2)


def _array(x: Tensor) -> NDArray[np.float32]:
    """The memory of `x`, (n, c, h, w), as (n, h, w, c)."""
    return np.ascontiguousarray(x.permute(0, 2, 3, 1).numpy())


class PNet(nn.Module):
    """The proposal network: judges every 12 x 12 window in steps of 2, coarse to fine.

    Its last convolution, half of its work, first sees every second window in both directions; the windows between only
    next to one with a probability of at least WARM. A face answers in several neighbouring windows, so that none is
    lost: the parity rows of `benchmarks.detect` are measured so.
    """

    WARM = 0.05

    def __init__(self) -> None:
        super().__init__()
        # Six channels more than there are, all zero: rows of sixteen vectorise.
        self.conv1, self.prelu1 = nn.Conv2d(3, 16, 3), nn.PReLU(16)
        self.conv2, self.prelu2 = nn.Conv2d(10, 16, 3), nn.PReLU(16)
        self.conv3, self.prelu3 = nn.Conv2d(16, 32, 3), nn.PReLU(32)
        self.conv4_1, self.conv4_2 = nn.Conv2d(32, 2, 1), nn.Conv2d(32, 4, 1)

    def forward(self, levels: Sequence[Tensor], threshold: float) -> tuple[Tensor, Tensor, Tensor]:
        """Return the windows that reach the threshold: places, int64 (k, 4), probabilities, (k,), corrections, (k, 4).

        `levels` are pictures (n, 3, h, w) of any sizes, the same number n in each. A place is the number of the level,
        of the picture in it, the row and the column of the window, counted in steps of 2 pixels.
        """
        x, corners, level = self._canvas(levels)
        x = activated(self.conv2(x), self.prelu2)
        coarse = nn.functional.conv2d(x, self.conv3.weight, self.conv3.bias, stride=2)
        coarse, at_coarse = self._judge(coarse.permute(0, 2, 3, 1))
        inside = level >= 0
        at_coarse = at_coarse.where(inside[::2, ::2], 0)
        hot = (at_coarse >= threshold).nonzero()
        between = windows_between(at_coarse >= self.WARM, inside)
        fine, at_fine = self._judge(self._conv3_at(x, between))
        places = torch.cat([hot * torch.tensor([1, 2, 2], device=x.device), between])
        features = torch.cat([coarse[hot.unbind(1)], fine])
        probability = torch.cat([at_coarse[hot.unbind(1)], at_fine])
        kept = probability >= threshold
        picture, row, column = places[kept].unbind(1)
        of = level[row, column]
        places = torch.stack([of, picture, row - corners[of, 0], column - corners[of, 1]], 1)
        weight, bias = self.conv4_2.weight.flatten(1), self.conv4_2.bias
        return places, probability[kept], nn.functional.linear(features[kept], weight, bias)

    def _canvas(self, levels: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """What the first layer makes of all levels, side by side in one picture of ten channels.

        Also the corner of each level in it, int64 (levels, 2), and which level has its window at a place, int64 (h, w),
        -1 where windows span two. One picture instead of twelve saves hundreds of small operations.
        """
        sizes = [((level.shape[2] - 1) // 2, (level.shape[3] - 1) // 2) for level in levels]  # after the pooling
        corners, height, width = pack(sizes)
        device = levels[0].device
        channels = 10 if kernels.suit(device) else 16
        canvas = torch.zeros(len(levels[0]), height, width, channels, device=device).permute(0, 3, 1, 2)
        which = torch.full((height - 4, width - 4), -1)
        for number, (level, (h, w), (row, column)) in enumerate(zip(levels, sizes, corners, strict=True)):
            if kernels.suit(device):
                x = _array(self.conv1(level))
                kernels.prelu_pool_ten(x, self.prelu1.weight.numpy(), _array(canvas), row, column)
            else:
                canvas[:, :, row : row + h, column : column + w] = activate_and_pool(self.conv1(level), self.prelu1, 2)
            which[row : row + h - 4, column : column + w - 4] = number
        return canvas[:, :10], torch.tensor(corners, device=device), which.to(device)

    def _conv3_at(self, x: Tensor, places: Tensor) -> Tensor:
        """The last convolution at some places only: (k, 32)."""
        if kernels.suit(x.device):
            patches = torch.from_numpy(kernels.patches(_array(x), places.numpy()))
        else:
            _, channels, height, width = x.shape
            steps = torch.arange(3, device=x.device)
            corner = (places[:, 0] * height + places[:, 1]) * width + places[:, 2]
            rows = corner[:, None] + (steps[:, None] * width + steps).flatten()
            patches = x.permute(0, 2, 3, 1).reshape(-1, channels)[rows.flatten()].view(-1, 9 * channels)
        return nn.functional.linear(patches, self.conv3.weight.permute(0, 2, 3, 1).flatten(1), self.conv3.bias)

    def _judge(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """The features, (..., 32), after PReLU, and the probability of a face from them, (...).

        The softmax over two classes is the sigmoid of their difference.
        """
        weight, bias = self.conv4_1.weight.flatten(1), self.conv4_1.bias
        assert bias is not None
        direction, shift = weight[1] - weight[0], bias[1] - bias[0]
        if kernels.suit(features.device):
            features = features.contiguous()
            probability = torch.empty(features.shape[:-1])
            rows, slope = features.view(-1, features.shape[-1]).numpy(), self.prelu3.weight.numpy()
            kernels.judge(rows, slope, direction.numpy(), float(shift), probability.view(-1).numpy())
            return features, probability
        features = nn.functional.prelu(features.movedim(-1, 1), self.prelu3.weight).movedim(1, -1)
        return features, torch.sigmoid(features @ direction + shift)


def windows_between(warm: Tensor, inside: Tensor) -> Tensor:
    """Return the places, int64 (k, 3), of the windows next to `warm` ones.

    `warm`, bool (n, h, w), is known for the windows of even row and column, `inside`, (height, width), for all.
    """
    if kernels.suit(warm.device):
        return torch.from_numpy(kernels.between(warm.numpy(), inside.numpy()))
    mask = torch.zeros(len(warm), *inside.shape, dtype=torch.bool, device=warm.device)
    mask[:, ::2, ::2] = warm
    for axis in (1, 2):
        wide = mask.clone()
        shared = mask.shape[axis] - 1
        wide.narrow(axis, 1, shared).logical_or_(mask.narrow(axis, 0, shared))
        wide.narrow(axis, 0, shared).logical_or_(mask.narrow(axis, 1, shared))
        mask = wide
    mask[:, ::2, ::2] = False
    return (mask & inside).nonzero()


def pack(sizes: Sequence[tuple[int, int]]) -> tuple[list[tuple[int, int]], int, int]:
    """Return where to put rectangles of these (height, width), all even corners, and the height and width of it all.

    Each goes to the first free place that holds it and leaves what is free to its right and below it. For the levels of
    a pyramid, the largest first, the result has 1.1 times their area.
    """
    width = max(w for _, w in sizes)
    free = [(0, 0, sum(h + 1 for h, _ in sizes), width)]
    corners = []
    for h, w in sizes:
        place = next(n for n, (_, _, high, wide) in enumerate(free) if h <= high and w <= wide)
        row, column, high, wide = free.pop(place)
        corners.append((row, column))
        down, right = h + h % 2, w + w % 2
        free[place:place] = [(row, column + right, h, wide - right), (row + down, column, high - down, wide)]
    return corners, max(row + h for (row, _), (h, _) in zip(corners, sizes, strict=True)), width


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
        x = activate_and_pool(self.conv1(x), self.prelu1, 3)
        x = activate_and_pool(self.conv2(x), self.prelu2, 3)
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
        x = activate_and_pool(self.conv1(x), self.prelu1, 3)
        x = activate_and_pool(self.conv2(x), self.prelu2, 3)
        x = activate_and_pool(self.conv3(x), self.prelu3, 2)
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
