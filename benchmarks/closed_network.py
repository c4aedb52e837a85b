"""The closed-set protocol of `benchmarks.closed` with the network of DCBH's paper, from scratch on 32 x 32 chips.

ONE network carries the code layers of all variants and of all lengths and is trained by the sum of their losses. The
papers train a network for each, which is 24 times the work, too much for a processor of two cores. So what is compared
is the code layers, each with its own features f and classifiers, on convolutions that all of them shaped. Adam, its
rate and the weight decay are the authors'; batches of 64 and 34 epochs along a cosine; chips mirrored and
shifted, less the training chips' mean and over their deviation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from benchmarks import report
from benchmarks.closed import DECAY, LENGTHS, QUICK_PEOPLE, VARIANTS, divided, evaluations, fitted, photos, sizes, table
from benchmarks.data import require
from benchmarks.report import Row
from benchmarks.small_faces import small_chips
from photohash.learn.examples import Division
from photohash.learn.trainer import Look, Recipe
from photohash.learn.trunks import Paper32
from photohash.nets.device import set_threads

NETWORK = Recipe(steps=1600, batch=64, order="shuffled", decay=DECAY, every=400, precision="bfloat16")
THREADS = 1


def from_scratch(division: Division, recipe: Recipe) -> list[Row]:
    """The network trained, and each code layer of it measured."""
    fit = fitted(list(VARIANTS), division, recipe, lambda: Paper32(division.train.inputs), show)
    found = evaluations(fit.model, division.test, division.train)
    each = {variant: [found[n * len(LENGTHS) :][: len(LENGTHS)]] for n, variant in enumerate(VARIANTS)}
    return [
        Row("training, all at once", fit.seconds, "s"),
        Row("epochs at the step kept", fit.step * recipe.batch / len(division.train), ""),
        *table(each),
    ]


def show(looks: Sequence[Look]) -> None:
    look = looks[-1]
    print(f"step {look.step}: loss {look.loss:.3f}, mAP of validation photos {look.score:.4f}", flush=True)


def measure(quick: bool) -> list[Row]:
    set_threads(THREADS)
    files = photos(QUICK_PEOPLE if quick else None)
    division = divided(files, small_chips(require("lfw") / "images", files, keep=not quick))
    recipe = replace(NETWORK, steps=4, every=4) if quick else NETWORK
    return sizes(division) + from_scratch(division, recipe)


if __name__ == "__main__":
    report.run(measure, "DCBH and its rivals, on one network from scratch, on people it was trained on.")
