from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from photohash.store.db import CatalogueError, TooNew, Transaction, connect

FIRST = "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT)"
SECOND = "ALTER TABLE thing ADD COLUMN size INTEGER; UPDATE thing SET size = 7"


@pytest.mark.parametrize("name", ["plain.db", "what?mode=ro.db", "a#b %20.db"])
def test_opens_under_any_name(tmp_path: Path, name: str) -> None:
    connect(tmp_path / name, [FIRST]).close()
    assert (tmp_path / name).is_file()


def test_migrates_after_a_backup(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    db = connect(path, [FIRST])
    db.execute("INSERT INTO thing (name) VALUES ('old')")
    db.close()
    db = connect(path, [FIRST, SECOND])
    assert db.execute("SELECT name, size FROM thing").fetchall() == [("old", 7)]
    db.close()
    backup = sqlite3.connect(tmp_path / "c.db.v1.bak")
    assert backup.execute("SELECT * FROM thing").fetchall() == [(1, "old")]
    assert backup.execute("PRAGMA user_version").fetchone() == (1,)
    backup.close()


def test_a_failing_step_leaves_everything_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    connect(path, [FIRST]).close()
    with pytest.raises(CatalogueError):
        connect(path, [FIRST, "CREATE TABLE other (x); INSERT INTO nowhere VALUES (1)"])
    db = connect(path, [FIRST])
    assert [name for (name,) in db.execute("SELECT name FROM sqlite_master")] == ["thing"]
    db.close()


def test_a_newer_file_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    connect(path, [FIRST, SECOND]).close()
    with pytest.raises(TooNew, match="later version"):
        connect(path, [FIRST])
    connect(path, [FIRST, SECOND]).close()


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE theirs (x)")
    db.commit()
    db.close()
    with pytest.raises(CatalogueError, match="another program"):
        connect(path, [FIRST])


def test_a_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(CatalogueError, match="cannot be read"):
        connect(path, [FIRST])


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    db = connect(tmp_path / "c.db", [FIRST])
    with pytest.raises(sqlite3.IntegrityError), Transaction(db):
        db.executemany("INSERT INTO thing VALUES (?, 'lost')", [(1,), (1,)])
    with Transaction(db):
        db.execute("INSERT INTO thing (name) VALUES ('kept')")
    assert db.execute("SELECT name FROM thing").fetchall() == [("kept",)]
    db.close()


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    db = connect(tmp_path / "c.db", [FIRST])
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(CatalogueError, match="disk space"), Transaction(db):
        db.executemany("INSERT INTO thing (name) VALUES (?)", [("x" * 4000,)] * 50)
    assert db.execute("SELECT count(*) FROM thing").fetchone() == (0,)
    db.close()
