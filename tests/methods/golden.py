"""Four codes with their classes, of which the values of several losses are known; and plain arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

CODES = torch.tensor([(0.9, -0.8, 0.7, 0.6), (0.8, -0.7, 0.9, -0.5), (-0.6, 0.9, -0.8, 0.7), (-0.9, 0.6, 0.5, -0.8)])
LABELS = torch.tensor([0, 0, 1, 1])
SIMILAR = LABELS[:, None] == LABELS


def cross_entropy(logits: Tensor, labels: Tensor) -> float:
    """The mean over rows of log(sum(exp)) less the logit of the label."""
    rows = zip(logits.tolist(), labels.tolist(), strict=True)
    return sum(math.log(sum(math.exp(v) for v in row)) - row[y] for row, y in rows) / len(logits)


def clustering(features: Tensor, centers: Tensor, labels: Tensor) -> float:
    """Half the squared distances to the centers, in a plain loop."""
    rows = zip(features.tolist(), labels.tolist(), strict=True)
    return 0.5 * sum(sum((f - c) ** 2 for f, c in zip(row, centers[y].tolist(), strict=True)) for row, y in rows)


def softmax(block: Sequence[float]) -> list[float]:
    total = sum(math.exp(v) for v in block)
    return [math.exp(v) / total for v in block]


def ordered_pairs(count: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(count) for j in range(count) if i != j]
