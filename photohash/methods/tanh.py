"""DCBH without its blocks: the same features and losses, with a plain tanh layer for the code."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from photohash.methods.centers import ClusteredClassification
from photohash.methods.method import Method
from photohash.nets.dcbh import UNITS


class TanhHead(nn.Module):
    """Inputs to features f (n, bits x units) by FC, batch norm and ReLU, as in DCBH, and to margins by one more FC."""

    def __init__(self, inputs: int, bits: int, units: int) -> None:
        super().__init__()
        self.fc = nn.Linear(inputs, bits * units)
        self.norm = nn.BatchNorm1d(bits * units)
        self.code = nn.Linear(bits * units, bits)
        for layer in (self.fc, self.code):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, inputs: Tensor) -> Tensor:
        """The features f."""
        return functional.relu(self.norm(self.fc(inputs)))

    def margins(self, inputs: Tensor) -> Tensor:
        """What the code is the sign of, (n, bits)."""
        scores: Tensor = self.code(self(inputs))
        return scores


class Tanh(Method):
    """The twin to measure block hashing by: u = tanh(W f + a), all else as in `Dcbh`, but |u| is pulled to 1.

    Only the code layer differs: f is as wide as DCBH's, is classified and clustered by the same terms, and every bit
    sees all of it. FC to the bits alone, without f, would leave the twin a narrower network and no features to classify
    and to cluster, so that not the blocks but their absence of layers were measured. The twin has a matrix more than
    DCBH, whose blocks have no parameters: the comparison leans towards the twin.
    """

    def __init__(
        self,
        inputs: int,
        bits: int,
        classes: int,
        *,
        units: int = UNITS,
        described: float = 1.0,
        quantisation: float = 0.1,
        clustering: float = 1e-4,
        rate: float = 0.5,
    ) -> None:
        super().__init__(inputs, bits, classes)
        self.quantisation = quantisation
        self.head = TanhHead(inputs, bits, units)
        self.classified = ClusteredClassification(
            bits * units, bits, classes, described=described, clustering=clustering, rate=rate
        )

    def margins(self, features: Tensor) -> Tensor:
        """W f + a, (n, bits)."""
        return self.head.margins(features)

    def relaxed(self, features: Tensor) -> Tensor:
        """u = tanh(W f + a), (n, bits)."""
        return torch.tanh(self.margins(features))

    def loss(self, features: Tensor, labels: Tensor) -> Tensor:
        """The whole loss of a batch; in training mode centers move first."""
        described = self.head(features).float()
        codes = torch.tanh(self.head.code(described))
        classified: Tensor = self.classified(described, codes, labels)
        return classified + self.quantisation * unit_quantisation(codes)


def unit_quantisation(codes: Tensor) -> Tensor:
    """The pull of relaxed codes towards plus or minus one: mean of ||u| - 1|."""
    return (codes.abs() - 1).abs().mean()
