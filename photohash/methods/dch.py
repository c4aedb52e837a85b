"""DCH: deep Cauchy hashing (Cao, Long, Liu, Wang, CVPR 2018), for images."""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor

from photohash.methods.method import Method
from photohash.methods.pairs import (
    angular_distances,
    balanced,
    euclidean_distances,
    mean_of_pairs,
    positives_raised,
    same_class,
    sigmoid_costs,
)
from photohash.nets.dch import DchHead

DISTANCES = {"angular": angular_distances, "euclidean": euclidean_distances}
WEIGHTS = {"balanced": balanced, "positives": positives_raised}

# As the authors' program runs by default. It has gamma 20 and epsilon 0.001 on squared distances, which are four times
# those here, and no quantisation, which would be "square".
OFFICIAL: dict[str, Any] = {
    "distance": "euclidean",
    "epsilon": 0.001 / 4,
    "weights": "positives",
    "quantiser": "square",
    "quantisation": 0.0,
    "favour": (10.0, 20.0),
}


class Dch(Method):
    """FC and tanh, trained by the Cauchy cross-entropy of pairs + `quantisation` times the Cauchy quantisation.

    Equations 6 and 7 of the paper, with d = (K/2)(1 - cos). Its ablations are options: Q is `quantisation` 0, C is
    `likelihood` "sigmoid", and E, of which the paper tells little, is read as `quantiser` "square" or as `distance`
    "euclidean". `favour` multiplies the learning rate of the code layer's weights and of its biases. `gamma` is on the
    scale of the Hamming distance. With "sigmoid", P(similar) = sigmoid(alpha <u, v>), alpha = 10 / K as in HashNet.
    """

    def __init__(
        self,
        inputs: int,
        bits: int,
        classes: int,
        *,
        gamma: float = 5.0,
        quantisation: float = 0.1,
        distance: Literal["angular", "euclidean"] = "angular",
        epsilon: float = 1e-3,
        likelihood: Literal["cauchy", "sigmoid"] = "cauchy",
        quantiser: Literal["cauchy", "square"] = "cauchy",
        weights: Literal["balanced", "positives"] = "balanced",
        favour: tuple[float, float] = (1.0, 1.0),
    ) -> None:
        super().__init__(inputs, bits, classes)
        self.gamma = gamma
        self.quantisation = quantisation
        self.distances = DISTANCES[distance]
        self.epsilon = epsilon
        self.likelihood = likelihood
        self.quantiser = quantiser
        self.weights = WEIGHTS[weights]
        self.favour = favour
        self.head = DchHead(inputs, bits)

    def margins(self, features: Tensor) -> Tensor:
        """The code layer's output z, (n, bits)."""
        return self.head.margins(features)

    def relaxed(self, features: Tensor) -> Tensor:
        """u = tanh(z), (n, bits)."""
        codes: Tensor = self.head(features)
        return codes

    def loss(self, features: Tensor, labels: Tensor) -> Tensor:
        """The whole loss of a batch."""
        return self.of_codes(self.head(features).float(), same_class(labels))

    def of_codes(self, codes: Tensor, similar: Tensor) -> Tensor:
        """The loss of relaxed codes (n, K), of which pairs are `similar` bool (n, n)."""
        if self.likelihood == "cauchy":
            costs = cauchy_costs(self.distances(codes, codes) + self.epsilon, similar, self.gamma)
        else:
            costs = sigmoid_costs(10 / self.bits * codes @ codes.T, similar)
        loss = mean_of_pairs(costs, self.weights(similar))
        if self.quantisation:
            loss = loss + self.quantisation * self.quantised(codes)
        return loss

    def quantised(self, codes: Tensor) -> Tensor:
        """How far relaxed codes (n, K) are from their signs."""
        return cauchy_quantisation(codes, self.gamma) if self.quantiser == "cauchy" else square_quantisation(codes)

    def groups(self, rate: float, decay: float) -> list[dict[str, Any]]:
        """Weights and biases at their own multiples of the rate; biases do not decay."""
        of_weights, of_biases = self.favour
        weights, biases = ([p for p in self.parameters() if (p.ndim > 1) == is_weight] for is_weight in (True, False))
        return [
            {"params": weights, "lr": of_weights * rate, "weight_decay": decay},
            {"params": biases, "lr": of_biases * rate, "weight_decay": 0.0},
        ]


def cauchy_costs(distances: Tensor, similar: Tensor, gamma: float) -> Tensor:
    """The Cauchy cross-entropy of pairs, in its stable form: log(1 + d / gamma), and log(1 + gamma / d) of the others.

    Equal to the paper's s log(d / gamma) + log(1 + gamma / d). The gradient of a dissimilar pair grows without bound as
    its distance goes to 0: add a little to the distances.
    """
    return torch.where(similar, torch.log1p(distances / gamma), torch.log1p(gamma / distances))


def cauchy_quantisation(codes: Tensor, gamma: float) -> Tensor:
    """The mean of log(1 + d(|u|, 1) / gamma) over codes float (n, K) (DCH, equation 7)."""
    ones = torch.ones(1, codes.shape[1], device=codes.device)
    return torch.log1p(angular_distances(codes.abs(), ones) / gamma).mean()


def square_quantisation(codes: Tensor) -> Tensor:
    """The mean of (|u| - 1)^2 over the entries of codes."""
    return (codes.abs() - 1).square().mean()
