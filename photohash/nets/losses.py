"""The losses of DCBH (Jang et al., ACCV 2018) and DCH (Cao et al., CVPR 2018), in float32 whatever the autocast."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from photohash.nets.dcbh import UNITS, relaxed

TINY = 1e-6  # the least norm that a code is divided by


def center_loss(features: Tensor, centers: Tensor, labels: Tensor) -> Tensor:
    """Half the squared distances of features (n, d) to the centers (c, d) of their labels (n,), summed over the batch.

    Wen, Zhang, Li, Qiao: A discriminative feature learning approach for deep face recognition, ECCV 2016, equation 2.
    """
    return 0.5 * (features - centers[labels]).square().sum()


@torch.no_grad()
def move_centers(centers: Tensor, features: Tensor, labels: Tensor, rate: float = 0.5) -> None:
    """Move each center met in the batch towards its features, in place: rate times sum(f - c) / (1 + their number).

    Equation 4 of the center loss paper; DCBH's own program uses rate 1.
    """
    moves = torch.zeros_like(centers).index_add_(0, labels, features - centers[labels])
    counts = torch.bincount(labels, minlength=len(centers)).to(centers.dtype)
    centers += rate * moves / (1 + counts)[:, None]


def half_quantisation(codes: Tensor) -> Tensor:
    """DCBH's pull of relaxed codes towards plus or minus one half: mean of |1/2 - |u||."""
    return (0.5 - codes.abs()).abs().mean()


class DcbhLoss(nn.Module):
    """DCBH's whole loss: both classifications, quantisation and center clustering.

    CE(W1 u + a1, y) + CE(W2 f + a2, y) + quantisation Q + center L_c, with the weights of the authors' program.
    Centers move by `move_centers` at `rate` alone; in that program they move at rate 1 and by gradient as well.
    """

    centers: Tensor

    def __init__(
        self,
        bits: int,
        classes: int,
        units: int = UNITS,
        quantisation: float = 0.1,
        clustering: float = 1e-4,
        rate: float = 0.5,
    ) -> None:
        super().__init__()
        self.units = units
        self.quantisation = quantisation
        self.clustering = clustering
        self.rate = rate
        self.of_codes = nn.Linear(bits, classes)
        self.of_features = nn.Linear(bits * units, classes)
        self.register_buffer("centers", nn.init.xavier_uniform_(torch.empty(classes, bits * units)))

    def forward(self, features: Tensor, labels: Tensor) -> Tensor:
        """The loss of features f (n, bits x units) of people `labels` (n,); in training mode centers move first."""
        features = features.float()
        codes = relaxed(features, self.units)
        if self.training:
            move_centers(self.centers, features.detach(), labels, self.rate)
        return (
            functional.cross_entropy(self.of_codes(codes), labels)
            + functional.cross_entropy(self.of_features(features), labels)
            + self.quantisation * half_quantisation(codes)
            + self.clustering * center_loss(features, self.centers, labels)
        )


def code_distances(codes: Tensor, others: Tensor) -> Tensor:
    """The Hamming distance relaxed, (K / 2)(1 - cos), of codes (n, K) and others (m, K): (n, m)."""
    codes, others = (functional.normalize(rows.float(), eps=TINY) for rows in (codes, others))
    return codes.shape[1] / 2 * (1 - codes @ others.T).clamp(min=0)


def cauchy_pairs(codes: Tensor, similar: Tensor, gamma: float, epsilon: float = 1e-3) -> Tensor:
    """The Cauchy cross-entropy of all pairs of a batch but each with itself, in its stable form.

    A similar pair costs log(1 + d / gamma), a dissimilar one log(1 + gamma / d); each kind is weighted by the number of
    pairs over its own number, so that both count alike (DCH, equations 2 and 6). `codes` float (n, K), `similar` bool
    (n, n). `epsilon` is added to d, for the gradient of a dissimilar pair grows without bound as d goes to 0.
    """
    others = ~torch.eye(len(codes), dtype=torch.bool, device=codes.device)
    distances = code_distances(codes, codes) + epsilon
    losses = torch.where(similar, torch.log1p(distances / gamma), torch.log1p(gamma / distances))[others]
    alike = similar[others].float()
    share = alike.mean().clamp(1 / len(alike), 1 - 1 / len(alike))  # finite when the batch has one kind only
    return (losses * torch.where(alike > 0, 1 / share, 1 / (1 - share))).mean()


def cauchy_quantisation(codes: Tensor, gamma: float) -> Tensor:
    """The mean of log(1 + d(|u|, 1) / gamma) over codes float (n, K) (DCH, equation 7)."""
    ones = torch.ones(1, codes.shape[1], device=codes.device)
    return torch.log1p(code_distances(codes.abs(), ones) / gamma).mean()
