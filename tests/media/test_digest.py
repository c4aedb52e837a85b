from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from photohash.media.digest import digest
from photohash.media.errors import Undecodable


@pytest.mark.parametrize("size", [0, 1, 262_144, 700_001])
def test_it_is_blake2b_of_sixteen_bytes(tmp_path: Path, size: int) -> None:
    content = bytes(i * 31 % 251 for i in range(size))
    file = tmp_path / "a"
    file.write_bytes(content)
    assert digest(file) == hashlib.blake2b(content, digest_size=16).digest()


def test_a_file_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Undecodable, match=r"no longer there.*\.$"):
        digest(tmp_path / "gone")
