"""The face detector: MTCNN's three networks over a pyramid of each picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from photohash.nets.area import Tables, crops, shrink, tables
from photohash.nets.boxes import by_smaller, correct, pixels, squares, suppress
from photohash.nets.cascade import ONet, PNet, RNet, load
from photohash.nets.device import in_batches
from photohash.types import Faces, ModelKey

Picture = NDArray[np.uint8]

_THRESHOLDS = 0.6, 0.7, 0.7
_FACTOR = 0.709  # from one step of the pyramid to the next: about half the area
_WINDOW = 12  # of the proposal network, in steps of 2
_PIXELS = 1 << 22  # of pictures worked on at once: bounds the memory
_PIECE = 1 << 19  # of a pyramid seen at once by the CPU's threads: most of that of 1024 x 768
_CROPS = 64  # judged at once: what more of them compute falls out of the processor's cache


class Mtcnn:
    """The detector on one device, with the weights that the package facenet_pytorch carries."""

    key = ModelKey("detect", "mtcnn", 1)

    def __init__(self, device: str, threads: int = 1) -> None:
        """`threads` work on one call, each running torch with one thread: its own threads wait more than they work."""
        self._device, self._threads = device, threads
        self._map: Callable[..., Iterable[Any]] = map
        if threads > 1:
            self._map = ThreadPoolExecutor(threads, "detect", torch.set_num_threads, (1,)).map
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
        kept = suppress(boxes, scores, owners, 0.7, by_smaller)
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
            scales = list(_scales(min(shape[:2]), smallest))
            if not scales:
                continue
            places, scores, shifts, within = self._scan(stack, scales)
            keep = suppress(places, scores, within, 0.7)
            boxes.append(squares(correct(places[keep], shifts[keep], rim=0)))
            owners.append(within[keep] + numbers[0])
        return torch.cat(boxes), torch.cat(owners)

    def _scan(self, stack: Tensor, scales: Sequence[float]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Boxes, scores, corrections and places in the stack of the candidates at all scales."""
        budget = _PIECE // self._threads if self._device == "cpu" else _PIECE * 8
        work = []
        for strips in _pieces(stack.shape[1] - 1, stack.shape[2] - 1, scales, budget):
            together = max(budget // sum(s.pixels for s in strips), 1)
            work += [(strips, slice(first, first + together)) for first in range(0, len(stack), together)]
        found = list(self._map(lambda piece: self._scan_piece(stack, scales, *piece), work))
        boxes, scores, corrections, within, which = _joined(found)
        keep = suppress(boxes, scores, within * len(scales) + which, 0.5)
        return boxes[keep], scores[keep], corrections[keep], within[keep]

    @torch.inference_mode()
    def _scan_piece(
        self, stack: Tensor, scales: Sequence[float], strips: list[_Strip], few: slice
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Boxes, scores, corrections, places in the stack and levels of the candidates in a piece of the pyramid."""
        levels = [shrink(stack[few], s.height, s.width, s.rows) for s in strips]
        places, scores, corrections = self._pnet(levels, _THRESHOLDS[0])
        strip, picture, row, column = places.unbind(1)
        level, top = torch.tensor([(s.level, s.rows.start) for s in strips], device=stack.device).unbind(1)
        scale = torch.tensor([scales[s.level] for s in strips], device=stack.device)
        corner = torch.stack([2 * column, 2 * row + top[strip]], 1).float()
        boxes = torch.cat([corner + 1, corner + _WINDOW], 1).div_(scale[strip, None]).floor_()
        return boxes, scores, corrections, picture + few.start, level[strip]

    def _refine(self, sums: Tables, boxes: Tensor, owners: Tensor) -> tuple[Tensor, Tensor]:
        """The candidates that the second network lets pass, corrected."""
        boxes, owners, (scores, corrections) = self._judge(self._rnet, 24, sums, boxes, owners)
        passed = scores > _THRESHOLDS[1]
        boxes, owners, scores, corrections = (t[passed] for t in (boxes, owners, scores, corrections))
        keep = suppress(boxes, scores, owners, 0.7)
        return squares(correct(boxes[keep], corrections[keep], rim=1)), owners[keep]

    def _conclude(self, sums: Tables, boxes: Tensor, owners: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Boxes, pictures, scores and points of what the third network calls a face."""
        boxes, owners, (scores, corrections, points) = self._judge(self._onet, 48, sums, boxes, owners)
        passed = scores > _THRESHOLDS[2]
        boxes, owners, scores, corrections, points = (t[passed] for t in (boxes, owners, scores, corrections, points))
        size = boxes[:, 2:] - boxes[:, :2] + 1
        return correct(boxes, corrections, rim=1), owners, scores, points * size[:, None] + boxes[:, None, :2] - 1

    def _judge(
        self, network: RNet | ONet, side: int, sums: Tables, boxes: Tensor, owners: Tensor
    ) -> tuple[Tensor, Tensor, tuple[Tensor, ...]]:
        """The boxes that lie at least partly in their picture, their pictures and what a network says of them."""
        whole = pixels(boxes, sums.shapes[owners])
        inside = (whole[:, 2:] > whole[:, :2]).all(1)
        boxes, owners, whole = boxes[inside], owners[inside], whole[inside]

        @torch.inference_mode()
        def share(numbers: Tensor) -> tuple[Tensor, ...]:
            return _joined(in_batches(network, crops(sums, owners[numbers], whole[numbers], side), _CROPS))

        shares = torch.arange(len(boxes), device=self._device).tensor_split(self._threads)
        return boxes, owners, _joined(list(self._map(share, shares)))


def _joined(batches: Sequence[tuple[Tensor, ...]]) -> tuple[Tensor, ...]:
    return tuple(torch.cat(column) for column in zip(*batches, strict=True))


def _scales(short_side: int, least: float) -> Iterator[float]:
    """The scales at which the window of the first network spans faces from `least` to the short side."""
    scale = _WINDOW / least
    while short_side * scale >= _WINDOW:
        yield scale
        scale *= _FACTOR


@dataclass(frozen=True, slots=True)
class _Strip:
    """Some rows of a level of the pyramid, which is `height` and `width` large."""

    level: int
    height: int
    width: int
    rows: slice

    @property
    def pixels(self) -> int:
        return int(self.rows.stop - self.rows.start) * self.width


def _pieces(height: int, width: int, scales: Sequence[float], pixels: int) -> Iterator[list[_Strip]]:
    """The pyramid in pieces of about as many pixels: strips of a large level, several small levels.

    Strips of a level overlap so that each window lies whole in one of them.
    """
    overlap = _WINDOW - 2
    piece: list[_Strip] = []
    for level, scale in enumerate(scales):
        high, wide = int(height * scale + 1), int(width * scale + 1)
        step = max((pixels // wide - overlap) // 4 * 4, 4)
        for top in range(0, high - overlap, step):
            strip = _Strip(level, high, wide, slice(top, min(top + step + overlap, high)))
            if piece and sum(s.pixels for s in piece) + strip.pixels > pixels:
                yield piece
                piece = []
            piece.append(strip)
    if piece:
        yield piece


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
