"""A training from a folder of labelled pictures to a measured model, kept in a folder so that a kill spoils nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import safetensors
import safetensors.torch
import torch
from torch import nn

from photohash.flow import Control
from photohash.learn import journal, trunks
from photohash.learn.evaluation import Coded, evaluate
from photohash.learn.examples import Division, Examples, Inputs, divide, divide_classes
from photohash.learn.folders import examples, listed
from photohash.learn.model import Model, encode
from photohash.learn.readers import reader
from photohash.learn.retrieval import found_by_codes, found_by_distance
from photohash.learn.trainer import Look, Recipe, Trained, train
from photohash.methods.table import make
from photohash.nets.efficientnet import WIDTH, ImageBackbone
from photohash.nets.face_resnet import EMBEDDING, FaceBackbone
from photohash.types import Failure, Progress, UserError

Kind = Literal["faces", "images"]
Network = Literal["head", "backbone", "paper", "small"]
NETWORKS: dict[str, str] = {
    "head": "a hash layer on the descriptors of the shipped network, which stays as it is",
    "backbone": "the shipped network and the hash layer together",
    "paper": "the network of DCBH for 32 x 32 pictures, from scratch",
    "small": "the network of DSH for 32 x 32 pictures, from scratch",
}
SETTINGS, RESULT, WEIGHTS = "run.json", "result.json", "model.safetensors"
VALIDATION, TEST = 0.15, 0.15  # of each class, or of the classes


@dataclass(frozen=True, slots=True)
class Plan:
    """What is trained: `unseen` keeps whole classes for validation and test instead of some pictures of each."""

    kind: Kind
    network: Network
    method: str
    bits: int
    unseen: bool
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was trained, on what, what could not be read, the figures of the test pictures, and the plot."""

    trained: Trained
    division: Division
    failures: tuple[Failure, ...]
    figures: dict[str, float]
    plot: Path


# How each method is trained: by its authors' program, or as it is best here.
OFFICIAL = {
    "dcbh-official": Recipe(batch=256, order="fixed", augment=False, rate=1e-3, trunk_rate=1e-3, schedule="constant"),
    "dch-official": Recipe(
        batch=128, order="shuffled", optimiser="sgd", rate=5e-3, trunk_rate=5e-3, schedule="constant"
    ),
}
BACKBONE_SHARE = 0.01  # of the rate, for a network that is trained already


def recipe(method: str, network: Network) -> Recipe:
    """The recipe that a method has unless told otherwise."""
    if method in OFFICIAL:
        return OFFICIAL[method]
    usual = Recipe()
    return replace(usual, trunk_rate=usual.rate * BACKBONE_SHARE) if network == "backbone" else usual


def run(
    plan: Plan,
    folder: Path,
    out: Path,
    device: str = "cpu",
    reading: Callable[[Progress], None] = lambda progress: None,
    report: Callable[[Look], None] = lambda look: None,
    control: Control | None = None,
) -> Outcome:
    """Train on the pictures of `folder`, whose folders are the classes, and measure on those kept apart.

    Everything is kept in `out`; the same call goes on from there after any end. Raises UserError for pictures that
    cannot be trained on and when `out` holds another training.
    """
    _keep_settings(plan, out)
    found, failures = examples(listed(folder), reader(plan.kind, plan.network, device), out, reading, control)
    division = (divide_classes if plan.unseen else divide)(found, VALIDATION, TEST, plan.recipe.seed)
    model = made(plan, len(division.train.names), division.train.plain)

    def judged(model: Model) -> float:
        return score(model, division, plan.unseen, device)

    def looked(looks: Sequence[Look]) -> None:
        journal.write_log(out, looks)
        report(looks[-1])

    trained = train(model, division.train, judged, plan.recipe, out, device, looked, control)
    picture = journal.plot(out, trained.looks, trained.step, "mAP")
    figures = measured(trained.model, division, plan.unseen, device)
    state = {name: value.cpu().contiguous() for name, value in trained.model.state_dict().items()}
    _write(out / WEIGHTS, safetensors.torch.save(state))
    said = {"step": trained.step, "validation mAP": trained.score, **figures, "classes": division.train.names}
    _write(out / RESULT, json.dumps(said, indent=1, ensure_ascii=False).encode())
    return Outcome(trained, division, tuple(failures), figures, picture)


