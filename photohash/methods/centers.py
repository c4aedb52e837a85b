"""What the face hashers share: classification of codes and of features, and clustering of features around centers."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


def center_loss(features: Tensor, centers: Tensor, labels: Tensor) -> Tensor:
    """Half the squared distances of features (n, d) to the centers (c, d) of their labels (n,), summed over the batch.

    Wen, Zhang, Li, Qiao: A discriminative feature learning approach for deep face recognition, ECCV 2016, equation 2.
    """
    return 0.5 * (features - centers[labels]).square().sum()


@torch.no_grad()
def move_centers(centers: Tensor, features: Tensor, labels: Tensor, rate: float) -> None:
    """Move each center met in the batch towards its features, in place: rate times sum(f - c) / (1 + their number).

    Equation 4 of the center loss paper, whose own rate is 0.5.
    """
    moves = torch.zeros_like(centers).index_add_(0, labels, features - centers[labels])
    counts = torch.bincount(labels, minlength=len(centers)).to(centers.dtype)
    centers += rate * moves / (1 + counts)[:, None]


class ClusteredClassification(nn.Module):
    """CE(W1 u + a1, y) + `described` CE(W2 f + a2, y) + `clustering` L_c, of features f (n, width), codes u (n, bits).

    A weight of 0 leaves a term out. Centers follow the features at `rate` whenever the loss is taken in training mode;
    they are learned as well, from the gradient of L_c, if `learned`.
    """

    centers: Tensor

    def __init__(
        self,
        width: int,
        bits: int,
        classes: int,
        *,
        described: float = 1.0,
        clustering: float = 1e-4,
        rate: float = 0.5,
        learned: bool = False,
    ) -> None:
        super().__init__()
        self.described = described
        self.clustering = clustering
        self.rate = rate
        self.of_codes = nn.Linear(bits, classes)
        self.of_features = nn.Linear(width, classes)
        for layer in (self.of_codes, self.of_features):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
        centers = nn.init.xavier_uniform_(torch.empty(classes, width))
        if learned:
            self.centers = nn.Parameter(centers)
        else:
            self.register_buffer("centers", centers)

    def forward(self, features: Tensor, codes: Tensor, labels: Tensor) -> Tensor:
        """The weighed sum of the terms for classes `labels` (n,); in training mode centers move first."""
        total = functional.cross_entropy(self.of_codes(codes), labels)
        if self.described:
            total = total + self.described * functional.cross_entropy(self.of_features(features), labels)
        if self.clustering:
            if self.training:
                move_centers(self.centers, features.detach(), labels, self.rate)
            total = total + self.clustering * center_loss(features, self.centers, labels)
        return total
