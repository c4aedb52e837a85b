"""What pairwise losses share: how far apart two real-valued codes are, what a pair costs, and how pairs are weighed.

Every pair of a batch counts but those of an example with itself. Distances are on the scale of the Hamming distance,
which they are exactly where all entries are 1 or -1. All is computed in float32.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

TINY = 1e-6  # the least norm that a code is divided by


def same_class(labels: Tensor) -> Tensor:
    """Which pairs of a batch with class numbers (n,) are similar, bool (n, n)."""
    return labels[:, None] == labels


def angular_distances(codes: Tensor, others: Tensor) -> Tensor:
    """The Hamming distance relaxed to (K / 2)(1 - cos), of codes (n, K) and others (m, K): (n, m)."""
    codes, others = (functional.normalize(rows.float(), eps=TINY) for rows in (codes, others))
    return codes.shape[1] / 2 * (1 - codes @ others.T).clamp(min=0)


def euclidean_distances(codes: Tensor, others: Tensor) -> Tensor:
    """The Hamming distance relaxed to a quarter of the squared Euclidean distance, (n, K) and (m, K) to (n, m)."""
    codes, others = codes.float(), others.float()
    squares = codes.square().sum(1)[:, None] + others.square().sum(1) - 2 * codes @ others.T
    return squares.clamp(min=0) / 4


def sigmoid_costs(logits: Tensor, similar: Tensor) -> Tensor:
    """The logistic cross-entropy log(1 + e^x) - s x of pairs, in its stable form."""
    return functional.softplus(logits) - similar * logits


def balanced(similar: Tensor) -> Tensor:
    """Weights (n, n) by which similar and dissimilar pairs count alike: the number of pairs over that of the own kind.

    HashNet (Cao, Long, Wang, Yu, ICCV 2017), equation 2. They are finite when the batch has one kind only.
    """
    alike = without_diagonal(similar).float()
    share = alike.mean().clamp(1 / len(alike), 1 - 1 / len(alike))
    return torch.where(similar, 1 / share, 1 / (1 - share))


def positives_raised(similar: Tensor) -> Tensor:
    """The weights (n, n) of DCH's own program: n^2 over the number of similar entries, diagonal and all, others 1."""
    return torch.where(similar, similar.numel() / similar.sum(), 1.0)


def mean_of_pairs(costs: Tensor, weights: Tensor) -> Tensor:
    """The weighed mean of costs (n, n) without the diagonal."""
    return without_diagonal(costs * weights).mean()


def without_diagonal(matrix: Tensor) -> Tensor:
    """The entries of a matrix (n, n) but its diagonal, (n^2 - n,)."""
    return matrix[~torch.eye(len(matrix), dtype=torch.bool, device=matrix.device)]
