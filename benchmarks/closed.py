"""How well block hashing finds the people it was trained on: the closed-set protocol of the face-hashing papers.

Everyone of LFW with ten photos or more, 158 people in 4,324 photos. Each person's every fifth photo is a query, one in
ten chooses the step and the learning rate, and the others are trained on and searched: queries are unseen, the people
are not. Here heads on the application's kept embeddings, over three seeds; `benchmarks.closed_network` has the network
of the paper, from scratch. Variants differ in their code layer or in the term named, and in nothing else.

The code layers of all lengths are trained at once, by the sum of their losses: on kept embeddings they share nothing
but the step that is chosen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks import report
from benchmarks.data import require
from benchmarks.people import lfw
from benchmarks.projections import itq, signs
from benchmarks.report import Row
from photohash.index.bits import pack, unpack
from photohash.learn import metrics
from photohash.learn.evaluation import Coded, Evaluation, evaluate, levels
from photohash.learn.examples import Division, Examples, Inputs
from photohash.learn.model import Model, encode
from photohash.learn.trainer import Look, Recipe, train
from photohash.learn.trunks import Plain, Trunk
from photohash.methods.method import Method
from photohash.methods.table import make
from photohash.nets.dcbh import UNITS
from photohash.nets.device import set_threads
from photohash.nets.face_resnet import EMBEDDING, embedding

LENGTHS = (12, 24, 36, 48)
LEAST = 10  # photos of a person
QUERY, VALIDATION = 5, 10  # every so manyth photo of a person
SEEDS = (0, 1, 2)
QUICK_PEOPLE = 15

BATCH = 256  # of the authors, at which their weight of the center loss, a sum over the batch, is 1e-4
CENTERS = 1e-4 * BATCH
DECAY = 2e-4  # of the authors
HEAD = Recipe(steps=1500, batch=BATCH, order="shuffled", decay=DECAY, every=100, patience=15)
RATES = (3e-2, 1e-1, 3e-1)  # tried

LIKE_DCBH = {"units": UNITS, "described": 1.0, "quantisation": 0.1}
VARIANTS: dict[str, tuple[str, dict[str, Any], float]] = {  # method, options, weight of the center loss
    "DCBH": ("dcbh", {}, CENTERS),
    "DCBH without center term": ("dcbh", {}, 0.0),
    "plain tanh": ("tanh", {}, CENTERS),
    "divide and encode, losses of DCBH": ("ddh", LIKE_DCBH, CENTERS),
    "divide and encode, losses of DDH": ("ddh", {"units": UNITS}, 0.0),
    "DCBH, centers as in its program": ("dcbh-official", {}, CENTERS),
}


class Together(Method):
    """Several code layers on the same features: losses are summed, codes lie side by side."""

    def __init__(self, each: Sequence[Method]) -> None:
        super().__init__(each[0].inputs, sum(method.bits for method in each), each[0].classes)
        self.each = nn.ModuleList(each)

    def methods(self) -> list[Method]:
        return [method for method in self.each if isinstance(method, Method)]

    def margins(self, features: Tensor) -> Tensor:
        return torch.cat([method.margins(features) for method in self.methods()], 1)

    def relaxed(self, features: Tensor) -> Tensor:
        return torch.cat([method.relaxed(features) for method in self.methods()], 1)

    def loss(self, features: Tensor, labels: Tensor) -> Tensor:
        return torch.stack([method.loss(features, labels) for method in self.methods()]).sum()

    def groups(self, rate: float, decay: float) -> list[dict[str, Any]]:
        return [group for method in self.methods() for group in method.groups(rate, decay)]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model at its best step, the mAP of validation photos there, and the seconds it took."""

    model: Model
    score: float
    step: int
    seconds: float


def photos(most: int | None) -> list[str]:
    """The paths NAME/PHOTO of everyone with enough photos, or of `most` people who have the fewest of these."""
    persons = {person.name: sorted(person.glob("*.jpg")) for person in (require("lfw") / "images").iterdir()}
    named = sorted(name for name, of in persons.items() if len(of) >= LEAST)
    if most is not None:
        named = sorted(named, key=lambda name: len(persons[name]))[:most]
    return sorted(f"{name}/{photo.name}" for name in named for photo in persons[name])


def divided(files: Sequence[str], inputs: Inputs) -> Division:
    """What was made of `files`, which lie person by person, as training, validation and query photos."""
    names, labels = np.unique([file.split("/")[0] for file in files], return_inverse=True)
    examples = Examples(inputs, labels, tuple(names.tolist()))
    within = np.arange(len(labels)) - np.searchsorted(labels, labels)  # which of its person's a photo is
    query = within % QUERY == QUERY - 1
    validation = ~query & (within % VALIDATION == 0)
    return Division(examples.of(~query & ~validation), examples.of(validation), examples.of(query))


def fitted(
    variants: Sequence[str],
    division: Division,
    recipe: Recipe,
    make_trunk: Callable[[], Trunk],
    show: Callable[[Sequence[Look]], None] = lambda looks: None,
) -> Fitted:
    """A trunk with the code layers of `variants`, of each in all lengths, trained by a recipe."""
    begun = time.perf_counter()
    torch.manual_seed(recipe.seed)
    trunk = make_trunk()
    layers = []
    for name, options, centers in map(VARIANTS.__getitem__, variants):
        options = options | {"clustering": centers / recipe.batch}
        layers += [make(name, trunk.width, bits, len(division.train.names), **options) for bits in LENGTHS]
    together = Together(layers)

    def score(model: Model) -> float:
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.precision == "bfloat16"):  # to choose by, no more
            return mean_precision(model, division.validation, division.train)

    trained = train(Model(trunk, together), division.train, score, recipe, report=show)
    seconds = time.perf_counter() - begun
    print(
        f"{', '.join(variants)}, {recipe.rate=}, {recipe.seed=}: {trained.score:.4f} at step {trained.step}", flush=True
    )
    return Fitted(trained.model, trained.score, trained.step, seconds)


