from __future__ import annotations

import torch
from torch import Tensor

from photohash.nets.boxes import correct, pixels, squares, suppress_nested


def nested(a: Tensor, b: Tensor) -> float:
    """Intersection by the smaller area, both counted with their border pixels."""
    width = max(0.0, float(min(a[2], b[2]) - max(a[0], b[0])) + 1)
    height = max(0.0, float(min(a[3], b[3]) - max(a[1], b[1])) + 1)
    areas = [float((c[2] - c[0] + 1) * (c[3] - c[1] + 1)) for c in (a, b)]
    return width * height / min(areas)


def greedy(boxes: Tensor, scores: Tensor, owners: Tensor, limit: float) -> list[int]:
    kept: list[int] = []
    for number in scores.argsort(descending=True, stable=True).tolist():
        rivals = [k for k in kept if owners[k] == owners[number]]
        if all(nested(boxes[number], boxes[k]) <= limit for k in rivals):
            kept.append(number)
    return kept


def test_suppression_is_greedy() -> None:
    generator = torch.Generator().manual_seed(0)
    corner = torch.rand(300, 2, generator=generator) * 200
    boxes = torch.cat([corner, corner + 5 + torch.rand(300, 2, generator=generator) * 80], 1)
    scores = torch.rand(300, generator=generator)
    owners = torch.randint(0, 3, (300,), generator=generator)
    kept = suppress_nested(boxes, scores, owners, 0.7)
    assert kept.tolist() == greedy(boxes, scores, owners, 0.7)
    assert 0 < len(kept) < 300


def test_box_inside_another_is_suppressed() -> None:
    boxes = torch.tensor([[0.0, 0, 100, 100], [40, 40, 60, 60], [200, 0, 300, 100]])
    kept = suppress_nested(boxes, torch.tensor([0.8, 0.9, 0.7]), torch.zeros(3, dtype=torch.int64), 0.7)
    assert kept.tolist() == [1, 2]


def test_nothing_to_suppress() -> None:
    empty = torch.zeros(0, 4)
    assert len(suppress_nested(empty, empty[:, 0], empty[:, 0].long(), 0.7)) == 0


def test_edges_move_by_fractions_of_the_size() -> None:
    box = torch.tensor([[10.0, 20, 29, 59]])
    assert correct(box, torch.tensor([[0.1, -0.1, 0.2, 0.5]]), rim=1).tolist() == [[12, 16, 33, 79]]


def test_squares_keep_the_centre() -> None:
    assert squares(torch.tensor([[0.0, 10, 20, 70], [0, 0, 8, 4]])).tolist() == [[-20, 10, 40, 70], [0, -2, 8, 6]]


def test_pixels_count_from_one_and_stay_inside() -> None:
    boxes = torch.tensor([[-3.0, 0.9, 5.9, 7.2], [2.7, 3.1, 99, 99], [-9, -9, -2, -2]])
    shapes = torch.tensor([[10, 20], [30, 40], [10, 10]])
    assert pixels(boxes, shapes).tolist() == [[0, 0, 5, 7], [1, 2, 40, 30], [0, 0, -2, -2]]
