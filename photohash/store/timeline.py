"""Photos in the order of time, filtered: what the window's library page shows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photohash.store.catalogue import Catalogue

PART = 10_000  # rows at a time: other threads get their turn between them


@dataclass(frozen=True, slots=True)
class Filter:
    """Which photos: of one folder and what is below it, with or without faces, gone from the disk instead of there."""

    folder: Path | None = None
    faces: bool | None = None
    missing: bool = False


def timeline(catalogue: Catalogue, only: Filter = Filter()) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ids of photos, the latest first, and the time of each, both int64 (n,).

    The time is the camera's, in seconds since 1970 of its own clock, or else when the file was last changed.
    """
    where, values = ["f.photo_id IS NOT NULL"], list[int | bytes]()
    if only.missing:
        where.append(
            "f.missing_since IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM file o WHERE o.photo_id = f.photo_id AND o.missing_since IS NULL)"
        )
    else:
        where.append("f.missing_since IS NULL")
    if only.faces is not None:
        where.append(f"{'' if only.faces else 'NOT '}EXISTS (SELECT 1 FROM face WHERE face.photo_id = f.photo_id)")
    if only.folder is not None:
        inside, of = _inside(catalogue, only.folder)
        where.append(inside)
        values += of
    rows = catalogue.db.execute(
        "SELECT f.photo_id, coalesce(p.taken_at, f.mtime_ns / 1000000000) FROM file f"
        f" JOIN photo p ON p.id = f.photo_id WHERE {' AND '.join(where)}",
        values,
    )
    parts = [np.empty((0, 2), np.int64)]
    while part := rows.fetchmany(PART):
        parts.append(np.array(part, np.int64))
    return _latest_first(*np.concatenate(parts).T)


def _latest_first(ids: NDArray[np.int64], times: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each id once, with the least of its times; the greatest time first, then the greatest id.

    Sorted here, and not by SQLite, which took half as long again for 100,000 photos.
    """
    order = np.lexsort((times, ids))
    ids, times = ids[order], times[order]
    first = np.flatnonzero(np.diff(ids, prepend=-1))
    ids, times = ids[first], times[first]
    order = np.lexsort((ids, times))[::-1]
    return ids[order], times[order]


def _inside(catalogue: Catalogue, folder: Path) -> tuple[str, list[int | bytes]]:
    """A condition on files f: they lie in a folder, which may be a root, be inside one, or have some inside itself."""
    conditions, values = ["0"], list[int | bytes]()
    for root in catalogue.roots():
        if root.path.is_relative_to(folder):
            conditions.append("f.root_id = ?")
            values.append(root.id)
        elif folder.is_relative_to(root.path):
            start = os.fsencode(folder.relative_to(root.path)) + os.fsencode(os.sep)
            conditions.append("f.root_id = ? AND f.path >= ? AND f.path < ?")
            values += [root.id, start, start[:-1] + bytes([start[-1] + 1])]
    return f"({' OR '.join(conditions)})", values
