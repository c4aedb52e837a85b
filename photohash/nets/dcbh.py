"""DCBH, the face hasher: deep clustering and block hashing (Jang, Jeong, Lee, Cho, ACCV 2018).

The hash head of the paper on a kept descriptor: FC, batch norm, ReLU, then K blocks of M units each, a bit per block.
A bit says whether one unit dominates its block, not which one.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

UNITS = 6  # M of the paper


def relaxed(features: Tensor, units: int = UNITS) -> Tensor:
    """The block hashing layer: features (n, K M) to relaxed codes u = tanh(max softmax(block) - 1/2), (n, K)."""
    block = blocks(features, units)
    # The softmax of the greatest alone: a third of the time of that of all, back and forth (256 codes of 48 bits).
    top = (block - block.amax(2, keepdim=True)).exp().sum(2).reciprocal()
    return torch.tanh(top - 0.5)


def margins(features: Tensor, units: int = UNITS) -> Tensor:
    """By how much the top unit of a block exceeds the logsumexp of its others, (n, K); a bit is 1 where that is >= 0.

    Exactly the rule max softmax >= 1/2, without an exponential that can overflow.
    """
    ordered = blocks(features, units).sort(dim=2, descending=True).values
    return ordered[:, :, 0].sub(ordered[:, :, 1:].logsumexp(2))


def blocks(features: Tensor, units: int) -> Tensor:
    """Features (n, K M) as (n, K, M)."""
    return features.view(len(features), features.shape[1] // units, units)


class DcbhHead(nn.Module):
    """Descriptors (n, inputs) to features f (n, bits x units)."""

    def __init__(self, inputs: int, bits: int, units: int = UNITS) -> None:
        super().__init__()
        if units < 3:  # of two units one always has half of the softmax
            raise ValueError("a block needs three units or more")
        self.bits = bits
        self.units = units
        self.fc = nn.Linear(inputs, bits * units)
        self.norm = nn.BatchNorm1d(bits * units)
        nn.init.xavier_uniform_(self.fc.weight)
        nn.init.zeros_(self.fc.bias)

    def forward(self, descriptors: Tensor) -> Tensor:
        """The features f, of which `relaxed` makes codes that can be trained and `margins` bits."""
        return functional.relu(self.norm(self.fc(descriptors)))

    def margins(self, descriptors: Tensor) -> Tensor:
        """What the code is the sign of, (n, bits)."""
        return margins(self(descriptors), self.units)

    @torch.no_grad()
    def start_from(self, directions: Tensor, mean: Tensor, gain: float, rest: float = 0.1) -> None:
        """Start as the sign projections of `directions` (bits, inputs) on descriptors less their `mean` (inputs,).

        The first unit of block k is gain w_k (x - mean) plus the logsumexp of the others, which are `rest` everywhere:
        it dominates exactly where the projection is not negative. `rest` is above 0 so that the ReLU lets gradients by;
        the batch norm starts as the identity.
        """
        bits = len(directions)
        others = rest + math.log(self.units - 1)
        weight = torch.zeros(bits, self.units, directions.shape[1])
        weight[:, 0] = gain * directions
        bias = torch.full((bits, self.units), rest)
        bias[:, 0] = others - gain * (directions @ mean)
        self.fc.weight.copy_(weight.flatten(0, 1))
        self.fc.bias.copy_(bias.flatten())
        self.norm.reset_parameters()
        assert self.norm.running_var is not None
        self.norm.running_var.fill_(1 - self.norm.eps)
