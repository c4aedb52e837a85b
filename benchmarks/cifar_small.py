"""The competitors of `benchmarks.cifar` with a small network that knew nothing before, on the pictures of 32 x 32.

The three convolutions of DSH (Liu, Wang, Shan, Chen, CVPR 2016), trained whole for each method and length, pictures
mirrored and shifted. Settings are those chosen on the backbone: to choose them here would take hours. One seed.

    python -m benchmarks.cifar_small [--quick] [--json FILE]
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks import report
from benchmarks.cifar import FULL, settled
from benchmarks.cifar_pictures import CLASSES, Split, pictures, split
from benchmarks.cifar_protocol import Material, ask, pool
from benchmarks.report import Row
from photohash.learn.examples import Examples
from photohash.learn.trainer import Recipe
from photohash.learn.trunks import Small32

LENGTHS = (48, 64)  # where the published figures lie apart
RECIPE = Recipe(steps=800, batch=64, per_class=7, decay=1e-4, precision="bfloat16")
QUICK = replace(RECIPE, steps=10)
FEW = 300  # queries, and as many searched, for a quick look


def whole() -> Material:
    shown = pictures()
    return material(split(shown.labels))


def few() -> Material:
    chosen = split(pictures().labels)
    queries, database = (part[:: len(part) // FEW] for part in (chosen.queries, chosen.database))
    return material(Split(queries, chosen.training, database, chosen.held))


def material(chosen: Split) -> Material:
    """The parts of a split, as pictures, with the small network as trunk."""
    shown = pictures()

    def part(rows: NDArray[np.int64]) -> Examples:
        return Examples(shown.pixels[rows], shown.labels[rows], CLASSES)

    return Material(part(chosen.training), chosen.held, part(chosen.queries), part(chosen.database), Small32)


def measure(quick: bool) -> list[Row]:
    # For a quick look whatever stands first: to choose takes minutes.
    tasks = [each[0] for each in FULL.offered()] if quick else settled()
    recipe = QUICK if quick else RECIPE
    begun = time.perf_counter()
    with pool(few if quick else whole) as workers:
        rows = ask([replace(task, recipe=recipe) for task in tasks if task.bits in LENGTHS], (0,), workers)
    return [*rows, Row("training and asking", time.perf_counter() - begun, "s")]


if __name__ == "__main__":
    report.run(measure, "DCH, its ablations and HashNet on CIFAR-10 with a small network from scratch.")
