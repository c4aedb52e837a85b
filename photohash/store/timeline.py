"""Photos in the order of time, filtered: what the window's library page shows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photohash.store.catalogue import Catalogue


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
    where, values = ["f.photo_id IS NOT NULL"], []
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
        roots = [
            root for root in catalogue.roots() if only.folder == root.path or only.folder.is_relative_to(root.path)
        ]
        if not roots:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        inside = os.fsencode(only.folder.relative_to(roots[0].path))
        where.append("f.root_id = ?")
        values.append(roots[0].id)
        if inside != b".":
            start = inside + os.fsencode(os.sep)
            where.append("f.path >= ? AND f.path < ?")
            values += [start, start[:-1] + bytes([start[-1] + 1])]  # type: ignore[list-item]
    rows = catalogue.db.execute(
        "SELECT f.photo_id, coalesce(p.taken_at, min(f.mtime_ns) / 1000000000) AS time FROM file f"
        f" JOIN photo p ON p.id = f.photo_id WHERE {' AND '.join(where)}"
        " GROUP BY f.photo_id ORDER BY time DESC, f.photo_id DESC",
        values,
    ).fetchall()
    pairs = np.array(rows, np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
