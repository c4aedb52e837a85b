from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torchvision.ops import nms  # type: ignore[import-untyped]

from photohash.nets import boxes as boxes_module
from photohash.nets.boxes import by_smaller, by_union, correct, pixels, squares, suppress


def shared(a: Tensor, b: Tensor, rim: int) -> tuple[float, list[float]]:
    """Intersection and the two areas, `rim` added to each side."""
    width = max(0.0, float(min(a[2], b[2]) - max(a[0], b[0])) + rim)
    height = max(0.0, float(min(a[3], b[3]) - max(a[1], b[1])) + rim)
    return width * height, [float((c[2] - c[0] + rim) * (c[3] - c[1] + rim)) for c in (a, b)]


def union(a: Tensor, b: Tensor) -> float:
    both, areas = shared(a, b, 0)
    return both / (sum(areas) - both)


def nested(a: Tensor, b: Tensor) -> float:
    both, areas = shared(a, b, 1)
    return both / min(areas)


def greedy(
    boxes: Tensor, scores: Tensor, owners: Tensor, limit: float, overlap: Callable[[Tensor, Tensor], float]
) -> list[int]:
    kept: list[int] = []
    for number in scores.argsort(descending=True, stable=True).tolist():
        rivals = [k for k in kept if owners[k] == owners[number]]
        if all(overlap(boxes[number], boxes[k]) <= limit for k in rivals):
            kept.append(number)
    return kept


def crowd(count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Boxes, scores and owners: many overlap, some scores are equal."""
    generator = torch.Generator().manual_seed(0)
    corner = torch.rand(count, 2, generator=generator) * 200
    boxes = torch.cat([corner, corner + 5 + torch.rand(count, 2, generator=generator) * 80], 1)
    scores = (torch.rand(count, generator=generator) * 200).round() / 200
    return boxes, scores, torch.randint(0, 3, (count,), generator=generator)


@pytest.mark.parametrize(("overlap", "naive"), [(by_union, union), (by_smaller, nested)])
@pytest.mark.parametrize("block", [7, 1000])
def test_suppression_is_greedy(
    overlap: Callable[[Tensor, Tensor], Tensor],
    naive: Callable[[Tensor, Tensor], float],
    block: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(boxes_module, "_BLOCK", block)
    boxes, scores, owners = crowd(300)
    kept = suppress(boxes, scores, owners, 0.5, overlap)
    assert kept.tolist() == greedy(boxes, scores, owners, 0.5, naive)
    assert 0 < len(kept) < 300


@pytest.mark.parametrize("limit", [0.3, 0.5, 0.7])
def test_suppression_is_torchvisions(limit: float) -> None:
    boxes, scores, owners = crowd(2000)
    # Owner by owner: torchvision's batched_nms shifts the boxes apart, which rounds the overlaps.
    expected = [nms(boxes[owners == owner], scores[owners == owner], limit) for owner in range(3)]
    expected = [(owners == owner).nonzero()[:, 0][kept] for owner, kept in enumerate(expected)]
    assert sorted(suppress(boxes, scores, owners, limit).tolist()) == sorted(torch.cat(expected).tolist())


def test_box_inside_another_is_suppressed() -> None:
    boxes = torch.tensor([[0.0, 0, 100, 100], [40, 40, 60, 60], [200, 0, 300, 100]])
    scores, owners = torch.tensor([0.8, 0.9, 0.7]), torch.zeros(3, dtype=torch.int64)
    assert suppress(boxes, scores, owners, 0.7, by_smaller).tolist() == [1, 2]
    assert suppress(boxes, scores, owners, 0.7).tolist() == [1, 0, 2]


def test_nothing_to_suppress() -> None:
    empty = torch.zeros(0, 4)
    assert len(suppress(empty, empty[:, 0], empty[:, 0].long(), 0.7)) == 0


def test_edges_move_by_fractions_of_the_size() -> None:
    box = torch.tensor([[10.0, 20, 29, 59]])
    assert correct(box, torch.tensor([[0.1, -0.1, 0.2, 0.5]]), rim=1).tolist() == [[12, 16, 33, 79]]


def test_squares_keep_the_centre() -> None:
    assert squares(torch.tensor([[0.0, 10, 20, 70], [0, 0, 8, 4]])).tolist() == [[-20, 10, 40, 70], [0, -2, 8, 6]]


def test_pixels_count_from_one_and_stay_inside() -> None:
    boxes = torch.tensor([[-3.0, 0.9, 5.9, 7.2], [2.7, 3.1, 99, 99], [-9, -9, -2, -2]])
    shapes = torch.tensor([[10, 20], [30, 40], [10, 10]])
    assert pixels(boxes, shapes).tolist() == [[0, 0, 5, 7], [1, 2, 40, 30], [0, 0, -2, -2]]
