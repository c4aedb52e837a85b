"""The geometry of MTCNN's candidate boxes, float32 (n, 4) as x0, y0, x1, y1, and non-maximum suppression."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from photohash.nets import kernels

_BLOCK = 256  # boxes compared with each other and with those kept before at once: bounds the memory


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


def intersection(a: Tensor, b: Tensor, rim: int) -> Tensor:
    """Return the areas that each of `a`, (n, 4), shares with each of `b`, (m, 4); `rim` is added to each side."""
    (ax0, ay0, ax1, ay1), (bx0, by0, bx1, by1) = a[:, :, None].unbind(1), b.T[:, None].unbind(0)
    width = torch.minimum(ax1, bx1).sub_(torch.maximum(ax0, bx0)).add_(rim).clamp_(min=0)
    height = torch.minimum(ay1, by1).sub_(torch.maximum(ay0, by0)).add_(rim).clamp_(min=0)
    return width.mul_(height)


def by_union(a: Tensor, b: Tensor) -> Tensor:
    """Return the intersection of each pair by its union, (n, m)."""
    shared = intersection(a, b, rim=0)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(1) for boxes in (a, b)]
    return shared / (areas[0][:, None] + areas[1]).sub_(shared)


def by_smaller(a: Tensor, b: Tensor) -> Tensor:
    """Return the intersection of each pair by its smaller area, (n, m): 1 for a box inside another one."""
    areas = [(boxes[:, 2:] - boxes[:, :2] + 1).prod(1) for boxes in (a, b)]
    return intersection(a, b, rim=1) / torch.minimum(areas[0][:, None], areas[1])


def suppress(
    boxes: Tensor, scores: Tensor, owners: Tensor, limit: float, overlap: Callable[[Tensor, Tensor], Tensor] = by_union
) -> Tensor:
    """Return which boxes to keep, by falling score: none whose overlap with a kept box of its owner exceeds `limit`."""
    order = scores.argsort(descending=True, stable=True)
    boxes, owners = boxes[order], owners[order]
    if kernels.suit(boxes.device) and overlap in (by_union, by_smaller):
        kept_here = kernels.greedy(boxes.numpy(), owners.numpy(), limit, overlap is by_smaller)
        return order[torch.from_numpy(kept_here)]
    kept = order[:0]
    for start in range(0, len(order), _BLOCK):
        block = torch.arange(start, min(start + _BLOCK, len(order)), device=order.device)

        def rivals(of: Tensor, block: Tensor = block) -> Tensor:
            return (overlap(boxes[of], boxes[block]) > limit) & (owners[of][:, None] == owners[block])

        block = block[~rivals(kept).any(0)]
        rival = rivals(block, block).triu(1)
        # Greedy suppression as a fixed point: the first k boxes are settled after k rounds, mostly all after two or so.
        keep = torch.ones_like(block, dtype=torch.bool)
        while not torch.equal(settled := ~(rival & keep[:, None]).any(0), keep):
            keep = settled
        kept = torch.cat([kept, block[keep]])
    return order[kept]
