"""The one training loop: steps, looks at validation, early stop, checkpoints, and going on after a kill."""

from __future__ import annotations

import copy
import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import torch

from photohash.flow import Control
from photohash.learn import batches, checkpoint
from photohash.learn.batches import Order
from photohash.learn.examples import Examples, tensor
from photohash.learn.model import Model, encode
from photohash.types import UserError

SAMPLE = 1024  # training examples whose codes tell how balanced the bits are


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is trained.

    At most `steps` batches of `batch` examples in an `order` (see `batches.chosen`), by `optimiser` at learning `rate`
    for the method and `trunk_rate` for the trunk (0 freezes it), with `momentum` (SGD) and weight `decay`; `schedule`
    lets the rates fall to nothing along a half cosine. Every `every` steps it is scored on validation, and after
    `patience` looks without gain it stops. `precision` is that of the trunk; losses are float32 always.
    """

    steps: int = 2000
    batch: int = 128
    order: Order = "balanced"
    per_class: int = 4
    augment: bool = True
    optimiser: Literal["adam", "sgd"] = "adam"
    rate: float = 1e-3
    trunk_rate: float = 1e-3
    momentum: float = 0.9
    decay: float = 0.0
    schedule: Literal["cosine", "constant"] = "cosine"
    every: int = 100
    patience: int = 10
    seed: int = 0
    precision: Literal["float32", "bfloat16"] = "float32"


@dataclass(frozen=True, slots=True)
class Look:
    """The state at one look: mean loss since the one before, the validation's score, and the bits' balance.

    `ones` is the mean of all bits, `worst` the mean of the most unbalanced bit's rarer value, 0 for a dead bit.
    """

    step: int
    loss: float
    score: float
    ones: float
    worst: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Trained:
    """The model as it was at its best look (step 0 is the start), that step and score, and all looks."""

    model: Model
    step: int
    score: float
    looks: tuple[Look, ...]


@dataclass(slots=True)
class _State:
    """All that a checkpoint keeps beside the model and the optimiser."""

    step: int = 0
    best_step: int = 0
    best_score: float = -math.inf
    looks: list[Look] = field(default_factory=list)


def train(
    model: Model,
    examples: Examples,
    score: Callable[[Model], float],
    recipe: Recipe,
    folder: Path | None = None,
    device: str = "cpu",
    report: Callable[[Sequence[Look]], None] = lambda looks: None,
    control: Control | None = None,
) -> Trained:
    """Train `model` in place of its start and return it as it was when `score`, higher is better, was highest.

    With a `folder` every look is a checkpoint there, and the same call goes on from it: batches depend on seed and step
    alone, so that it ends where it would have ended, exactly so with as many threads. `report` is given all looks after
    each. Raises UserError for examples of fewer than two classes, when the folder holds another training, or when the
    loss is no longer a number; Cancelled when `control` says so.
    """
    if len(np.unique(examples.labels)) < 2:
        raise UserError("Training needs pictures of two classes at least: add a folder with another person or subject.")
    model.to(device)
    optimiser, rates = _optimiser(model, recipe)
    state, best = _State(), copy.deepcopy(model.state_dict())
    identity = _identity(model, examples, recipe) if folder else ""
    if folder and (kept := checkpoint.read(folder, identity, device)):
        model.load_state_dict(kept.model)
        optimiser.load_state_dict(kept.optimiser)
        best = kept.best
        state = _State(kept.step, kept.best_step, kept.best_score, [Look(**look) for look in kept.looks])
    begun = time.perf_counter() - (state.looks[-1].seconds if state.looks else 0.0)
    losses: list[float] = []
    while True:
        if state.step % recipe.every == 0 or state.step == recipe.steps:
            if not state.looks or state.looks[-1].step < state.step:
                look = _look(model, examples, score, device, state.step, losses, time.perf_counter() - begun)
                losses = []
                state.looks.append(look)
                if look.score > state.best_score:
                    state.best_step, state.best_score = state.step, look.score
                    best = copy.deepcopy(model.state_dict())
                if folder:
                    checkpoint.write(
                        folder,
                        checkpoint.Checkpoint(
                            identity,
                            state.step,
                            state.best_step,
                            state.best_score,
                            [asdict(each) for each in state.looks],
                            model.state_dict(),
                            best,
                            optimiser.state_dict(),
                        ),
                    )
                report(state.looks)
            if state.step >= recipe.steps or state.step - state.best_step >= recipe.patience * recipe.every:
                break
        if control:
            control.checkpoint()
        losses.append(_step(model, examples, recipe, optimiser, rates, state.step, device))
        state.step += 1
    model.load_state_dict(best)
    return Trained(model.eval(), state.best_step, state.best_score, tuple(state.looks))


def _step(
    model: Model,
    examples: Examples,
    recipe: Recipe,
    optimiser: torch.optim.Optimizer,
    rates: list[float],
    step: int,
    device: str,
) -> float:
    """One batch; the loss it had."""
    model.train()
    if recipe.trunk_rate == 0:
        model.trunk.eval()  # a frozen trunk keeps the statistics of its batch norms too
    share = 0.5 * (1 + math.cos(math.pi * step / recipe.steps)) if recipe.schedule == "cosine" else 1.0
    for group, rate in zip(optimiser.param_groups, rates, strict=True):
        group["lr"] = rate * share
    rows = batches.chosen(examples.labels, recipe.order, recipe.batch, recipe.per_class, recipe.seed, step)
    inputs = tensor(batches.inputs_of(examples, rows, recipe.augment, recipe.seed, step)).to(device)
    labels = torch.from_numpy(examples.labels[rows]).to(device)
    torch.manual_seed(recipe.seed * 1_000_003 + step)  # for methods that draw at random
    with torch.autocast(torch.device(device).type, torch.bfloat16, enabled=recipe.precision == "bfloat16"):
        features = model.trunk(inputs)
    value = model.method.loss(features.float(), labels)
    optimiser.zero_grad(set_to_none=True)
    value.backward()  # type: ignore[no-untyped-call]
    optimiser.step()
    loss = value.item()
    if not math.isfinite(loss):
        raise UserError(f"The loss is no longer a number at step {step + 1}: train again with a smaller --rate.")
    return loss


def _optimiser(model: Model, recipe: Recipe) -> tuple[torch.optim.Optimizer, list[float]]:
    """The optimiser and the full rate of each of its groups."""
    groups = model.method.groups(recipe.rate, recipe.decay)
    trunk = list(model.trunk.parameters())
    for parameter in trunk:
        parameter.requires_grad_(recipe.trunk_rate > 0)
    if trunk and recipe.trunk_rate > 0:
        groups.append({"params": trunk, "lr": recipe.trunk_rate, "weight_decay": recipe.decay})
    optimiser: torch.optim.Optimizer
    if recipe.optimiser == "sgd":
        optimiser = torch.optim.SGD(groups, momentum=recipe.momentum, nesterov=recipe.momentum > 0)
    else:
        optimiser = torch.optim.Adam(groups)
    return optimiser, [float(group["lr"]) for group in groups]


def _look(
    model: Model,
    examples: Examples,
    score: Callable[[Model], float],
    device: str,
    step: int,
    losses: list[float],
    seconds: float,
) -> Look:
    sample = examples.plain[np.linspace(0, len(examples) - 1, min(SAMPLE, len(examples))).astype(int)]
    words, _ = encode(model, sample, device)
    bits = np.unpackbits(words.T.copy().view(np.uint8), axis=1, bitorder="little")[:, : model.method.bits]
    means = bits.mean(0)
    return Look(
        step=step,
        loss=float(np.mean(losses)) if losses else math.nan,
        score=score(model.eval()),
        ones=float(means.mean()),
        worst=float(np.minimum(means, 1 - means).min()),
        seconds=round(seconds, 2),
    )


def _identity(model: Model, examples: Examples, recipe: Recipe) -> str:
    """A digest of all that decides how a training ends: the model as it starts, the examples, the recipe."""
    said = hashlib.sha256(json.dumps(asdict(recipe), sort_keys=True).encode())
    said.update(examples.digest().encode())
    for name, value in model.state_dict().items():
        said.update(name.encode())
        said.update(np.ascontiguousarray(value.detach().cpu().numpy()).data)
    return said.hexdigest()
