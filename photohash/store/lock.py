"""One scan at a time on one catalogue."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from photohash.types import UserError


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file `path`; raises UserError when another process holds it.

    An exclusive SQLite transaction is the one file lock of the standard library that works alike on all systems and
    is released by the system when its process dies.
    """
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as db:
        try:
            db.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise UserError(
                "Another photohash is scanning this library: wait until it has finished, or stop it."
            ) from error
        yield