def made(plan: Plan, classes: int, pictures: Inputs) -> Model:
    """The model of a plan as it starts, by the plan's seed; `pictures` are those its preparation is measured on."""
    torch.manual_seed(plan.recipe.seed)
    trunk = _trunk(plan, pictures)
    return Model(trunk, make(plan.method, trunk.width, plan.bits, classes))


def _trunk(plan: Plan, pictures: Inputs) -> trunks.Trunk:
    scale = 0.1 if plan.method == "dcbh-official" else 1.0
    if plan.network == "paper":
        return trunks.Paper32(pictures, scale)
    if plan.network == "small":
        return trunks.Small32(pictures, scale)
    if plan.network == "backbone":
        faces = plan.kind == "faces"
        net: nn.Module = FaceBackbone().net if faces else ImageBackbone().net
        return trunks.Backbone(net, EMBEDDING if faces else slice(0, WIDTH), unit_length=not faces)
    return trunks.Plain(EMBEDDING.stop if plan.kind == "faces" else WIDTH)


def load(out: Path) -> tuple[Plan, Model]:
    """The plan and the trained model of a run that has ended; UserError when there is none in `out`."""
    try:
        plan = _parsed(json.loads((out / SETTINGS).read_text(encoding="utf-8")))
        classes = len(json.loads((out / RESULT).read_text(encoding="utf-8"))["classes"])
        model = made(plan, classes, np.zeros((1, trunks.SMALL, trunks.SMALL, 3), np.uint8))
        model.load_state_dict(safetensors.torch.load((out / WEIGHTS).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, safetensors.SafetensorError) as error:
        raise UserError(f"{out} holds no training that has ended: train into it first.") from error
    return plan, model.eval()


def score(model: Model, division: Division, unseen: bool, device: str) -> float:
    """The tie-aware mAP of the validation pictures: against the training pictures, or among themselves if `unseen`."""
    if unseen:
        return found_by_codes(encode(model, division.validation.plain, device)[0], division.validation.labels).precision
    return evaluate(coded(model, division.validation, device), coded(model, division.train, device)).mean_ap


def measured(model: Model, division: Division, unseen: bool, device: str) -> dict[str, float]:
    """The figures of the test pictures, by code and, of descriptors, by these: the bound."""
    if unseen:
        found = found_by_codes(encode(model, division.test.plain, device)[0], division.test.labels)
        figures = {"mAP": found.precision, "R@1": found.first}
        if division.test.inputs.dtype == np.float32:
            bound = found_by_distance(np.asarray(division.test.plain, np.float32), division.test.labels)
            figures |= {"mAP of the descriptors": bound.precision, "R@1 of the descriptors": bound.first}
        return figures
    found_ = evaluate(coded(model, division.test, device), coded(model, division.train, device))
    return {
        "mAP": found_.mean_ap,
        "mAP@H<=2": found_.ball_map,
        "precision@H<=2": found_.precision,
        "recall@H<=2": found_.recall,
        "empty balls": found_.empty,
    }


def coded(model: Model, of: Examples, device: str) -> Coded:
    """Examples as codes."""
    words, relaxed = encode(model, of.plain, device)
    return Coded(words, relaxed, of.labels)


def _keep_settings(plan: Plan, out: Path) -> None:
    """Write the plan into `out`; UserError when another one is there."""
    path = out / SETTINGS
    try:
        out.mkdir(parents=True, exist_ok=True)
        if path.exists() and _parsed(json.loads(path.read_text(encoding="utf-8"))) != plan:
            raise UserError(f"{out} holds a training with other settings: give --out another folder.")
        if not path.exists() and any(out.iterdir()):
            raise UserError(f"{out} holds other files: give --out a new or empty folder.")
        _write(path, (json.dumps(asdict(plan), indent=1) + "\n").encode())
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UserError(f"{out} cannot be used ({error}): give --out another folder.") from error


def _parsed(said: dict[str, Any]) -> Plan:
    return Plan(**{**said, "recipe": Recipe(**said["recipe"])})


def _write(path: Path, raw: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(raw)
    part.replace(path)
