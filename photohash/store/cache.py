"""The cache: thumbnails, face chips and descriptors. Deleting it costs time and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photohash.store.db import CatalogueError, Transaction, connect
from photohash.store.results import Kind
from photohash.store.schema import CACHE
from photohash.types import ModelKey


class Cache:
    """`cache.db`. A damaged or foreign file is put aside as `cache.db.damaged` and a new one begun."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.db = connect(path, CACHE)
        except CatalogueError:
            for suffix in ("", "-wal", "-shm"):
                part = Path(f"{path}{suffix}")
                if part.exists():
                    part.replace(f"{path}.damaged{suffix}")
            self.db = connect(path, CACHE)

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def writing(self) -> Transaction:
        """One transaction."""
        return Transaction(self.db)

    def put_thumb(self, photo_id: int, jpeg: bytes) -> None:
        """Keep a photo's thumbnail."""
        self.db.execute("INSERT OR REPLACE INTO thumb VALUES (?, ?)", (photo_id, jpeg))

    def put_chip(self, face_id: int, jpeg: bytes) -> None:
        """Keep a face's aligned crop."""
        self.db.execute("INSERT OR REPLACE INTO chip VALUES (?, ?)", (face_id, jpeg))

    def thumb(self, photo_id: int) -> bytes | None:
        """A photo's thumbnail."""
        row = self.db.execute("SELECT jpeg FROM thumb WHERE photo_id = ?", (photo_id,)).fetchone()
        return row[0] if row else None

    def chip(self, face_id: int) -> bytes | None:
        """A face's aligned crop."""
        row = self.db.execute("SELECT jpeg FROM chip WHERE face_id = ?", (face_id,)).fetchone()
        return row[0] if row else None

    def put_descriptors(self, kind: Kind, model: ModelKey, ids: Sequence[int], rows: NDArray[np.float16]) -> None:
        """Keep descriptors, float16 (n, d), of faces or photos."""
        flat = ((str(model), number, row.astype("<f2").tobytes()) for number, row in zip(ids, rows, strict=True))
        self.db.executemany(f"INSERT OR REPLACE INTO {kind}_descriptor VALUES (?, ?, ?)", flat)

    def descriptors(
        self, kind: Kind, model: ModelKey, ids: Iterable[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """The ids that have a descriptor, in the order asked, and the descriptors, float16 (n, d)."""
        found, rows = [], []
        for number in ids:
            row = self.db.execute(
                f"SELECT f16 FROM {kind}_descriptor WHERE model = ? AND {kind}_id = ?", (str(model), int(number))
            ).fetchone()
            if row:
                found.append(number)
                rows.append(np.frombuffer(row[0], "<f2"))
        width = len(rows[0]) if rows else 0
        return np.array(found, np.int64), np.array(rows, np.float16).reshape(len(rows), width)

    def described(self, kind: Kind, model: ModelKey) -> NDArray[np.int64]:
        """The ids that have a descriptor of this model, in order."""
        table = f"{kind}_descriptor INDEXED BY {kind}_descriptor_key"
        rows = self.db.execute(f"SELECT {kind}_id FROM {table} WHERE model = ? ORDER BY 1", (str(model),))
        return np.fromiter((number for (number,) in rows), np.int64)

    def counts(self, image: ModelKey, face: ModelKey) -> tuple[int, int, int]:
        """How many thumbnails, photo descriptors and face descriptors of these models there are."""
        (thumbs,) = self.db.execute("SELECT count(*) FROM thumb INDEXED BY thumb_key").fetchone()
        return thumbs, self._count("photo", image), self._count("face", face)

    def _count(self, kind: Kind, model: ModelKey) -> int:
        table = f"{kind}_descriptor INDEXED BY {kind}_descriptor_key"
        (number,) = self.db.execute(f"SELECT count(*) FROM {table} WHERE model = ?", (str(model),)).fetchone()
        return int(number)

    def complete(self, image: ModelKey) -> NDArray[np.int64]:
        """The photos that have a thumbnail and a descriptor of this model, in order."""
        thumbs = self.db.execute("SELECT photo_id FROM thumb INDEXED BY thumb_key ORDER BY 1")
        return np.intersect1d(
            np.fromiter((number for (number,) in thumbs), np.int64), self.described("photo", image), assume_unique=True
        )
