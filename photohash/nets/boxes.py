"""The geometry of MTCNN's candidate boxes, float32 (n, 4) as x0, y0, x1, y1, and non-maximum suppression."""

from __future__ import annotations

import torch
from torch import Tensor


def correct(boxes: Tensor, corrections: Tensor, rim: int) -> Tensor:
    """Return the boxes with each edge moved by its fraction of the size; `rim` is added to the size.

    The networks were trained with sizes that count both border pixels (rim 1) in the second and third stage only.
    """
    size = boxes[:, 2:] - boxes[:, :2] + rim
    return boxes + corrections * size.repeat(1, 2)


def squares(boxes: Tensor) -> Tensor:
    """Return the boxes widened about their centres to squares of the longer side."""
    size = boxes[:, 2:] - boxes[:, :2]
    side = size.amax(1, keepdim=True)
    corner = boxes[:, :2] + size * 0.5 - side * 0.5
    return torch.cat([corner, corner + side], 1)


def pixels(boxes: Tensor, shapes: Tensor) -> Tensor:
    """Return the boxes as whole pixels within their pictures of (height, width) `shapes`, ends excluded: int64 (n, 4).

    The networks were trained with corners that count from 1 and belong to the box.
    """
    whole = boxes.trunc().long()
    limits = shapes.flip(1)
    return torch.cat([whole[:, :2].clamp(min=1) - 1, torch.minimum(whole[:, 2:], limits)], 1)


def suppress_nested(boxes: Tensor, scores: Tensor, owners: Tensor, limit: float) -> Tensor:
    """Return which boxes to keep, by falling score: none whose overlap with a kept box of its owner exceeds `limit`.

    The overlap is the intersection by the smaller area, so that a box inside another one is suppressed too. Meant for
    the few boxes that the last stage leaves: all pairs are compared at once.
    """
    order = scores.argsort(descending=True, stable=True)
    boxes, owners = boxes[order], owners[order]
    corner = torch.maximum(boxes[:, None, :2], boxes[None, :, :2])
    size = (torch.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - corner + 1).clamp(min=0)
    area = (boxes[:, 2:] - boxes[:, :2] + 1).prod(1)
    overlap = size.prod(2) / torch.minimum(area[:, None], area[None, :])
    rival = ((overlap > limit) & (owners[:, None] == owners[None, :])).triu(1)
    # Greedy suppression as a fixed point: the first k boxes are settled after k rounds, mostly all after two or three.
    keep = torch.ones_like(scores, dtype=torch.bool)
    while not torch.equal(settled := ~(rival & keep[:, None]).any(0), keep):
        keep = settled
    return order[keep]
