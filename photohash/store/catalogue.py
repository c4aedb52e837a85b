"""The catalogue: where files lie, which content they have, what has been computed for it and by which model."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from photohash.store.db import Transaction, connect
from photohash.store.schema import CATALOGUE
from photohash.types import Failure, Photo, Seen


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that the user gave to the library."""

    id: int
    path: Path


@dataclass(frozen=True, slots=True)
class Place:
    """One file of a root as it was seen."""

    root: Root
    seen: Seen

    @property
    def path(self) -> Path:
        """The file's full path."""
        return self.root.path / os.fsdecode(self.seen.path)


class Catalogue:
    """`catalogue.db`; one connection, one writer. Raises CatalogueError when the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = connect(path, CATALOGUE)

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def writing(self) -> Transaction:
        """One transaction: everything inside is kept, or nothing."""
        return Transaction(self.db)

    # -- places ------------------------------------------------------------------------------------------------------

    def roots(self) -> list[Root]:
        """All folders of the library."""
        rows = self.db.execute("SELECT id, path FROM root ORDER BY path")
        return [Root(number, Path(os.fsdecode(path))) for number, path in rows]

    def add_root(self, folder: Path) -> tuple[Root, bytes]:
        """The root that holds `folder`, and where in it `folder` lies (b"" for the root itself).

        A folder inside a root adds nothing, and a folder around roots takes their files over, so that no file is ever
        counted twice.
        """
        for root in self.roots():
            if folder == root.path:
                return root, b""
            if folder.is_relative_to(root.path):
                return root, os.fsencode(folder.relative_to(root.path))
        with self.writing() as db:
            inside = [root for root in self.roots() if root.path.is_relative_to(folder)]
            cursor = db.execute(
                "INSERT INTO root (path, added_at) VALUES (?, ?)", (os.fsencode(folder), int(time.time()))
            )
            new = Root(cursor.lastrowid or 0, folder)
            for root in inside:
                self._move_files(root, new)
        return new, b""

    def _move_files(self, old: Root, new: Root) -> None:
        prefix = os.fsencode(old.path.relative_to(new.path))
        rows = self.db.execute("SELECT id, path FROM file WHERE root_id = ?", (old.id,)).fetchall()
        moved = [(new.id, os.path.join(prefix, path), number) for number, path in rows]
        self.db.executemany("UPDATE file SET root_id = ?, path = ? WHERE id = ?", moved)
        self.db.execute("DELETE FROM root WHERE id = ?", (old.id,))

    def known(self, root: Root) -> dict[bytes, tuple[bytes, int, int, int | None]]:
        """Every file of a root: path -> (path, size, mtime_ns, missing since)."""
        rows = self.db.execute(
            "SELECT path, size, mtime_ns, missing_since FROM file WHERE root_id = ? AND stage IS NOT 'walk'", (root.id,)
        )
        return {row[0]: row for row in rows.fetchall()}

    def put_file(self, place: Place, photo_id: int) -> None:
        """The file holds this photo."""
        self._put_file(place, photo_id, None, None)

    def put_file_error(self, place: Place, stage: str, reason: str) -> None:
        """The file could not be read; it is tried again when it changes or when the user asks."""
        self._put_file(place, None, stage, reason)

    def _put_file(self, place: Place, photo_id: int | None, stage: str | None, error: str | None) -> None:
        seen = place.seen
        self.db.execute(
            "INSERT INTO file (root_id, path, size, mtime_ns, photo_id, stage, error) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (root_id, path) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,"
            " photo_id = excluded.photo_id, stage = excluded.stage, error = excluded.error, missing_since = NULL",
            (place.root.id, seen.path, seen.size, seen.mtime_ns, photo_id, stage, error),
        )

    def set_missing(self, root: Root, paths: Iterable[bytes], missing: bool) -> None:
        """Mark files of a root as gone, or as back."""
        since = int(time.time()) if missing else None
        with self.writing() as db:
            db.executemany(
                "UPDATE file SET missing_since = ? WHERE root_id = ? AND path = ?", ((since, root.id, p) for p in paths)
            )

    def drop_walk_problems(self, root: Root, inside: bytes) -> None:
        """Forget which folders could not be entered, before a new walk says it anew."""
        rows = self.db.execute("SELECT id, path FROM file WHERE root_id = ? AND stage = 'walk'", (root.id,)).fetchall()
        stale = [(number,) for number, path in rows if path.startswith(inside)]
        self.db.executemany("DELETE FROM file WHERE id = ?", stale)

    # -- content -----------------------------------------------------------------------------------------------------

    def photo_with(self, digest: bytes) -> int | None:
        """The photo of this content, if it is known."""
        row = self.db.execute("SELECT id FROM photo WHERE digest = ?", (digest,)).fetchone()
        return row[0] if row else None

    def put_photo(self, digest: bytes, width: int, height: int, taken_at: int | None) -> int:
        """The id of the photo of this content, made if it is new."""
        self.db.execute(
            "INSERT INTO photo (digest, width, height, taken_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (digest) DO UPDATE SET width = excluded.width, height = excluded.height,"
            " taken_at = excluded.taken_at",
            (digest, width, height, taken_at),
        )
        number = self.photo_with(digest)
        assert number is not None
        return number

    def photos(self, ids: Sequence[int]) -> dict[int, Photo]:
        """Photos by id, each with its present files in order of path; a photo without any is left out."""
        found: dict[int, Photo] = {}
        for part in _parts(ids):
            marks = ",".join("?" * len(part))
            rows = self.db.execute(
                "SELECT p.id, p.width, p.height, p.taken_at, r.path, f.path FROM photo p"
                " JOIN file f ON f.photo_id = p.id JOIN root r ON r.id = f.root_id"
                f" WHERE p.id IN ({marks}) AND f.missing_since IS NULL"
                " ORDER BY p.id, r.path, f.path",
                part,
            )
            for number, width, height, taken_at, root, path in rows:
                file = Path(os.fsdecode(root)) / os.fsdecode(path)
                before = found[number].files if number in found else ()
                found[number] = Photo(number, width, height, taken_at, (*before, file))
        return found

    def present(self) -> list[int]:
        """The ids of all photos that have a file."""
        rows = self.db.execute(
            "SELECT DISTINCT photo_id FROM file WHERE photo_id IS NOT NULL AND missing_since IS NULL"
        )
        return sorted(number for (number,) in rows)

    def copied(self) -> list[int]:
        """The ids of photos that several present files hold."""
        rows = self.db.execute(
            "SELECT photo_id FROM file WHERE photo_id IS NOT NULL AND missing_since IS NULL"
            " GROUP BY photo_id HAVING count(*) > 1 ORDER BY photo_id"
        )
        return [number for (number,) in rows]

    def sizes(self) -> dict[int, int]:
        """Photo id -> bytes of its largest present file."""
        rows = self.db.execute(
            "SELECT photo_id, max(size) FROM file WHERE photo_id IS NOT NULL AND missing_since IS NULL"
            " GROUP BY photo_id"
        )
        return dict(rows.fetchall())

    def place_of(self, photo_id: int) -> Place | None:
        """One present file of the photo."""
        row = self.db.execute(
            "SELECT r.id, r.path, f.path, f.size, f.mtime_ns FROM file f JOIN root r ON r.id = f.root_id"
            " WHERE f.photo_id = ? AND f.missing_since IS NULL ORDER BY f.id LIMIT 1",
            (photo_id,),
        ).fetchone()
        if row is None:
            return None
        root_id, root, path, size, mtime = row
        return Place(Root(root_id, Path(os.fsdecode(root))), Seen(path, size, mtime))

    # -- problems ----------------------------------------------------------------------------------------------------

    def problems(self) -> Iterator[Failure]:
        """Every present file that failed, at whatever stage."""
        rows = self.db.execute(
            "SELECT r.path, f.path, f.stage, f.error FROM file f JOIN root r ON r.id = f.root_id"
            " WHERE f.error IS NOT NULL AND f.missing_since IS NULL"
            " UNION ALL SELECT r.path, f.path, d.stage, d.error FROM done d JOIN file f ON f.photo_id = d.photo_id"
            " JOIN root r ON r.id = f.root_id WHERE d.error IS NOT NULL AND f.missing_since IS NULL"
            " GROUP BY f.id, d.stage, d.error ORDER BY 1, 2"
        )
        for root, path, stage, error in rows:
            yield Failure(Path(os.fsdecode(root)) / os.fsdecode(path), stage, error)

    def forget_problems(self) -> int:
        """Let the next scan try every failed file again; how many files that are."""
        number = sum(1 for _ in self.problems())
        with self.writing() as db:
            db.execute("UPDATE file SET size = -1 WHERE error IS NOT NULL")
            db.execute("DELETE FROM done WHERE error IS NOT NULL")
        return number

    def counts(self) -> dict[str, int]:
        """How many roots, files, photos, faces, exact copies, missing files and problems there are."""
        questions = {
            "folders": "SELECT count(*) FROM root",
            "files": "SELECT count(*) FROM file WHERE missing_since IS NULL",
            "photos": "SELECT count(DISTINCT photo_id) FROM file WHERE missing_since IS NULL",
            "faces": "SELECT count(*) FROM face WHERE photo_id IN"
            " (SELECT photo_id FROM file WHERE missing_since IS NULL)",
            "exact_copies": "SELECT count(photo_id) - count(DISTINCT photo_id) FROM file WHERE missing_since IS NULL",
            "missing": "SELECT count(*) FROM file WHERE missing_since IS NOT NULL",
        }
        found = {name: int(self.db.execute(sql).fetchone()[0]) for name, sql in questions.items()}
        return found | {"problems": sum(1 for _ in self.problems())}


def _parts(ids: Sequence[int], size: int = 500) -> Iterator[list[int]]:
    """Pieces short enough for one SQL statement."""
    for start in range(0, len(ids), size):
        yield [int(i) for i in ids[start : start + size]]
