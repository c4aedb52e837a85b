"""The loop on a task of a second: two clouds of descriptors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from photohash.flow import Cancelled, Control
from photohash.learn import checkpoint
from photohash.learn.examples import Examples
from photohash.learn.model import Model, encode
from photohash.learn.trainer import Look, Recipe, train
from photohash.learn.trunks import Hidden, Plain, Small32
from photohash.methods.dch import Dch
from photohash.types import UserError

RECIPE = Recipe(steps=40, batch=16, every=10, rate=0.05, seed=3)


def clouds(seed: int = 0) -> Examples:
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(3), 20)
    middles = np.eye(3, 6, dtype=np.float32)[labels]
    return Examples((middles + 0.3 * random.normal(size=(60, 6))).astype(np.float32), labels, ("a", "b", "c"))


def model(seed: int = 0) -> Model:
    torch.manual_seed(seed)
    return Model(Hidden(6, 8), Dch(8, 12, 3))


def score(trained: Model) -> float:
    """How often the nearest other code is of the same class."""
    examples = clouds(1)
    words, _ = encode(trained, examples.plain)
    distances = np.bitwise_count(words[0][:, None] ^ words[0]).astype(float)
    np.fill_diagonal(distances, 99)
    return float((examples.labels[distances.argmin(1)] == examples.labels).mean())


def same(one: Model, other: Model) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_it_learns() -> None:
    trained = train(model(), clouds(), score, RECIPE)
    assert [look.step for look in trained.looks] == [0, 10, 20, 30, 40]
    assert math.isnan(trained.looks[0].loss)
    assert trained.looks[-1].loss < trained.looks[1].loss
    assert trained.score > max(0.9, trained.looks[0].score)
    assert score(trained.model) == trained.score
    assert not trained.model.training


def test_the_same_seed_ends_the_same_and_another_does_not() -> None:
    one, again, other = (train(model(), clouds(), score, replace(RECIPE, seed=seed)).model for seed in (3, 3, 4))
    assert same(one, again)
    assert not same(one, other)


class Power(BaseException):
    """Nothing that the program catches: as if the power had gone."""


@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
@pytest.mark.parametrize("killed", [10, 30])
def test_a_killed_training_ends_where_it_would_have_ended(tmp_path: Path, killed: int, optimiser: str) -> None:
    recipe = replace(RECIPE, optimiser=optimiser)

    def kill(looks: Sequence[Look]) -> None:
        if looks[-1].step == killed:
            raise Power

    undisturbed = train(model(), clouds(), score, recipe)
    with pytest.raises(Power):
        train(model(), clouds(), score, recipe, tmp_path, report=kill)
    seen: list[int] = []
    resumed = train(model(), clouds(), score, recipe, tmp_path, report=lambda looks: seen.append(looks[-1].step))
    assert seen == list(range(killed + 10, 41, 10))
    assert same(resumed.model, undisturbed.model)
    figures = [[(x.step, x.score, x.ones, x.worst) for x in each.looks] for each in (resumed, undisturbed)]
    assert figures[0] == figures[1]
    assert [x.loss for x in resumed.looks[1:]] == [x.loss for x in undisturbed.looks[1:]]


def test_an_ended_training_is_only_read(tmp_path: Path) -> None:
    first = train(model(), clouds(), score, RECIPE, tmp_path)
    again = train(model(), clouds(), score, RECIPE, tmp_path, report=lambda looks: pytest.fail("trained again"))
    assert same(first.model, again.model)
    assert (first.step, first.score) == (again.step, again.score)


@pytest.mark.parametrize("what", ["recipe", "examples", "model"])
def test_a_folder_of_another_training_is_refused(tmp_path: Path, what: str) -> None:
    train(model(), clouds(), score, replace(RECIPE, steps=10), tmp_path)
    recipe = replace(RECIPE, steps=20 if what == "recipe" else 10)
    with pytest.raises(UserError, match="another training"):
        train(model(1 if what == "model" else 0), clouds(1 if what == "examples" else 0), score, recipe, tmp_path)


def test_a_damaged_checkpoint_is_said(tmp_path: Path) -> None:
    (tmp_path / checkpoint.NAME).write_bytes(b"no checkpoint")
    with pytest.raises(UserError, match="cannot be read"):
        train(model(), clouds(), score, RECIPE, tmp_path)


def test_it_stops_early_and_keeps_the_best() -> None:
    scores = iter([0.1, 0.5, 0.9, 0.4, 0.3, 0.2, 0.95])
    states: list[dict[str, Tensor]] = []

    def falling(each: Model) -> float:
        states.append({name: value.clone() for name, value in each.state_dict().items()})
        return next(scores)

    trained = train(model(), clouds(), falling, replace(RECIPE, steps=100, every=5, patience=3))
    assert [look.step for look in trained.looks] == [0, 5, 10, 15, 20, 25]
    assert (trained.step, trained.score) == (10, 0.9)
    assert all(torch.equal(value, states[2][name]) for name, value in trained.model.state_dict().items())


def test_the_start_is_kept_when_nothing_is_better() -> None:
    scores = iter([1.0, 0.5, 0.5, 0.5, 0.5])
    start = model()
    before = {name: value.clone() for name, value in start.state_dict().items()}
    trained = train(start, clouds(), lambda _: next(scores), RECIPE)
    assert trained.step == 0
    assert all(torch.equal(value, before[name]) for name, value in trained.model.state_dict().items())


def test_a_frozen_trunk_does_not_change() -> None:
    start = model()
    before = {name: value.clone() for name, value in start.trunk.state_dict().items()}
    trained = train(start, clouds(), lambda each: float(torch.rand(())), replace(RECIPE, trunk_rate=0.0))
    assert all(torch.equal(value, before[name]) for name, value in trained.model.trunk.state_dict().items())


def test_weight_decay_shrinks_the_weights() -> None:
    def norm(decay: float) -> float:
        rising = iter(range(100))
        recipe = replace(RECIPE, decay=decay, schedule="constant")
        trained = train(model(), clouds(), lambda _: float(next(rising)), recipe)
        return sum(float(p.detach().square().sum()) for p in trained.model.parameters())

    assert norm(0.1) < 0.9 * norm(0.0)


def test_it_can_be_cancelled_between_two_steps(tmp_path: Path) -> None:
    control = Control()

    def cancel(looks: Sequence[Look]) -> None:
        if looks[-1].step == 20:
            control.cancel()

    with pytest.raises(Cancelled):
        train(model(), clouds(), score, RECIPE, tmp_path, report=cancel, control=control)
    assert same(train(model(), clouds(), score, RECIPE, tmp_path).model, train(model(), clouds(), score, RECIPE).model)


def test_one_class_is_refused() -> None:
    one = clouds().of(np.arange(20))
    with pytest.raises(UserError, match="two classes"):
        train(model(), one, score, RECIPE)


def test_a_loss_that_is_no_number_ends_with_a_sentence() -> None:
    broken = clouds()
    broken.inputs[:] = np.nan
    with pytest.raises(UserError, match="no longer a number at step 1"):
        train(model(), broken, lambda _: 0.0, RECIPE)


def test_bfloat16_trunks_train_on_pictures() -> None:
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(2), 16)
    pictures = (random.integers(0, 60, (32, 32, 32, 3)) + 190 * labels[:, None, None, None]).astype(np.uint8)
    torch.manual_seed(0)
    trunk = Small32(pictures)
    rising = iter(range(100))
    recipe = replace(RECIPE, precision="bfloat16", steps=20, rate=1e-3)
    examples = Examples(pictures, labels, ("dark", "light"))
    trained = train(Model(trunk, Dch(trunk.width, 8, 2)), examples, lambda _: float(next(rising)), recipe)
    assert trained.looks[-1].loss < trained.looks[1].loss


def test_the_looks_tell_dead_bits() -> None:
    start = Model(Plain(6), Dch(6, 4, 3))
    with torch.no_grad():
        start.method.head.fc.weight.zero_()
        start.method.head.fc.bias.copy_(torch.tensor([1.0, 1.0, 1.0, -1.0]))
    trained = train(start, clouds(), lambda _: 0.0, replace(RECIPE, steps=0))
    assert trained.looks[0].ones == 0.75
    assert trained.looks[0].worst == 0
