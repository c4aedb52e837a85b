"""The closed-set protocol of `benchmarks.closed` with the network of DCBH's paper, from scratch on 32 x 32 chips.

One training for each variant, whose code layers of all four lengths share the convolutions and are trained by the sum
of their losses: a fourth of the work, and NOT what the papers do, who train a network for each length. Settings are the
same for all variants: Adam, rate and weight decay of the authors; batches of 64 and some twenty epochs along a cosine,
for two processor cores; chips mirrored and shifted, less the training chips' mean and over their deviation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from benchmarks import report
from benchmarks.closed import DECAY, QUICK_PEOPLE, VARIANTS, divided, evaluations, fitted, photos, sizes, table
from benchmarks.data import require
from benchmarks.report import Row
from benchmarks.small_faces import small_chips
from photohash.learn.evaluation import Evaluation
from photohash.learn.examples import Division
from photohash.learn.trainer import Recipe
from photohash.learn.trunks import Paper32
from photohash.nets.device import set_threads

NETWORK = Recipe(steps=960, batch=64, order="shuffled", decay=DECAY, every=320, precision="bfloat16")
MEASURED = list(VARIANTS)[:4]
THREADS = 2


def from_scratch(division: Division, recipe: Recipe, variants: Sequence[str]) -> list[Row]:
    """One training for each variant."""
    rows: list[Row] = []
    measured: dict[str, list[list[Evaluation]]] = {}
    for variant in variants:
        fit = fitted(variant, division, recipe, lambda: Paper32(division.train.inputs))
        measured[variant] = [evaluations(fit.model, division.test, division.train)]
        rows.append(Row(f"{variant}: training, all lengths", fit.seconds, "s"))
        rows.append(Row(f"{variant}: epochs at the step kept", fit.step * recipe.batch / len(division.train), ""))
    return rows + table(measured)


def measure(quick: bool) -> list[Row]:
    set_threads(THREADS)
    files = photos(QUICK_PEOPLE if quick else None)
    division = divided(files, small_chips(require("lfw") / "images", files, keep=not quick))
    if quick:
        return sizes(division) + from_scratch(division, replace(NETWORK, steps=4, every=4), MEASURED[:1])
    return sizes(division) + from_scratch(division, NETWORK, MEASURED)


if __name__ == "__main__":
    report.run(measure, "DCBH and its rivals, as whole networks, on people they were trained on.")
