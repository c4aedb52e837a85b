"""`photohash train`: a hash network from a folder of labelled pictures."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from photohash.cli import show
from photohash.cli.jobs import ProgressLine, duration
from photohash.cli.jobs import run as run_job
from photohash.dirs import Dirs
from photohash.flow import Control
from photohash.settings import Settings

if TYPE_CHECKING:
    from photohash.learn.runs import Outcome
    from photohash.learn.trainer import Look

CHOSEN = ("steps", "batch", "rate", "every", "patience", "precision", "seed")  # of the recipe, if said
SHOWN = 5  # unreadable files that are named; the others are counted


def add(one: argparse.ArgumentParser) -> None:
    """The options of the command."""
    one.add_argument("kind", choices=("faces", "images"), help="what is hashed: the largest face, or the whole picture")
    one.add_argument("folder", type=Path, metavar="FOLDER", help="has a folder of pictures for each person or subject")
    one.add_argument("--out", type=Path, required=True, metavar="RUN", help="a new folder, or one to go on in")
    one.add_argument("--method", metavar="NAME", help="dcbh for faces, dch for images by default")
    one.add_argument("--network", choices=("head", "backbone", "paper", "small"), default="head", help=NETWORK)
    one.add_argument("--bits", type=int, default=48, metavar="N", help="length of a code (48)")
    one.add_argument("--unseen", action="store_true", help="keep whole folders for measuring, not pictures of each")
    one.add_argument("--steps", type=int, metavar="N", help="batches at most (2000)")
    one.add_argument("--batch", type=int, metavar="N", help="pictures to a batch (128)")
    one.add_argument("--rate", type=float, metavar="R", help="learning rate of the hash layer")
    one.add_argument("--every", type=int, metavar="N", help="batches between two looks at validation (100)")
    one.add_argument("--patience", type=int, metavar="N", help="looks without gain before it stops (10)")
    one.add_argument("--precision", choices=("float32", "bfloat16"), help="of the network, not of the loss (float32)")
    one.add_argument("--seed", type=int, metavar="N", help="of everything that is random (0)")


NETWORK = (
    "head: a hash layer on the shipped network (default); backbone: both trained together; paper: DCBH's own network,"
    " small: DSH's, from scratch on 32 x 32 pixels"
)


def run(asked: argparse.Namespace, dirs: Dirs, settings: Settings) -> int:
    """Train, say how it goes, and say what came of it."""
    from photohash.learn import runs  # torch and matplotlib are loaded for this command alone
    from photohash.methods.table import METHODS
    from photohash.nets.device import choose
    from photohash.types import UserError

    method = asked.method or ("dcbh" if asked.kind == "faces" else "dch")
    if method not in METHODS:
        raise UserError(f"There is no method '{method}': choose one of {', '.join(METHODS)}.")
    for name in ("bits", "steps", "batch", "every", "patience", "rate"):
        if (value := getattr(asked, name)) is not None and value <= 0:
            raise UserError(f"--{name} must be more than 0, not {value}.")
    chosen = {
        name: getattr(asked, name) for name in ("steps", "batch", "rate", "every", "patience", "precision", "seed")
    }
    recipe = replace(runs.recipe(method, asked.network), **{k: v for k, v in chosen.items() if v is not None})
    plan = runs.Plan(asked.kind, asked.network, method, asked.bits, asked.unseen, recipe)
    line = LookLine(recipe.steps)

    def job(control: Control) -> Outcome:
        return runs.run(plan, asked.folder, asked.out, choose(settings.device), ProgressLine(), line, control)

    say(run_job(job), asked.out, json=asked.json)
    return 0


class LookLine:
    """A line for each look: how far, loss, score, and how long it will still take at most."""

    def __init__(self, steps: int) -> None:
        self._steps = steps

    def __call__(self, look: Look) -> None:
        """Say it."""
        left = (self._steps - look.step) * look.seconds / look.step if look.step else 0.0
        loss = f", loss {look.loss:.4f}" if look.step else ""
        rest = f", at most {duration(left)} left" if left else ""
        sys.stderr.write(
            f"step {look.step:,} of {self._steps:,}{loss}, validation mAP {look.score:.4f},"
            f" ones {look.ones:.2f}, worst bit {look.worst:.2f}{rest}\n"
        )
        sys.stderr.flush()


def say(outcome: Outcome, out: Path, *, json: bool) -> None:
    """What was trained, on what, and how good it is."""
    parts = {name: len(getattr(outcome.division, name)) for name in ("train", "validation", "test")}
    if json:
        failures = [{"path": show.name(f.path), "reason": f.reason} for f in outcome.failures]
        show.say_json(
            {"step": outcome.trained.step, "pictures": parts, "figures": outcome.figures, "left out": failures}
        )
        return
    for failure in outcome.failures[:SHOWN]:
        show.say(f"Left out: {show.name(failure.path)}: {failure.reason}")
    if len(outcome.failures) > SHOWN:
        show.say(f"Left out: {len(outcome.failures) - SHOWN:,} more.")
    show.say(
        f"Trained on {parts['train']:,} pictures of {len(outcome.division.train.names):,} folders; step"
        f" {outcome.trained.step:,} was the best for {parts['validation']:,} others; on {parts['test']:,} more it has:"
    )
    for name, value in outcome.figures.items():
        show.say(f"  {name:24} {value:.4f}")
    show.say(f"The model, its log and {outcome.plot.name} are in {show.name(out)}.")
