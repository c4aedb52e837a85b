"""DCH, its ablations and HashNet on CIFAR-10 by the protocol of their papers, all with one backbone and one trainer.

The protocol is in `benchmarks.cifar_protocol`; descriptors of pictures are from `benchmarks.cifar_features`, which
makes them first where they are not kept. One view of each picture is coded, where the published figures average ten.
`benchmarks.cifar_small` has the same with a small network that knew nothing before, so that losses and not a backbone
are judged. --quick takes some pictures only, and the backbone as it is.

    python -m benchmarks.cifar [--quick] [--json FILE]
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import cifar_protocol, report
from benchmarks.cifar_features import SOURCES, describe, descriptors, views
from benchmarks.cifar_pictures import CLASSES, HELD, Arrays, Split, kept, pictures, split
from benchmarks.cifar_protocol import COMPETITORS, LENGTHS, Material, Plan, Task, ask, choose, pool
from benchmarks.report import Row
from photohash.learn.examples import Examples, Inputs
from photohash.learn.trainer import Recipe
from photohash.learn.trunks import Plain, Trunk
from photohash.nets.efficientnet import WIDTH, ImageBackbone

SEEDS = (0, 1, 2)
RECIPE = Recipe(steps=500, batch=128, per_class=13, decay=1e-4)
FULL = Plan(tuple(COMPETITORS), LENGTHS, RECIPE, rates=(1e-3,))
QUICK = Plan(tuple(COMPETITORS), (48,), replace(RECIPE, steps=100), rates=(1e-3,))
FEW = (200, 300, 500)  # queries, training pictures and searched ones for a quick look


def to_choose_by() -> Material:
    """The views of the training pictures alone: no query and nothing searched."""
    labels = pictures().labels
    none = np.empty((len(labels), 0), np.float32)
    return material(labels, split(labels), views().astype(np.float32), none)


def whole() -> Material:
    """Views of all training pictures, and the descriptors of all the others."""
    labels = pictures().labels
    return material(labels, split(labels), views().astype(np.float32), descriptors().astype(np.float32))


def few() -> Material:
    """Some pictures of each part, described by the backbone as it is; one view of each."""
    shown = pictures()
    all_of = split(shown.labels)
    spread = [
        part[np.linspace(0, len(part) - 1, count).astype(int)]
        for part, count in zip((all_of.queries, all_of.training, all_of.database), FEW, strict=True)
    ]
    chosen = Split(spread[0], spread[1], spread[2], np.arange(FEW[1]) % HELD == 0)
    taken = np.concatenate(spread)
    described = np.zeros((len(shown.labels), WIDTH), np.float32)
    described[taken] = describe(ImageBackbone("cpu").net, shown.pixels[taken])
    return material(shown.labels, chosen, described[chosen.training][:, None], described)


def material(
    labels: NDArray[np.int64], chosen: Split, seen: NDArray[np.float32], described: NDArray[np.float32]
) -> Material:
    """The parts of a split, of `seen` views (n, v, d) of its training pictures and descriptors of all (m, d)."""

    def part(rows: NDArray[np.int64], inputs: NDArray[np.float32]) -> Examples:
        return Examples(inputs, labels[rows], CLASSES)

    return Material(
        part(chosen.training, seen),
        chosen.held,
        part(chosen.queries, described[chosen.queries]),
        part(chosen.database, described[chosen.database]),
        on_descriptors,
    )


def on_descriptors(inputs: Inputs) -> Trunk:
    """A code layer straight on descriptors."""
    return Plain(inputs.shape[1])


def settled() -> list[Task]:
    """The settings chosen for every competitor at every length, in the order of the plan; kept, as it takes a while."""

    def make() -> Arrays:
        with pool(to_choose_by) as workers:
            return {"numbers": np.array(choose(FULL, workers))}

    numbers = kept("settings", make, *SOURCES, Path(__file__), Path(cifar_protocol.__file__))["numbers"]
    return [tasks[number] for tasks, number in zip(FULL.offered(), numbers, strict=True)]


def measure(quick: bool) -> list[Row]:
    times = [time.perf_counter()]
    if quick:
        with pool(few) as workers:
            best = [tasks[number] for tasks, number in zip(QUICK.offered(), choose(QUICK, workers), strict=True)]
            return ask(best, SEEDS[:1], workers)
    views(), descriptors()
    times.append(time.perf_counter())
    best = settled()
    times.append(time.perf_counter())
    with pool(whole) as workers:
        rows = ask(best, SEEDS, workers)
    times.append(time.perf_counter())
    took = ("adapting the backbone and describing, or reading", "choosing settings, or reading", "training and asking")
    return [*rows, *(Row(name, seconds, "s") for name, seconds in zip(took, np.diff(times).tolist(), strict=True))]


if __name__ == "__main__":
    report.run(measure, "DCH, its ablations and HashNet on CIFAR-10 by the protocol of their papers.")
