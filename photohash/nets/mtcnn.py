"""The face detector: MTCNN's three networks over a pyramid of each picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchvision.ops import batched_nms  # type: ignore[import-untyped]

from photohash.nets.area import Tables, crops, shrink, tables
from photohash.nets.boxes import correct, pixels, squares, suppress_nested
from photohash.nets.cascade import ONet, PNet, RNet, load
from photohash.nets.device import in_batches
from photohash.types import Faces, ModelKey

Picture = NDArray[np.uint8]

_THRESHOLDS = 0.6, 0.7, 0.7
_FACTOR = 0.709  # from one step of the pyramid to the next: about half the area
_WINDOW = 12  # of the proposal network, in steps of 2
_PIXELS = 1 << 23  # of pictures worked on at once: bounds the memory
_PIECE = 1 << 17  # of a level of the pyramid seen at once by the CPU: more would fall out of its cache
_CROPS = 64  # judged at once: what more of them compute falls out of the processor's cache


class Mtcnn:
    """The detector on one device, with the weights that the package facenet_pytorch carries."""

    key = ModelKey("detect", "mtcnn", 1)

    def __init__(self, device: str) -> None:
        self._device = device
        self._pnet, self._rnet, self._onet = PNet(), RNet(), ONet()
        for network, file in ((self._pnet, "pnet.pt"), (self._rnet, "rnet.pt"), (self._onet, "onet.pt")):
            load(network, file, device)

    @torch.inference_mode()
    def detect(self, pictures: Sequence[Picture], min_face: float | Sequence[float] = 20) -> list[Faces]:
        """Return the faces of each picture, uint8 (h, w, 3) of any shapes, the largest first.

        `min_face` is the side in pixels of the least face looked for, one for all or one for each picture. Pictures of
        equal shape share their way through the first network; the candidates of all go through the others together.
        """
        least = [float(min_face)] * len(pictures) if isinstance(min_face, (int, float)) else list(min_face)
        order = sorted(range(len(pictures)), key=lambda n: (pictures[n].shape, least[n]))
        found: dict[int, Faces] = {}
        for part in _portions(order, [picture.size // 3 for picture in pictures]):
            faces = self._detect([pictures[n] for n in part], [least[n] for n in part])
            found.update(zip(part, faces, strict=True))
        return [found[n] for n in range(len(pictures))]

    def _detect(self, pictures: list[Picture], least: list[float]) -> list[Faces]:
        """The faces of pictures that are sorted by shape and least face and fit into memory together."""
        sums = tables(pictures, self._device)
        boxes, owners = self._propose(sums, pictures, least)
        boxes, owners = self._refine(sums, boxes, owners)
        boxes, owners, scores, points = self._conclude(sums, boxes, owners)
        area = (boxes[:, 2:] - boxes[:, :2]).prod(1)
        kept = suppress_nested(boxes, scores, owners, 0.7)
        kept = kept[area[kept].argsort(descending=True, stable=True)]
        mine, all_boxes, all_points, all_scores = (t[kept].cpu().numpy() for t in (owners, boxes, points, scores))
        picks = [mine == number for number in range(len(pictures))]
        return [Faces(all_boxes[pick], all_points[pick], all_scores[pick]) for pick in picks]

    def _propose(self, sums: Tables, pictures: list[Picture], least: list[float]) -> tuple[Tensor, Tensor]:
        """Candidates and their pictures by the first network, over the pyramid of each stack of equal pictures."""
        boxes, owners = [torch.zeros(0, 4, device=self._device)], [sums.starts[:0]]
        for (shape, smallest), group in groupby(range(len(pictures)), key=lambda n: (pictures[n].shape, least[n])):
            numbers = list(group)
            height, width = shape[0] + 1, shape[1] + 1
            begin = sum((p.shape[0] + 1) * (p.shape[1] + 1) for p in pictures[: numbers[0]])
            stack = sums.sums[begin : begin + len(numbers) * height * width].view(-1, height, width, 3)
            levels = [self._scan(stack, scale) for scale in _scales(min(shape[:2]), smallest)]
            if not levels:
                continue
            places, scores, shifts, within = _joined(levels)
            keep = batched_nms(places, scores, within, 0.7)
            boxes.append(squares(correct(places[keep], shifts[keep], rim=0)))
            owners.append(within[keep] + numbers[0])
        return torch.cat(boxes), torch.cat(owners)

    def _scan(self, stack: Tensor, scale: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Boxes, scores, corrections and places in the stack of the candidates at one scale."""
        height, width = (int((length - 1) * scale + 1) for length in stack.shape[1:3])
        found = []
        for few, rows in _pieces(len(stack), height, width, _PIECE if self._device == "cpu" else _PIECE * 32):
            places, scores, corrections = self._pnet(shrink(stack[few], height, width, rows), _THRESHOLDS[0])
            picture, row, column = places.unbind(1)
            corner = torch.stack([2 * column, 2 * row + rows.start], 1).float()
            boxes = torch.cat([((corner + 1) / scale).floor(), ((corner + _WINDOW) / scale).floor()], 1)
            found.append((boxes, scores, corrections, picture + few.start))
        boxes, scores, corrections, within = _joined(found)
        keep = batched_nms(boxes, scores, within, 0.5)
        return boxes[keep], scores[keep], corrections[keep], within[keep]

    def _refine(self, sums: Tables, boxes: Tensor, owners: Tensor) -> tuple[Tensor, Tensor]:
        """The candidates that the second network lets pass, corrected."""
        boxes, owners, cuts = _cut(sums, boxes, owners, 24)
        scores, corrections = _joined(in_batches(self._rnet, cuts, _CROPS))
        passed = scores > _THRESHOLDS[1]
        boxes, owners, scores, corrections = (t[passed] for t in (boxes, owners, scores, corrections))
        keep = batched_nms(boxes, scores, owners, 0.7)
        return squares(correct(boxes[keep], corrections[keep], rim=1)), owners[keep]

    def _conclude(self, sums: Tables, boxes: Tensor, owners: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Boxes, pictures, scores and points of what the third network calls a face."""
        boxes, owners, cuts = _cut(sums, boxes, owners, 48)
        scores, corrections, points = _joined(in_batches(self._onet, cuts, _CROPS))
        passed = scores > _THRESHOLDS[2]
        boxes, owners, scores, corrections, points = (t[passed] for t in (boxes, owners, scores, corrections, points))
        size = boxes[:, 2:] - boxes[:, :2] + 1
        return correct(boxes, corrections, rim=1), owners, scores, points * size[:, None] + boxes[:, None, :2] - 1


def _cut(sums: Tables, boxes: Tensor, owners: Tensor, side: int) -> tuple[Tensor, Tensor, Tensor]:
    """The boxes that lie at least partly in their picture, their pictures and their crops."""
    whole = pixels(boxes, sums.shapes[owners])
    inside = (whole[:, 2:] > whole[:, :2]).all(1)
    boxes, owners, whole = boxes[inside], owners[inside], whole[inside]
    return boxes, owners, crops(sums, owners, whole, side)


def _joined(batches: Sequence[tuple[Tensor, ...]]) -> tuple[Tensor, ...]:
    return tuple(torch.cat(column) for column in zip(*batches, strict=True))


def _scales(short_side: int, least: float) -> Iterator[float]:
    """The scales at which the window of the first network spans faces from `least` to the short side."""
    scale = _WINDOW / least
    while short_side * scale >= _WINDOW:
        yield scale
        scale *= _FACTOR


def _pieces(count: int, height: int, width: int, pixels: int) -> Iterator[tuple[slice, slice]]:
    """Which pictures and rows of a stack the first network sees at once: some whole ones, or a strip of a large one.

    Strips overlap so that each window lies whole in one of them.
    """
    overlap = _WINDOW - 2
    step = max((pixels // width - overlap) // 2 * 2, 2)
    together = max(pixels // (width * height), 1)
    for first in range(0, count, together):
        for top in range(0, height - overlap, step):
            yield slice(first, first + together), slice(top, min(top + step + overlap, height))


def _portions(numbers: Sequence[int], sizes: Sequence[int]) -> Iterator[list[int]]:
    """Runs of numbers whose sizes add up to at most _PIXELS, or single larger ones."""
    portion: list[int] = []
    total = 0
    for number in numbers:
        if portion and total + sizes[number] > _PIXELS:
            yield portion
            portion, total = [], 0
        portion.append(number)
        total += sizes[number]
    if portion:
        yield portion
