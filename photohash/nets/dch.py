"""DCH, the image hasher: deep Cauchy hashing (Cao, Long, Liu, Wang, CVPR 2018): FC, then tanh, on a kept descriptor."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class DchHead(nn.Module):
    """Descriptors (n, inputs), scaled to unit length, to relaxed codes u in (-1, 1), (n, bits).

    With `hidden` units, what they make of the descriptors, ReLU and a second layer, is added to the margins of the
    paper's one layer. They start without a say.
    """

    def __init__(self, inputs: int, bits: int, hidden: int = 0) -> None:
        super().__init__()
        self.fc = nn.Linear(inputs, bits)
        nn.init.normal_(self.fc.weight, std=0.01)
        nn.init.zeros_(self.fc.bias)
        self.hidden = nn.Linear(inputs, hidden) if hidden else None
        self.bend = nn.Linear(hidden, bits, bias=False) if hidden else None
        if self.bend is not None:
            nn.init.zeros_(self.bend.weight)

    def forward(self, descriptors: Tensor) -> Tensor:
        """The relaxed codes."""
        return torch.tanh(self.margins(descriptors))

    def margins(self, descriptors: Tensor) -> Tensor:
        """What the code is the sign of, (n, bits)."""
        scores: Tensor = self.fc(descriptors)
        if self.hidden is not None and self.bend is not None:
            scores = scores + self.bend(functional.relu(self.hidden(descriptors)))
        return scores

    @torch.no_grad()
    def start_from(self, directions: Tensor, mean: Tensor, gain: float) -> None:
        """Start as the sign projections of `directions` (bits, inputs) on descriptors less their `mean` (inputs,)."""
        self.fc.weight.copy_(gain * directions)
        self.fc.bias.copy_(-gain * (directions @ mean))
