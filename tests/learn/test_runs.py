"""Whole runs on made pictures, with the small network from scratch."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from photohash.learn import runs
from photohash.learn.examples import tensor
from photohash.learn.readers import reader
from photohash.learn.runs import Plan, load, recipe, run
from photohash.learn.trainer import Recipe
from photohash.nets.device import set_threads
from photohash.types import UserError

RECIPE = Recipe(steps=30, batch=16, every=10, rate=3e-3, trunk_rate=3e-3, seed=1)
PLAN = Plan("images", "small", "dch", 16, False, RECIPE)


@pytest.fixture(scope="module")
def stripes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight classes of noisy stripes: two directions, four widths."""
    folder = tmp_path_factory.mktemp("stripes")
    random = np.random.default_rng(0)
    for width in (2, 4, 8, 16):
        for name in ("down", "across"):
            for n in range(8):
                lines = (np.arange(32) + random.integers(32)) // width % 2 * 160 + 40
                pixels = np.repeat(lines[None] if name == "down" else lines[:, None], 32, 0 if name == "down" else 1)
                noisy = (pixels[..., None] + random.normal(0, 20, (32, 32, 3))).clip(0, 255).astype(np.uint8)
                path = folder / f"{name} {width}" / f"{n}.png"
                path.parent.mkdir(exist_ok=True)
                Image.fromarray(noisy).save(path)
    return folder


@pytest.mark.parametrize("unseen", [False, True])
def test_a_run_keeps_all_it_made(stripes: Path, tmp_path: Path, unseen: bool) -> None:
    (out := tmp_path / "run").mkdir()
    plan = replace(PLAN, unseen=unseen)
    outcome = run(plan, stripes, out)
    made = {file.name for file in out.iterdir() if file.is_file()}
    assert made == {"run.json", "result.json", "model.safetensors", "log.csv", "plot.png", "training.pt"}
    assert outcome.plot.name in made
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert result["classes"] == list(outcome.division.train.names)
    assert {name: result[name] for name in outcome.figures} == outcome.figures
    assert outcome.figures["mAP"] > (0.4 if unseen else 0.5)
    if unseen:
        assert not set(outcome.division.train.names) & set(outcome.division.test.names)
    plan_again, model = load(out)
    assert plan_again == plan
    inputs = tensor(outcome.division.test.plain)
    with torch.inference_mode():
        assert torch.equal(model.method.margins(model(inputs)), outcome.trained.model.method.margins(model(inputs)))


PROGRAM = """
import sys, time
from pathlib import Path
from photohash.learn.runs import run
from photohash.nets.device import set_threads
set_threads(1)  # sums of several threads end differently
sys.path.insert(0, sys.argv[3])
from tests.learn.test_runs import PLAN
def report(look):
    print(look.step, flush=True)
    if look.step == 20:
        time.sleep(60)
run(PLAN, Path(sys.argv[1]), Path(sys.argv[2]), report=report)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_run_killed_by_the_system_ends_with_the_same_figures(stripes: Path, tmp_path: Path) -> None:
    here = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", PROGRAM, str(stripes), str(tmp_path / "killed"), here]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": here}
    ) as process:
        assert process.stdout
        steps = [int(process.stdout.readline()) for _ in range(3)]
        process.send_signal(signal.SIGKILL)
    assert steps == [0, 10, 20]
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "killed" / "result.json").exists()
    set_threads(1)
    begun = time.monotonic()
    shown: list[int] = []
    resumed = run(PLAN, stripes, tmp_path / "killed", report=lambda look: shown.append(look.step))
    assert shown == [30]
    assert time.monotonic() - begun < 60
    undisturbed = run(PLAN, stripes, tmp_path / "undisturbed")
    assert resumed.figures == undisturbed.figures
    one, other = ((tmp_path / name / "result.json").read_text() for name in ("killed", "undisturbed"))
    assert one == other
    one, other = ((tmp_path / name / "model.safetensors").read_bytes() for name in ("killed", "undisturbed"))
    assert one == other


def test_other_settings_and_other_files_are_refused(stripes: Path, tmp_path: Path) -> None:
    plan = replace(PLAN, recipe=replace(RECIPE, steps=0))
    run(plan, stripes, tmp_path / "run")
    with pytest.raises(UserError, match="other settings"):
        run(replace(plan, bits=24), stripes, tmp_path / "run")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(UserError, match="other files"):
        run(plan, stripes, tmp_path / "full")
    assert [file.name for file in (tmp_path / "full").iterdir()] == ["letter.txt"]


def test_a_folder_without_an_ended_training_cannot_be_loaded(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no training that has ended"):
        load(tmp_path)


@pytest.mark.parametrize("kind", ["faces", "images"])
@pytest.mark.parametrize("network", ["head", "backbone", "paper", "small"])
def test_every_network_goes_with_every_kind(kind: runs.Kind, network: runs.Network) -> None:
    plan = Plan(kind, network, "dcbh" if kind == "faces" else "dch", 8, False, recipe("dcbh", network))
    shape = reader(kind, network, "cpu").shape
    inputs = np.zeros((2, *shape), np.float32 if network == "head" else np.uint8)
    model = runs.made(plan, 3, inputs)
    with torch.inference_mode():
        assert model.eval().method.margins(model(tensor(inputs))).shape == (2, 8)


def test_the_official_recipes_are_the_authors() -> None:
    dcbh, dch = recipe("dcbh-official", "paper"), recipe("dch-official", "small")
    assert (dcbh.optimiser, dcbh.rate, dcbh.batch, dcbh.order, dcbh.augment) == ("adam", 1e-3, 256, "fixed", False)
    assert (dch.optimiser, dch.rate, dch.momentum, dch.batch, dch.steps) == ("sgd", 5e-3, 0.9, 128, 2000)
    assert recipe("dch", "backbone").trunk_rate < recipe("dch", "backbone").rate
