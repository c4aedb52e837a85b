"""Opening a database: its version checked, older ones backed up and migrated, newer ones refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from photohash.types import UserError

APPLICATION_ID = 0x70686F74  # "phot": tells our files from any other SQLite database


class CatalogueError(UserError):
    """The database cannot be used: damaged, of a newer program, or its disk is full or read-only."""


class TooNew(CatalogueError):
    """The database was written by a later version of the program."""


def connect(path: Path, steps: Sequence[str]) -> sqlite3.Connection:
    """Open (or create) the database at `path`, brought up to version `len(steps)`.

    WAL with synchronous NORMAL: a killed process loses nothing committed, a power cut at most the last transactions.
    Raises CatalogueError with a sentence for the user.
    """
    try:
        # as_uri quotes what a plain path would break ('?', '#').
        db = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rwc", uri=True, isolation_level=None, timeout=30, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise CatalogueError(f"{path} cannot be opened ({error}): check the folder's permissions.") from error
    try:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        migrate(db, path, steps)
    except sqlite3.Error as error:
        db.close()
        raise CatalogueError(
            f"{path} cannot be read ({error}): put back the newest backup beside it, or move it away to start anew."
        ) from error
    except CatalogueError:
        db.close()
        raise
    return db


def migrate(db: sqlite3.Connection, path: Path, steps: Sequence[str]) -> None:
    """Apply the missing steps, each in one transaction with its version number, after a backup of what was there.

    Raises TooNew for a version beyond `steps`; a failing step is rolled back and its error passed on.
    """
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and application != APPLICATION_ID:
        raise CatalogueError(f"{path} is a database of another program: move it away and start again.")
    if version > len(steps):
        raise TooNew(
            f"{path} was written by a later version of photohash (its version {version}, this program knows"
            f" {len(steps)}): install that version again."
        )
    if 0 < version < len(steps):
        with closing(sqlite3.connect(f"{path}.v{version}.bak")) as copy:
            db.backup(copy)
    for number, step in enumerate(steps[version:], version + 1):
        try:
            db.executescript(
                f"BEGIN IMMEDIATE; {step}; PRAGMA application_id = {APPLICATION_ID};"
                f" PRAGMA user_version = {number}; COMMIT"
            )
        except sqlite3.Error:
            if db.in_transaction:
                db.rollback()
            raise


class Transaction:
    """`with Transaction(db):` commits on success and rolls back on any exception.

    Raises CatalogueError when the disk is full or the file cannot be written.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> sqlite3.Connection:
        self._db.execute("BEGIN IMMEDIATE")
        return self._db

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is None:
            try:
                self._db.execute("COMMIT")
                return
            except sqlite3.OperationalError as problem:
                error = problem
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        if isinstance(error, sqlite3.OperationalError):
            raise CatalogueError(
                f"The catalogue cannot be written ({error}):"
                " free some disk space or check its permissions, then scan again."
            ) from error
