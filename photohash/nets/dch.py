"""DCH, the image hasher: deep Cauchy hashing (Cao, Long, Liu, Wang, CVPR 2018): FC, then tanh, on a kept descriptor."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class DchHead(nn.Module):
    """Descriptors (n, inputs), scaled to unit length, to relaxed codes u in (-1, 1), (n, bits)."""

    def __init__(self, inputs: int, bits: int) -> None:
        super().__init__()
        self.fc = nn.Linear(inputs, bits)
        nn.init.normal_(self.fc.weight, std=0.01)
        nn.init.zeros_(self.fc.bias)

    def forward(self, descriptors: Tensor) -> Tensor:
        """The relaxed codes."""
        return torch.tanh(self.margins(descriptors))

    def margins(self, descriptors: Tensor) -> Tensor:
        """What the code is the sign of, (n, bits)."""
        scores: Tensor = self.fc(descriptors)
        return scores

    @torch.no_grad()
    def start_from(self, directions: Tensor, mean: Tensor, gain: float) -> None:
        """Start as the sign projections of `directions` (bits, inputs) on descriptors less their `mean` (inputs,)."""
        self.fc.weight.copy_(gain * directions)
        self.fc.bias.copy_(-gain * (directions @ mean))
