"""`photohash train` on real faces: speed of each network, figures, and kill -9 in the middle of a training.

The pictures are of LFW people with 20 to 40 photos. A training that is killed again and again, while it reads and while
it learns, must leave the same figures and the same weights as one that is left alone.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.data import require
from benchmarks.report import Row, run

PEOPLE, QUICK_PEOPLE = 30, 6
KILLS, QUICK_KILLS = 5, 2
STEPS, QUICK_STEPS, EVERY = 2000, 400, 50  # of the training that is killed
SAME = ("result.json", "model.safetensors")
NETWORKS = {  # settings beside the defaults
    "dcbh, head on the backbone": ("--method", "dcbh", "--steps", "400"),
    "dcbh-official, head on the backbone": ("--method", "dcbh-official", "--steps", "400"),
    "dcbh, network of the paper, bfloat16": (
        *("--method", "dcbh", "--network", "paper", "--precision", "bfloat16"),
        *("--steps", "60", "--every", "20"),
    ),
    "dch, small network": ("--method", "dch", "--network", "small", "--steps", "300"),
}


def measure(quick: bool) -> list[Row]:
    """Kill and go on; then every network, each from nothing."""
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        os.environ["PHOTOHASH_HOME"] = str(work / "home")  # of the programs that are started
        photos = _photos(work / "people", QUICK_PEOPLE if quick else PEOPLE)
        rows = _killed(photos, work, *((QUICK_KILLS, QUICK_STEPS) if quick else (KILLS, STEPS)))
        for name, settings in {} if quick else NETWORKS.items():
            out = work / name.replace(" ", "-")
            begun = time.perf_counter()
            subprocess.run(_command(photos, out, settings), check=True, capture_output=True)
            seconds = time.perf_counter() - begun
            log = (out / "log.csv").read_text(encoding="utf-8").splitlines()
            step, *_, learnt = log[-1].split(",")
            result = json.loads((out / "result.json").read_text(encoding="utf-8"))
            rows += [
                Row(f"{name}: mAP of the test pictures", result["mAP"], ""),
                Row(f"{name}: steps", int(step) / max(float(learnt), 1e-9), "steps/s"),
                Row(f"{name}: the whole command", seconds, "s"),
            ]
    return rows


def _killed(photos: Path, work: Path, kills: int, most: int) -> list[Row]:
    settings = ("--steps", str(most), "--every", str(EVERY), "--patience", str(most))
    quiet, killed = work / "quiet", work / "killed"
    subprocess.run(_command(photos, quiet, settings), check=True, capture_output=True)
    chance, steps = random.Random(5), []
    for kill in range(kills):
        reached = _pieces if kill == 0 else _looks
        before = reached(killed)
        process = subprocess.Popen(_command(photos, killed, settings), stderr=subprocess.DEVNULL)
        while process.poll() is None and reached(killed) < before + (1 if kill == 0 else 2):
            time.sleep(0.02)
        time.sleep(0.3 * chance.random())
        process.kill()
        if process.wait() == 0:
            raise SystemExit("A training ended before it could be killed: give it more steps.")
        steps.append(max(0, _looks(killed) - 1) * EVERY)
    subprocess.run(_command(photos, killed, settings), check=True, capture_output=True)
    different = sum((quiet / name).read_bytes() != (killed / name).read_bytes() for name in SAME)
    result = json.loads((killed / "result.json").read_text(encoding="utf-8"))
    return [
        Row("kills in the middle of a training", kills, ""),
        Row(f"step kept at the last kill, of {most:,}", steps[-1], "steps"),
        Row(f"of {' and '.join(SAME)}, files that differ from an undisturbed training's", different, "files", 0),
        Row("mAP of the test pictures after the kills", result["mAP"], ""),
    ]


def _pieces(out: Path) -> int:
    return len(list(out.glob("*/*.npz")))


def _looks(out: Path) -> int:
    log = out / "log.csv"
    return len(log.read_text(encoding="utf-8").splitlines()) - 1 if log.exists() else 0


def _photos(folder: Path, count: int) -> Path:
    """Copies of the photos of the first `count` people with 20 to 40."""
    people = [p for p in sorted((require("lfw") / "images").iterdir()) if 20 <= len(list(p.iterdir())) <= 40]
    for person in people[:count]:
        shutil.copytree(person, folder / person.name)
    return folder


def _command(photos: Path, out: Path, settings: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "photohash", "train", "faces", str(photos), "--out", str(out), *settings]


if __name__ == "__main__":
    run(measure, __doc__)
