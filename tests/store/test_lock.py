from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from photohash.store.lock import exclusive
from photohash.types import UserError

HOLD = """
import sys, pathlib
from photohash.store.lock import exclusive
with exclusive(pathlib.Path(sys.argv[1])):
    print('held', flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "scan.lock"
    other = subprocess.Popen([sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout
    assert other.stdin
    with other:
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(UserError, match="Another photohash"), exclusive(path):
            pass
        other.kill()
        other.wait()
    with exclusive(path):
        pass
