"""DDH: discriminative deep hashing by divide and encode (Lin, Li, Tang, IJCAI 2017), for faces."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from photohash.methods.centers import ClusteredClassification
from photohash.methods.method import Method
from photohash.methods.tanh import unit_quantisation


class DdhHead(nn.Module):
    """Inputs to features f (n, bits x units) by FC, batch norm, ReLU; a slice of `units` of them to each margin.

    A slice has its own linear unit, and the margins a batch norm. Weights start as He et al. (ICCV 2015) have it.
    """

    def __init__(self, inputs: int, bits: int, units: int) -> None:
        super().__init__()
        self.fc = nn.Linear(inputs, bits * units)
        self.norm = nn.BatchNorm1d(bits * units)
        self.slices = nn.Parameter(torch.empty(bits, units))
        self.code_norm = nn.BatchNorm1d(bits)  # its shift is the bias of the slices
        nn.init.kaiming_uniform_(self.fc.weight, nonlinearity="relu")
        nn.init.zeros_(self.fc.bias)
        nn.init.kaiming_uniform_(self.slices, nonlinearity="relu")

    def forward(self, inputs: Tensor) -> Tensor:
        """The features f."""
        return functional.relu(self.norm(self.fc(inputs)))

    def encode(self, features: Tensor) -> Tensor:
        """The margins (n, bits) of features f."""
        sliced = (features.view(len(features), *self.slices.shape) * self.slices).sum(2)
        margins: Tensor = self.code_norm(sliced)
        return margins


class Ddh(Method):
    """Divide and encode, u = tanh(BN(w_k . f_k)), trained by CE(W1 u + a1, y) + quantisation mean ||u| - 1|.

    Defaults are the authors'. With DCBH's number of units and weights, `described` and `clustering` among them, it is
    DCBH with a linear unit in place of each block's softmax.
    """

    def __init__(
        self,
        inputs: int,
        bits: int,
        classes: int,
        *,
        units: int = 4,
        described: float = 0.0,
        quantisation: float = 0.01,
        clustering: float = 0.0,
        rate: float = 0.5,
    ) -> None:
        super().__init__(inputs, bits, classes)
        self.quantisation = quantisation
        self.head = DdhHead(inputs, bits, units)
        self.classified = ClusteredClassification(
            bits * units, bits, classes, described=described, clustering=clustering, rate=rate
        )

    def margins(self, features: Tensor) -> Tensor:
        """BN(w_k . f_k), (n, bits)."""
        return self.head.encode(self.head(features))

    def relaxed(self, features: Tensor) -> Tensor:
        """u, the tanh of the margins, (n, bits)."""
        return torch.tanh(self.margins(features))

    def loss(self, features: Tensor, labels: Tensor) -> Tensor:
        """The whole loss of a batch; in training mode centers, if asked for, move first."""
        described = self.head(features).float()
        codes = torch.tanh(self.head.encode(described))
        classified: Tensor = self.classified(described, codes, labels)
        return classified + self.quantisation * unit_quantisation(codes)
