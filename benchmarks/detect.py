"""The face detector beside facenet_pytorch's MTCNN: the same faces, how much faster, and what small canvases lose."""

from __future__ import annotations

import os

# Before torch is imported: threads that wait by spinning slow both sides tenfold when the computer has other work.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import torch
from facenet_pytorch import MTCNN
from numpy.typing import NDArray
from PIL import Image, ImageOps

from benchmarks.data import require
from benchmarks.report import Row, run
from photohash.nets.device import set_threads
from photohash.nets.mtcnn import Mtcnn
from photohash.types import Faces

Picture = NDArray[np.uint8]
Boxes = NDArray[np.float32]
Work = list[Callable[[], object]]

CANVAS = 1024
MIN_FACES = {1024: (14, 20, 28), 1536: (20, 30, 40), 2048: (20, 28, 40)}
BINS = (0.01, 0.015, 0.02, 0.03, 0.05, 1.0)  # side of a face by the long side of its photo


def measure(quick: bool) -> list[Row]:
    ours, peer = Mtcnn("cpu"), MTCNN(keep_all=True)
    files = photo_files()
    set_threads(1)
    photos = [resized(read(file), CANVAS) for file in (files[::12] if quick else files)]
    portraits = sorted(require("lfw").rglob("*.jpg"))[:: 600 if quick else 40]
    rows = same_faces(ours, peer, photos + [read(file) for file in portraits])
    rows += speed(photos[::2] if quick else photos[::3], 1 if quick else 3)
    set_threads(1)
    return rows + recall(ours, files, quick)


def photo_files() -> list[Path]:
    """Photographs of at least 900 pixels: smaller ones are thumbnails that would have to be blown up."""
    found = []
    for file in sorted(require("photos").rglob("*")):
        if file.suffix.lower() in (".jpg", ".jpeg", ".png"):
            with Image.open(file) as image:
                if max(image.size) >= 900:
                    found.append(file)
    return found


def read(file: Path) -> Picture:
    with Image.open(file) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def resized(picture: Picture, long_side: int) -> Picture:
    height, width = picture.shape[:2]
    scale = long_side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS))


def overlap(a: Boxes, b: Boxes) -> Boxes:
    """Intersection by union, (n, m)."""
    size = np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])
    both = size.clip(min=0).prod(2)
    area_a, area_b = ((boxes[:, 2:] - boxes[:, :2]).prod(1) for boxes in (a, b))
    return np.asarray(both / (area_a[:, None] + area_b[None, :] - both), np.float32)


def same_faces(ours: Mtcnn, peer: MTCNN, pictures: Sequence[Picture]) -> list[Row]:
    """How many of the peer's faces are ours too: box of IoU 0.9 and every point within 3 % of the box."""
    found = same = extra = 0
    for picture in pictures:
        mine = ours.detect([picture])[0]
        boxes, _, points = peer.detect(Image.fromarray(picture), landmarks=True)
        if boxes is None:
            extra += len(mine)
            continue
        found += len(boxes)
        if not len(mine):
            continue
        boxes, points = boxes.astype(np.float32), points.astype(np.float32)
        overlaps = overlap(boxes, mine.boxes)
        match = overlaps.argmax(1)
        apart = np.abs(points - mine.points[match]).max((1, 2)) / np.sqrt((boxes[:, 2:] - boxes[:, :2]).prod(1))
        agreed = (overlaps.max(1) >= 0.9) & (apart <= 0.03)
        same += int(agreed.sum())
        extra += len(mine) - len(set(match[agreed]))
    return [
        Row("pictures compared (photos and LFW)", len(pictures), ""),
        Row("faces of facenet_pytorch", found, ""),
        Row("of them ours too", same, "", found, same / found),
        Row("ours alone", extra, "", found, extra / found),
    ]


def speed(photos: Sequence[Picture], repeats: int) -> list[Row]:
    """Milliseconds per photo of both, on one core and on two.

    The peer takes pictures of one shape in a call, so it gets them one by one; its threads are torch's.
    """
    peer, alone, pair = MTCNN(keep_all=True), Mtcnn("cpu"), Mtcnn("cpu", threads=2)
    fours = [photos[first : first + 4] for first in range(0, len(photos), 4)]

    def one_by_one(detector: Mtcnn) -> Work:
        return [partial(detector.detect, [photo]) for photo in photos]

    def by_four(detector: Mtcnn) -> Work:
        return [partial(detector.detect, four) for four in fours]

    def theirs(threads: int) -> Work:
        def detect(photo: Picture) -> object:
            set_threads(threads)
            result: object = peer.detect(photo, landmarks=True)
            set_threads(1)
            return result

        return [partial(detect, photo) for photo in photos]

    def two_callers(detect: Callable[[Picture], object]) -> Work:
        def everything() -> object:
            with ThreadPoolExecutor(2, initializer=set_threads, initargs=(1,)) as callers:
                return list(callers.map(detect, photos))

        return [everything]

    work = {
        "peer1": theirs(1),
        "peer2": theirs(2),
        "peer callers": two_callers(lambda photo: peer.detect(photo, landmarks=True)),
        "1": one_by_one(alone),
        "1 four": by_four(alone),
        "2": one_by_one(pair),
        "2 four": by_four(pair),
        "callers": two_callers(lambda photo: alone.detect([photo])),
    }
    ms = {name: took * 1e3 / len(photos) for name, took in best(work, repeats).items()}
    best_peer = min(ms["peer2"], ms["peer callers"])

    def row(label: str, mine: str, reference: float) -> Row:
        return Row(label, ms[mine], "ms", reference, reference / ms[mine])

    return [
        # The same photos, a photo to a call: how long one dropped picture takes.
        row("1 thread, a photo to a call", "1", ms["peer1"]),
        row("2 threads, a photo to a call", "2", ms["peer2"]),
        # As a scan calls it: four photos of any shapes at once.
        row("1 thread, four photos to a call", "1 four", ms["peer1"]),
        row("2 threads, four photos to a call", "2 four", ms["peer2"]),
        # Two cores used best by either: two callers with one thread each, as a scan works, or two torch threads.
        row("2 cores, 2 callers, against the peer's best", "callers", best_peer),
        Row("the peer with 2 callers of 1 thread", ms["peer callers"], "ms"),
    ]