def mean_precision(model: Model, queries: Examples, database: Examples) -> float:
    """The mean over all code layers of the tie-aware mAP."""
    pairs = zip(coded(model, queries), coded(model, database), strict=True)
    return float(np.mean([metrics.average_precision(levels(*pair)) for pair in pairs]))


def evaluations(model: Model, queries: Examples, database: Examples) -> list[Evaluation]:
    """Each code layer by itself."""
    return [evaluate(*pair) for pair in zip(coded(model, queries), coded(model, database), strict=True)]


def coded(model: Model, examples: Examples) -> list[Coded]:
    """The codes of examples by each code layer."""
    assert isinstance(model.method, Together)
    words, relaxed = encode(model, examples.plain)
    bits, lengths = unpack(words, model.method.bits), [method.bits for method in model.method.methods()]
    parts = [slice(end - length, end) for end, length in zip(np.cumsum(lengths), lengths, strict=True)]
    return [Coded(pack(bits[:, part]), relaxed[:, part], examples.labels) for part in parts]


def references(division: Division) -> list[Row]:
    """What no label was needed for: the embedding itself, by Euclidean distance, and ITQ's codes of it."""
    train, test = np.asarray(division.train.plain, np.float32), np.asarray(division.test.plain, np.float32)
    relevant = division.test.labels[:, None] == division.train.labels
    found = metrics.levels(metrics.euclidean(test, train), relevant)
    rows = [Row("embedding, float: mAP", float(metrics.average_precision(found).mean()), "")]
    for bits in LENGTHS:
        directions, mean = itq(train, bits), train.mean(0)
        queries, database = (
            Coded(pack(signs(vectors, directions, mean)), (vectors - mean) @ directions.T, labels)
            for vectors, labels in ((test, division.test.labels), (train, division.train.labels))
        )
        rows.append(Row(f"ITQ, {bits} bits: mAP", evaluate(queries, database).mean_ap, ""))
    return rows


def on_embeddings(division: Division, recipe: Recipe, rates: Sequence[float], seeds: Sequence[int]) -> list[Row]:
    """Heads on kept embeddings, all variants at the one rate that is best for validation photos in their mean."""

    def fit(variant: str, rate: float, seed: int) -> Fitted:
        return fitted([variant], division, replace(recipe, rate=rate, seed=seed), lambda: Plain(EMBEDDING.stop))

    tried = {rate: [fit(variant, rate, seeds[0]) for variant in VARIANTS] for rate in rates}
    rate = max(rates, key=lambda rate: sum(each.score for each in tried[rate]))
    rows = [Row("learning rate, best for validation photos", rate, "")]
    measured: dict[str, list[list[Evaluation]]] = {}
    for variant, first in zip(VARIANTS, tried[rate], strict=True):
        fits = [first, *(fit(variant, rate, seed) for seed in seeds[1:])]
        measured[variant] = [evaluations(each.model, division.test, division.train) for each in fits]
        rows.append(Row(f"{variant}: training, all lengths", float(np.mean([each.seconds for each in fits])), "s"))
    return rows + table(measured)


def table(measured: dict[str, list[list[Evaluation]]]) -> list[Row]:
    """Figures of all variants and lengths, means over the seeds; mAP is held against that of DCBH."""
    rows = []
    for n, bits in enumerate(LENGTHS):
        bound = float(np.mean([seed[n].mean_ap for seed in measured["DCBH"]]))
        for variant, seeds in measured.items():
            of = [seed[n] for seed in seeds]
            name, found = f"{bits} bits, {variant}", [each.mean_ap for each in of]
            rows.append(Row(f"{name}: mAP", float(np.mean(found)), "", bound, float(np.mean(found)) / bound))
            if len(seeds) > 1:
                rows.append(Row(f"{name}: mAP, deviation of seeds", float(np.std(found, ddof=1)), ""))
            rows += [
                Row(f"{name}: P@H<=2", float(np.mean([each.precision for each in of])), ""),
                Row(f"{name}: R@H<=2", float(np.mean([each.recall for each in of])), ""),
                Row(f"{name}: empty balls", float(np.mean([each.empty for each in of])), ""),
                Row(f"{name}: bits that are 1", float(np.mean([each.ones for each in of])), ""),
            ]
    return rows


def sizes(division: Division) -> list[Row]:
    """How much of everything the protocol has."""
    return [
        Row("people", len(division.train.names), ""),
        Row("photos trained on and searched", len(division.train), ""),
        Row("photos to choose by", len(division.validation), ""),
        Row("queries", len(division.test), ""),
    ]


def measure(quick: bool) -> list[Row]:
    set_threads(1)
    people = lfw(photos(QUICK_PEOPLE if quick else None))
    division = divided(people.files, embedding(people.descriptors))
    rows = sizes(division) + references(division)
    if quick:
        return rows + on_embeddings(division, replace(HEAD, steps=50), RATES[1:2], SEEDS[:1])
    return rows + on_embeddings(division, HEAD, RATES, SEEDS)


if __name__ == "__main__":
    report.run(measure, "DCBH and its rivals, as heads, on people they were trained on.")
