"""The protocol of `benchmarks.cifar`: who takes part, how settings are chosen, rows.

1,000 queries, 5,000 pictures to train on, the other 54,000 searched. Every method has the same code layer, FC and tanh,
the same trainer and four values of one setting to choose from, at several learning rates. They are chosen by what
4,000 of the training pictures teach about the 1,000 held back, then all are trained on for as many steps, with three
seeds. The step is the last one always, the queries are asked once.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from statistics import fmean
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.report import Row
from photohash.index.bits import hamming_each
from photohash.learn.evaluation import Coded, Evaluation, evaluate
from photohash.learn.examples import Examples, Inputs
from photohash.learn.metrics import ordered_precision
from photohash.learn.model import Model, encode
from photohash.learn.trainer import Recipe, train
from photohash.learn.trunks import Trunk
from photohash.methods.table import make
from photohash.nets.device import set_threads

LENGTHS = (16, 32, 48, 64)
RADIUS = 2
PROCESSES = 2  # with a thread each
GAMMAS = (2.0, 5.0, 10.0, 20.0)
ALPHAS = (2.5, 5.0, 10.0, 20.0)  # over the number of bits; HashNet's own is 10
WEIGHTS = (0.01, 0.1, 0.3, 1.0)  # of the quantisation
SHARED = 0.1  # weight of the quantisation where another setting is chosen
Options = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Competitor:
    """A method: its name in the table of methods, its options, the one chosen, and its published mAP@H<=2 by length."""

    method: str
    options: Options
    chosen: str
    among: tuple[float, ...]
    published: tuple[float, float, float, float]

    def choices(self, bits: int) -> list[Options]:
        """The options with each value of the one to choose."""
        share = bits if self.chosen == "alpha" else 1
        return [{**self.options, self.chosen: value / share} for value in self.among]


# Cao, Long, Liu, Wang: Deep Cauchy hashing, CVPR 2018. Its DCH-E can be read in two ways, both held against its row.
READ_TWICE = (0.7598, 0.7739, 0.7495, 0.7287)
COMPETITORS = {
    "DCH": Competitor("dch", {"quantisation": SHARED}, "gamma", GAMMAS, (0.7901, 0.7979, 0.8071, 0.7936)),
    "DCH-Q": Competitor("dch", {"quantisation": 0.0}, "gamma", GAMMAS, (0.7645, 0.7789, 0.7858, 0.7832)),
    "DCH-C": Competitor("dch", {"likelihood": "sigmoid"}, "quantisation", WEIGHTS, (0.7513, 0.7628, 0.6819, 0.6627)),
    "DCH-E (L2 quantisation)": Competitor(
        "dch", {"quantisation": SHARED, "quantiser": "square"}, "gamma", GAMMAS, READ_TWICE
    ),
    "DCH-E (squared distances)": Competitor(
        "dch", {"quantisation": SHARED, "distance": "euclidean"}, "gamma", GAMMAS, READ_TWICE
    ),
    "HashNet": Competitor("hashnet", {}, "alpha", ALPHAS, (0.7476, 0.7776, 0.6399, 0.6259)),
}


@dataclass(frozen=True, slots=True)
class Material:
    """Examples to train on, of which `held` bool (n,) are held back to choose by; queries, database; and the trunk."""

    training: Examples
    held: NDArray[np.bool_]
    queries: Examples
    database: Examples
    trunk: Callable[[Inputs], Trunk]


@dataclass(frozen=True, slots=True)
class Task:
    """One training: a competitor's name, its length, options and recipe."""

    name: str
    bits: int
    options: Options
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Result:
    """What a task gave in the end, and the seconds of processor time that its training took."""

    task: Task
    evaluation: Evaluation
    seconds: float


