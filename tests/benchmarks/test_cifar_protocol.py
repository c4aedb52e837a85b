"""The protocol on made-up descriptors: classes around centres."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import cifar_protocol
from benchmarks.cifar_protocol import (
    COMPETITORS,
    LENGTHS,
    Material,
    Plan,
    Task,
    near_precision,
    promise,
    result,
    rows_of,
)
from photohash.index.bits import pack
from photohash.learn.evaluation import Coded
from photohash.learn.examples import Examples, Inputs
from photohash.learn.model import Model
from photohash.learn.trainer import Recipe
from photohash.learn.trunks import Plain, Trunk

RECIPE = Recipe(steps=40, batch=32, per_class=8, rate=1e-2)


def plain(inputs: Inputs) -> Trunk:
    return Plain(inputs.shape[1])


@pytest.fixture(scope="module")
def material() -> Material:
    random = np.random.default_rng(0)
    centres = random.normal(size=(4, 16))

    def drawn(count: int) -> Examples:
        labels = np.arange(count) % 4
        inputs = (centres[labels] + 0.3 * random.normal(size=(count, 16))).astype(np.float32)
        return Examples(inputs, labels.astype(np.int64), tuple("abcd"))

    return Material(drawn(80), np.arange(80) % 5 == 0, drawn(20), drawn(200), plain)


@pytest.mark.parametrize("name", COMPETITORS)
def test_every_competitor_learns_classes_that_are_apart(name: str, material: Material) -> None:
    found = result(Task(name, 16, COMPETITORS[name].choices(16)[1], RECIPE), material).evaluation
    assert found.mean_ap > 0.9
    assert found.mean_ap > result(Task(name, 16, {}, replace(RECIPE, rate=1e-9)), material).evaluation.mean_ap


def test_all_choose_among_as_many_settings() -> None:
    plan = Plan(tuple(COMPETITORS), LENGTHS, RECIPE, (1e-3, 1e-2))
    offered = plan.offered()
    assert len(offered) == len(COMPETITORS) * len(LENGTHS)
    assert {len(tasks) for tasks in offered} == {4 * 2}
    for tasks in offered:
        assert len({(tuple(sorted(task.options.items())), task.recipe.rate) for task in tasks}) == len(tasks)


def test_alpha_is_over_the_number_of_bits() -> None:
    for bits in LENGTHS:
        assert [choice["alpha"] * bits for choice in COMPETITORS["HashNet"].choices(bits)] == [2.5, 5, 10, 20]


def test_settings_are_chosen_without_queries_and_database(material: Material) -> None:
    task = Task("DCH", 16, COMPETITORS["DCH"].choices(16)[1], RECIPE)
    empty = Examples(np.empty((0, 16), np.float32), np.empty(0, np.int64), tuple("abcd"))
    assert promise(task, replace(material, queries=empty, database=empty)) == promise(task, material)


def test_what_is_held_back_is_not_trained_on_while_choosing(
    material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    real = cifar_protocol.trained

    def spied(task: Task, examples: Examples, material: Material) -> Model:
        seen.append(len(examples))
        return real(task, examples, material)

    monkeypatch.setattr(cifar_protocol, "trained", spied)
    task = Task("DCH", 16, COMPETITORS["DCH"].choices(16)[1], RECIPE)
    promise(task, material)
    result(task, material)
    assert seen == [64, 80]


def test_rows_hold_the_mean_against_what_was_published(material: Material) -> None:
    task = Task("HashNet", 32, COMPETITORS["HashNet"].choices(32)[0], RECIPE)
    results = [result(replace(task, recipe=replace(RECIPE, seed=seed)), material) for seed in (0, 1)]
    rows = {row.name: row for row in rows_of(results)}
    first = rows["HashNet, 32 bits: mAP@H<=2"]
    mean = (results[0].evaluation.ball_map_literature + results[1].evaluation.ball_map_literature) / 2
    assert first.value == pytest.approx(mean)
    assert first.reference == 0.7776
    assert first.ratio == pytest.approx(mean / 0.7776)
    assert rows["HashNet, 32 bits: alpha x bits chosen"].value == pytest.approx(2.5)


def test_an_empty_ball_counts_half_of_what_lies_nearest() -> None:
    far = np.ones((1, 8), bool)
    database = np.zeros((3, 8), bool)
    database[1, 0] = database[2, :5] = True

    def coded(bits: np.ndarray, outputs: list[float], labels: list[int]) -> Coded:
        relaxed = np.zeros(bits.shape, np.float32)
        relaxed[:, 0] = outputs
        return Coded(pack(bits), relaxed, np.array(labels))

    searched = coded(database, [0.2, 0.9, 0.1], [0, 1, 0])
    # In its ball are the first, relevant, and the second, which is not but has the greater product: AP 1 / 2.
    assert near_precision(coded(database[:1], [1.0], [0]), searched) == pytest.approx(0.5)
    # All are 3 bits away or more, and the nearest, the third, is relevant: 1, halved.
    assert near_precision(coded(far, [1.0], [0]), searched) == pytest.approx(0.5)
    assert near_precision(coded(far, [1.0], [1]), searched) == 0