def best(work: dict[str, Work], repeats: int) -> dict[str, float]:
    """The least seconds of each kind of work, summed over its steps; the kinds take turns, so that they share noise."""
    least = {name: [float("inf")] * len(steps) for name, steps in work.items()}
    for steps in work.values():
        steps[0]()
    for _ in range(repeats):
        for name, steps in work.items():
            for number, step in enumerate(steps):
                start = time.perf_counter()
                step()
                least[name][number] = min(least[name][number], time.perf_counter() - start)
    return {name: sum(seconds) for name, seconds in least.items()}


def mosaics(files: Sequence[Path], quick: bool) -> Iterator[Picture]:
    """Pictures of 4000 x 3000 out of 4 x 4, 8 x 8 and 12 x 12 real photos.

    The photos at hand are small or show large faces. Side by side, made smaller but never larger, they have what a
    group photo from a camera has: sharp faces of all sizes, down to less than one hundredth of the frame. Where the
    photos do not fill a mosaic they come again, at other places.
    """
    photos = [read(file) for file in files]
    for across in (8,) if quick else (4, 8, 12):
        width, height = 4000 // across, 3000 // across
        cells = [fitted(photo, width, height) for photo in photos]
        cells *= -(-(across**2) // len(cells))
        for first in range(0, len(cells) - across**2 + 1, across**2):
            rows = [np.concatenate(cells[first + row * across :][:across], 1) for row in range(across)]
            yield np.concatenate(rows)


def fitted(photo: Picture, width: int, height: int) -> Picture:
    """The photo on grey, made smaller where it is too large, never larger."""
    scale = min(1, width / photo.shape[1], height / photo.shape[0])
    small = resized(photo, max(1, int(max(photo.shape[:2]) * scale))) if scale < 1 else photo
    cell = np.full((height, width, 3), 128, np.uint8)
    cell[: small.shape[0], : small.shape[1]] = small[:height, :width]
    return cell


def recall(ours: Mtcnn, files: Sequence[Path], quick: bool) -> list[Row]:
    """Which faces of whole photos are found on smaller canvases, and for how much time."""
    pictures = list(mosaics(files, quick))
    pictures += [photo for photo in map(read, files[::3] if quick else files) if max(photo.shape) > 1100]
    truth = [sure(ours.detect([picture], 20)[0]) / max(picture.shape) for picture in pictures]
    sizes = np.concatenate([(boxes[:, 2:] - boxes[:, :2]).max(1, initial=0) for boxes in truth])
    rows = [
        Row("recall: photos above 1100 px, mosaics among them", len(pictures), ""),
        Row("faces in them", len(sizes), ""),
    ]
    bins = np.digitize(sizes, BINS)
    for long_side, least_faces in MIN_FACES.items():
        canvases = [resized(p, long_side) if max(p.shape) > long_side else p for p in pictures]
        for least in least_faces[:1] if quick else least_faces:
            start = time.perf_counter()
            found = [ours.detect([canvas], least)[0] for canvas in canvases]
            seconds = time.perf_counter() - start
            hits = np.concatenate(
                [hit(a, b.boxes / max(c.shape)) for a, b, c in zip(truth, found, canvases, strict=True)]
            )
            name = f"recall L={long_side} min_face={least}"
            rows.append(Row(name, hits.mean(), "share", len(sizes)))
            rows.append(Row(f"  time L={long_side} min_face={least}", seconds / len(pictures) * 1e3, "ms"))
            for number, (low, high) in enumerate(zip((0.0, *BINS[:-1]), BINS, strict=True)):
                inside = bins == number
                if inside.any():
                    label = f"  faces of {low:.1%} to {high:.1%} of the long side"
                    rows.append(Row(label, hits[inside].mean(), "share", int(inside.sum())))
    return rows


def sure(faces: Faces) -> Boxes:
    """The reference leaves out what the detector itself doubts, most of it no faces."""
    return faces.boxes[faces.scores >= 0.95]


def hit(truth: Boxes, found: Boxes) -> NDArray[np.bool_]:
    if not len(truth) or not len(found):
        return np.zeros(len(truth), bool)
    return np.asarray(overlap(truth, found).max(1) >= 0.5)


if __name__ == "__main__":
    torch.manual_seed(0)
    run(measure, __doc__ or "")
