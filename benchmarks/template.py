"""Where a face's points should lie in its chip: LFW's tuning people found by their embeddings, template by template.

dlib's network was trained on chips cut by another detector's points, so that the median places of MTCNN's points in
those chips are a start only. Each template of the grid is those places, drawn apart around the chip's middle and moved
down by some pixels. The best of the grid is then held against the start on tuning people of whom the grid saw nothing.
Test people have no say.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from benchmarks import report
from benchmarks.data import require
from benchmarks.people import BATCH, MIN_FACE, TRAIN, VALIDATION, central, place, read
from benchmarks.report import Row
from photohash.learn import metrics
from photohash.nets import align
from photohash.nets.device import set_threads
from photohash.nets.face_resnet import SIDE, FaceBackbone, FaceResnet, embedding
from photohash.nets.mtcnn import Mtcnn

# Median places of MTCNN's points in the chips of dlib, on which its face network was trained.
MEDIANS = np.array([(49.6, 47.5), (104.3, 47.8), (76.7, 80.7), (52.9, 107.6), (100.3, 107.3)])
SCALES, SHIFTS = (1.0, 1.05, 1.1), (0, -3, -6)
START = (1.0, 0)
PEOPLE, QUICK_PEOPLE = 400, 30  # for the grid
FACES_OF_ONE = 10  # at most

Outside = Literal["border", "zeros"]
Floats = NDArray[np.float64]


def template(scale: float, shift: float) -> Floats:
    """The medians drawn apart by `scale` around the middle of the chip and moved down by `shift` pixels, (5, 2)."""
    middle = (SIDE - 1) / 2
    return np.round((MEDIANS - middle) * scale + middle + (0, shift), 1)


@dataclass(frozen=True, slots=True)
class Faces:
    """Pictures uint8 (h, w, 3), the points (1, 5, 2) of a face in each, and whose it is, int (n,)."""

    pictures: list[NDArray[np.uint8]]
    points: list[NDArray[np.float32]]
    labels: NDArray[np.int64]

    def precisions(self, places: Floats, outside: Outside, backbone: FaceBackbone) -> Floats:
        """The average precision with which each face finds the others of its person, (n,)."""
        with patch.multiple(align, TEMPLATE=places, OUTSIDE=outside):
            vectors = embedding(backbone.describe(align.chips(self.pictures, self.points)))
        distances = metrics.euclidean(vectors, vectors)
        np.fill_diagonal(distances, np.inf)
        relevant = self.labels[:, None] == self.labels
        np.fill_diagonal(relevant, False)
        return metrics.average_precision(metrics.levels(distances, relevant))


def tuning_people() -> list[list[Path]]:
    """The photos of each tuning person of several, in the order of their names' hashes."""
    folders = [folder for folder in (require("lfw") / "images").iterdir() if folder.is_dir()]
    named = sorted((place(folder.name), folder) for folder in folders)
    everyone = [sorted(folder.glob("*.jpg")) for at, folder in named if TRAIN[0] <= at < VALIDATION[1]]
    return [files[:FACES_OF_ONE] for files in everyone if len(files) > 1]


def faces_of(people: list[list[Path]]) -> Faces:
    """The labelled face of every photo; LFW's all have one that is found."""
    pictures = [read(file) for files in people for file in files]
    labels = np.repeat(np.arange(len(people)), [len(files) for files in people])
    detector, points = Mtcnn("cpu"), list[NDArray[np.float32]]()
    for at in range(0, len(pictures), BATCH):
        batch = pictures[at : at + BATCH]
        faces = detector.detect(batch, MIN_FACE)
        points += [central(picture, each) for picture, each in zip(batch, faces, strict=True)]
    if not all(len(five) for five in points):
        raise SystemExit("In some photo of LFW no face is found: a template cannot be judged by it.")
    return Faces(pictures, points, labels)


def gain(name: str, labels: NDArray[np.int64], precisions: Floats, start: Floats) -> list[Row]:
    """The mean average precision by that at the start; their difference by its standard error over draws of people."""
    reached, before = float(precisions.mean()), float(start.mean())
    gained, error = reached - before, standard_error(precisions - start, labels)
    return [
        Row(f"{name}, mAP", reached, "", before, reached / before),
        Row(f"{name}, gain by its standard error", gained, "", error, gained / error if error else None),
    ]


def standard_error(gains: Floats, labels: NDArray[np.int64]) -> float:
    """The standard error of the mean of `gains`, where it is people that are drawn and not single faces."""
    of_people = np.bincount(labels, gains - gains.mean())
    return float(np.sqrt(np.square(of_people).sum()) / len(gains))


def measure(quick: bool) -> list[Row]:
    set_threads(1)
    backbone, everyone = FaceBackbone("cpu"), tuning_people()
    count = QUICK_PEOPLE if quick else PEOPLE
    faces = faces_of(everyone[:count])
    grid = {at: faces.precisions(template(*at), "border", backbone) for at in product(SCALES, SHIFTS)}
    best = max(grid, key=lambda at: float(grid[at].mean()))
    rows = [Row("people of the grid", count, "people"), Row("faces of the grid", len(faces.labels), "faces")]
    for at, precisions in grid.items():
        rows += gain(named(at), faces.labels, precisions, grid[START]) if at != START else []
    zeros = faces.precisions(template(*best), "zeros", backbone)
    rows += gain(f"{named(best)}, zeros outside", faces.labels, zeros, grid[START])
    with patch.object(FaceResnet, "forward", FaceResnet.view):
        alone = faces.precisions(template(*best), "border", backbone)
    rows += gain(f"{named(best)}, without the mirror image", faces.labels, alone, grid[best])
    others = everyone[count : 2 * count if quick else None]
    faces = faces_of(others)
    start, precisions = (faces.precisions(template(*at), "border", backbone) for at in (START, best))
    rows += [Row("other people", len(others), "people"), Row("other faces", len(faces.labels), "faces")]
    return rows + gain(f"others: {named(best)}", faces.labels, precisions, start)


def named(at: tuple[float, int]) -> str:
    """A template of the grid in words."""
    return f"scale {at[0]:.2f}, shift {at[1]}"


if __name__ == "__main__":
    report.run(measure, "Retrieval of tuning people's faces by where their points lie in a chip.")
