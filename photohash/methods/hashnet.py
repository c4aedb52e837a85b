"""HashNet: hashing by continuation (Cao, Long, Wang, Yu, ICCV 2017)."""

from __future__ import annotations

import torch
from torch import Tensor

from photohash.methods.method import Method
from photohash.methods.pairs import balanced, mean_of_pairs, same_class, sigmoid_costs
from photohash.nets.dch import DchHead


class HashNet(Method):
    """FC and tanh(beta z), beta growing as training goes on, trained by the weighed cross-entropy of inner products.

    The mean over pairs of w (log(1 + e^x) - s x), x = alpha <u, v>, alpha = 10 / K (equation 4); similar and dissimilar
    pairs count alike. beta = sqrt(1 + growth step), renewed `every` steps as in the authors' program. Steps are counted
    in a buffer, so that training resumed goes on with the same beta.
    """

    step: Tensor

    def __init__(
        self,
        inputs: int,
        bits: int,
        classes: int,
        *,
        alpha: float | None = None,
        growth: float = 0.005,
        every: int = 200,
    ) -> None:
        super().__init__(inputs, bits, classes)
        self.alpha = 10 / bits if alpha is None else alpha
        self.growth = growth
        self.every = every
        self.head = DchHead(inputs, bits)
        self.register_buffer("step", torch.zeros((), dtype=torch.int64))

    @property
    def beta(self) -> Tensor:
        """The steepness of the tanh, a scalar."""
        renewed = self.step.div(self.every, rounding_mode="floor") * self.every
        return (1 + self.growth * renewed).sqrt()

    def margins(self, features: Tensor) -> Tensor:
        """The code layer's output z, (n, bits)."""
        return self.head.margins(features)

    def relaxed(self, features: Tensor) -> Tensor:
        """u = tanh(beta z), (n, bits)."""
        return torch.tanh(self.beta * self.margins(features))

    def loss(self, features: Tensor, labels: Tensor) -> Tensor:
        """The whole loss of a batch; in training mode a step is counted."""
        loss = self.of_codes(self.relaxed(features).float(), same_class(labels))
        if self.training:
            self.step += 1
        return loss

    def of_codes(self, codes: Tensor, similar: Tensor) -> Tensor:
        """The loss of relaxed codes (n, K), of which pairs are `similar` bool (n, n)."""
        return mean_of_pairs(sigmoid_costs(self.alpha * codes @ codes.T, similar), balanced(similar))