def trained(task: Task, examples: Examples, material: Material) -> Model:
    """The model after the last step."""
    torch.manual_seed(task.recipe.seed)
    trunk = material.trunk(examples.plain)
    name, steps = COMPETITORS[task.name].method, task.recipe.steps
    # HashNet's tanh gets as steep in these steps as in the 10,000 of its own program, in as many stages.
    continued = {"growth": 50 / steps, "every": max(1, steps // 50)} if name == "hashnet" else {}
    method = make(name, trunk.width, task.bits, len(examples.names), **task.options, **continued)
    look = itertools.count()
    recipe = replace(task.recipe, every=steps)
    return train(Model(trunk, method), examples, lambda model: float(next(look)), recipe).model


def promise(task: Task, material: Material) -> float:
    """The mean `near_precision` of pictures held back, each half of them asked of the other."""
    model = trained(task, material.training.of(~material.held), material)
    held = material.training.of(material.held)
    one, other = (coded(model, held.of(np.arange(len(held)) % 2 == half), task.recipe.precision) for half in (0, 1))
    score = fmean([near_precision(one, other), near_precision(other, one)])
    said = ", ".join(f"{name} {value:g}" for name, value in task.options.items() if isinstance(value, float))
    print(f"{task.name}, {task.bits} bits, {said}, rate {task.recipe.rate:g}: {score:.4f}", flush=True)
    return score


def near_precision(queries: Coded, database: Coded) -> float:
    """mAP@H<=2, where an empty ball grows until something is in it, and counts half of what it has then.

    The pictures held back are a hundredth of what is searched in the end, where fewer balls are empty, but not none:
    to count an empty one 0 would favour codes that give precision away to be near each other, to count it in full
    codes that are far apart.
    """
    distances = hamming_each(database.codes, queries.codes)
    total = 0.0
    for label, outputs, apart in zip(queries.labels, queries.relaxed, distances, strict=True):
        inside = np.flatnonzero(apart <= max(RADIUS, apart.min()))
        precision = ordered_precision(database.relaxed[inside] @ outputs, database.labels[inside] == label)
        total += precision if apart.min() <= RADIUS else precision / 2
    return total / len(queries)


def result(task: Task, material: Material) -> Result:
    """Train on all and ask the queries."""
    begun = time.process_time()
    model = trained(task, material.training, material)
    seconds = time.process_time() - begun
    queries, database = (coded(model, part, task.recipe.precision) for part in (material.queries, material.database))
    found = evaluate(queries, database, RADIUS)
    print(
        f"{task.name}, {task.bits} bits, seed {task.recipe.seed}: mAP@H<=2 {found.ball_map_literature:.4f},"
        f" P {found.precision:.4f}, R {found.recall:.4f}, {seconds:.0f} s",
        flush=True,
    )
    return Result(task, found, seconds)


def coded(model: Model, examples: Examples, precision: str) -> Coded:
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
        return Coded(*encode(model, examples.plain), examples.labels)


_material: Material  # of this process


def start(make_material: Callable[[], Material]) -> None:
    """What each process does first: one thread, and the material."""
    global _material
    set_threads(1)
    _material = make_material()


def promise_here(task: Task) -> float:
    return promise(task, _material)


def result_here(task: Task) -> Result:
    return result(task, _material)


@dataclass(frozen=True, slots=True)
class Plan:
    """Who takes part at which lengths, how all are trained, and the learning rates to choose from."""

    names: tuple[str, ...]
    lengths: tuple[int, ...]
    recipe: Recipe
    rates: tuple[float, ...]

    def offered(self) -> list[list[Task]]:
        """All that each competitor may choose from at each length."""
        return [
            [
                Task(name, bits, options, replace(self.recipe, rate=rate, trunk_rate=rate))
                for options in COMPETITORS[name].choices(bits)
                for rate in self.rates
            ]
            for name in self.names
            for bits in self.lengths
        ]


def pool(make_material: Callable[[], Material]) -> ProcessPoolExecutor:
    """Processes that each call `make_material`, a function that they can import."""
    return ProcessPoolExecutor(PROCESSES, get_context("spawn"), start, (make_material,))


def choose(plan: Plan, workers: ProcessPoolExecutor) -> list[int]:
    """Which of the tasks that the plan offers is the most promising, for each competitor at each length."""
    offered = plan.offered()
    scores = workers.map(promise_here, itertools.chain(*offered))
    return [int(np.argmax([next(scores) for _ in tasks])) for tasks in offered]


def ask(tasks: Sequence[Task], seeds: Sequence[int], workers: ProcessPoolExecutor) -> list[Row]:
    """Train by each task with each seed, ask the queries, and tell."""
    seeded = [replace(task, recipe=replace(task.recipe, seed=seed)) for task in tasks for seed in seeds]
    results = list(workers.map(result_here, seeded))
    each = [results[at : at + len(seeds)] for at in range(0, len(results), len(seeds))]
    return [row for of_one in each for row in rows_of(of_one)]


FIGURES = {
    "mAP@H<=2, misses counting 0": "ball_map",
    "P@H<=2": "precision",
    "R@H<=2": "recall",
    "empty balls": "empty",
    "mAP over all, tie-aware": "mean_ap",
}


def rows_of(results: Sequence[Result]) -> list[Row]:
    """What one competitor reached at one length with several seeds: means, and the spread of the first figure."""
    task, competitor = results[0].task, COMPETITORS[results[0].task.name]
    title = f"{task.name}, {task.bits} bits"

    def mean(figure: str) -> float:
        return fmean(getattr(result.evaluation, figure) for result in results)

    reached = [result.evaluation.ball_map_literature for result in results]
    published = competitor.published[LENGTHS.index(task.bits)]
    setting = task.options[competitor.chosen] * (task.bits if competitor.chosen == "alpha" else 1)
    return [
        Row(f"{title}: mAP@H<=2", fmean(reached), "", published, fmean(reached) / published),
        Row(f"{title}: greatest less least of {len(reached)} seeds", max(reached) - min(reached), ""),
        *(Row(f"{title}: {name}", mean(figure), "") for name, figure in FIGURES.items()),
        Row(f"{title}: pictures in a ball", mean("size"), ""),
        Row(f"{title}: {competitor.chosen}{' x bits' if competitor.chosen == 'alpha' else ''} chosen", setting, ""),
        Row(f"{title}: learning rate chosen", task.recipe.rate, ""),
        Row(f"{title}: processor time of a training", fmean(result.seconds for result in results), "s"),
    ]
