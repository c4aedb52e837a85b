"""kill -9 in the middle of real scans: what is found in the end must be what one undisturbed scan finds."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks.data import require
from benchmarks.report import Row, run

KILLS = 10
TABLES = {  # what a scan found, without ids
    "files": "SELECT f.path, f.size, p.digest, f.error FROM file f LEFT JOIN photo p ON p.id = f.photo_id ORDER BY 1",
    "faces": "SELECT p.digest, f.x, f.y, f.w, f.h, f.points FROM face f JOIN photo p ON p.id = f.photo_id"
    " ORDER BY 1, 2, 3",
    "face codes": "SELECT p.digest, f.x, f.y, c.bits FROM face_code c JOIN face f ON f.id = c.face_id"
    " JOIN photo p ON p.id = f.photo_id ORDER BY 1, 2, 3",
    "photo codes": "SELECT p.digest, m.task, c.bits FROM photo_code c JOIN photo p ON p.id = c.photo_id"
    " JOIN model m ON m.id = c.model_id ORDER BY 1, 2",
    "ledger": "SELECT p.digest, m.task, d.error FROM done d JOIN photo p ON p.id = d.photo_id"
    " JOIN model m ON m.id = d.model_id ORDER BY 1, 2",
}


def measure(quick: bool) -> list[Row]:
    """Kill and go on, then compare table by table."""
    photos = require("photos")
    kills = 3 if quick else KILLS
    with tempfile.TemporaryDirectory() as folder:
        killed, quiet = Path(folder, "killed"), Path(folder, "quiet")
        progress = []
        chance = random.Random(7)
        for _ in range(kills):
            before = _photos(killed)
            process = _start(photos, killed)
            while process.poll() is None and _photos(killed) < before + 4:
                time.sleep(0.02)
            time.sleep(chance.random() * 0.5)
            if process.poll() is not None:
                raise SystemExit("A scan ended before it could be killed: give it more photos.")
            process.kill()
            process.wait()
            progress.append(_photos(killed))
        _start(photos, killed).wait()
        _start(photos, quiet).wait()
        rows = [Row("kills in the middle of a scan", kills, ""), Row("photos known at the last kill", progress[-1], "")]
        for name, sql in TABLES.items():
            one, other = _rows(killed, sql), _rows(quiet, sql)
            different = len(set(one) ^ set(other)) + abs(len(one) - len(other))
            rows.append(Row(f"{name}: rows that differ, of {len(other)}", different, "rows", 0))
    return rows


def _start(photos: Path, home: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PHOTOHASH_HOME": str(home)}
    command = [sys.executable, "-m", "photohash", "scan", str(photos), "--json"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    path = home / "data" / "catalogue.db"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path, timeout=30)) as db:
        try:
            return db.execute(sql).fetchall()
        except sqlite3.OperationalError:  # not made yet
            return []


def _photos(home: Path) -> int:
    return len(_rows(home, "SELECT id FROM photo"))


if __name__ == "__main__":
    run(measure, __doc__)
