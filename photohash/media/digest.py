"""The content of a file as sixteen bytes: same digest, same photo."""

from __future__ import annotations

import hashlib
from pathlib import Path

from photohash.media.errors import undecodable

SIZE = 16  # bytes: with a million photos a chance collision has probability 1e12 / 2**129


def digest(path: Path) -> bytes:
    """BLAKE2b-128 over the whole file, read in chunks.

    Raises `Undecodable` for a file that is gone or may not be read; OSErrors of a lost drive pass.
    """
    with undecodable(), path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=SIZE)).digest()
