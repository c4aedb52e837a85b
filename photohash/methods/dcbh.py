"""DCBH: deep clustering and block hashing (Jang, Jeong, Lee, Cho, ACCV 2018), for faces."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from photohash.methods.centers import ClusteredClassification
from photohash.methods.method import Method
from photohash.nets.dcbh import UNITS, DcbhHead, relaxed

# The authors' program gives its centers two updates at once; the center loss paper and this one, by default, have one.
OFFICIAL: dict[str, Any] = {"rate": 1.0, "learned": True}


class Dcbh(Method):
    """Block hashing, trained by CE(W1 u + a1, y) + CE(W2 f + a2, y) + quantisation Q + clustering L_c.

    f is the features before the blocks, u the relaxed codes, Q = mean | 1/2 - |u| |, and L_c the center loss, summed
    over the batch; weights as in the authors' program. With its `OFFICIAL` options centers move at rate 1 before each
    step and are learned by gradient too. `clustering` 0 is the ablation without centers; `units` is M, 3 or more.
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
        learned: bool = False,
    ) -> None:
        super().__init__(inputs, bits, classes)
        self.quantisation = quantisation
        self.head = DcbhHead(inputs, bits, units)
        self.classified = ClusteredClassification(
            bits * units, bits, classes, described=described, clustering=clustering, rate=rate, learned=learned
        )

    def margins(self, features: Tensor) -> Tensor:
        """By how much one unit dominates each block, (n, bits)."""
        return self.head.margins(features)

    def relaxed(self, features: Tensor) -> Tensor:
        """u = tanh(max softmax(block) - 1/2), (n, bits), for six units in -0.3216..0.4622."""
        return relaxed(self.head(features), self.head.units)

    def loss(self, features: Tensor, labels: Tensor) -> Tensor:
        """The whole loss of a batch; in training mode centers move first."""
        described = self.head(features).float()
        codes = relaxed(described, self.head.units)
        classified: Tensor = self.classified(described, codes, labels)
        return classified + self.quantisation * half_quantisation(codes)

    def groups(self, rate: float, decay: float) -> list[dict[str, Any]]:
        """All parameters in one group, but learned centers, which are points and no weights, without decay."""
        centers = {id(self.classified.centers)}
        weights = [value for value in self.parameters() if id(value) not in centers]
        groups: list[dict[str, Any]] = [{"params": weights, "lr": rate, "weight_decay": decay}]
        if self.classified.centers.requires_grad:
            groups.append({"params": [self.classified.centers], "lr": rate, "weight_decay": 0.0})
        return groups


def half_quantisation(codes: Tensor) -> Tensor:
    """The pull of relaxed codes towards plus or minus one half: mean of |1/2 - |u||."""
    return (0.5 - codes.abs()).abs().mean()
