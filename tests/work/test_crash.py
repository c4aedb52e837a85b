"""kill -9 in the middle of a scan, again and again: the end is the same as without."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from photohash.media.encode import to_jpeg
from tests.desk import Desk
from tests.pictures import noise

SCAN = """
import sys, time, pathlib
from tests.desk import Desk
desk = Desk(pathlib.Path(sys.argv[1]))
class Told(list):
    def append(self, progress):
        print(progress.done, flush=True)
        time.sleep(0.01)
desk.told = Told()
desk.scan(pathlib.Path(sys.argv[2]))
"""


@pytest.mark.slow
def test_ten_kills_change_nothing(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for n in range(120):
        (photos / f"{n}.jpg").write_bytes(to_jpeg(noise(n % 110)))  # ten exact copies among them
    (photos / "broken.jpg").write_bytes(b"no picture")
    (tmp_path / "killed").mkdir()
    (tmp_path / "quiet").mkdir()
    chance = random.Random(1)
    kills, most = 0, 0
    root = Path(__file__).parents[2]
    while kills < 10:
        scan = subprocess.Popen(
            [sys.executable, "-c", SCAN, tmp_path / "killed", photos], stdout=subprocess.PIPE, cwd=root, env=os.environ
        )
        assert scan.stdout
        with scan:
            lines = [scan.stdout.readline() for _ in range(chance.randrange(2, 6))]
            time.sleep(chance.random() * 0.02)
            scan.kill()
        if not lines[-1]:
            break  # it had finished
        kills += 1
        most = max(most, int(lines[-1]))
    assert kills >= 5
    assert most > 0
    killed, quiet = Desk(tmp_path / "killed"), Desk(tmp_path / "quiet")
    killed.scan(photos)
    quiet.scan(photos)
    assert killed.contents() == quiet.contents()
    assert killed.catalogue.counts() == quiet.catalogue.counts()
    assert killed.cache.complete(killed.networks.image_backbone).tolist() == killed.catalogue.present()
    described = killed.cache.described("face", killed.networks.face_backbone)
    assert described.tolist() == killed.results.face_photos()[0].tolist()
    killed.close()
    quiet.close()
