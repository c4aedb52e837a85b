"""What has changed on disk since the last scan: one walk with stat, compared with the catalogue."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from photohash.flow import Control
from photohash.media.walk import SEPARATOR, walk
from photohash.store.catalogue import Catalogue, Place, Root
from photohash.types import Failure, Seen

CHECK_EVERY = 4096  # files between two looks at the control


@dataclass(slots=True)
class Looked:
    """The outcome of looking: places to read, and what was counted on the way."""

    changed: list[Place] = field(default_factory=list)
    unchanged: int = 0
    missing: int = 0
    other_files: int = 0
    offline: list[Path] = field(default_factory=list)


def look(catalogue: Catalogue, folders: Sequence[tuple[Root, bytes]], control: Control) -> Looked:
    """Walk the folders (root and place within it) and mark what has gone and what is back.

    A root that is not there, or is suddenly empty, is taken for an unplugged drive: nothing of it is touched.
    """
    looked = Looked()
    for root, inside in folders:
        _look_into(catalogue, root, inside, control, looked)
    return looked


def _look_into(catalogue: Catalogue, root: Root, inside: bytes, control: Control, looked: Looked) -> None:
    folder = root.path / os.fsdecode(inside)
    known = catalogue.known(root)
    if inside:
        known = {path: row for path, row in known.items() if _within(path, inside)}
    if not folder.is_dir():
        looked.offline.append(folder)
        return
    unreadable: list[Failure] = []
    others: list[bytes] = []
    back: list[bytes] = []
    changed: list[Seen] = []
    had, number = bool(known), 0
    before = inside + SEPARATOR if inside else b""
    for number, (path, size, mtime_ns) in enumerate(walk(folder, unreadable.append, others.append), 1):
        if number % CHECK_EVERY == 0:
            control.checkpoint()
        row = known.pop(before + path, None)
        if row is None or row[1] != size or row[2] != mtime_ns:
            changed.append(Seen(before + path, size, mtime_ns))
        elif row[3] is not None:
            back.append(row[0])
    if had and not number:
        looked.offline.append(folder)
        return
    looked.changed += [Place(root, seen) for seen in sorted(changed)]
    looked.unchanged += number - len(changed)
    looked.other_files += len(others)
    blocked = [os.fsencode(failure.path.relative_to(root.path)) for failure in unreadable]
    lost = [
        path for path, row in known.items() if row[3] is None and not any(_within(path, folder_) for folder_ in blocked)
    ]
    looked.missing += len(lost)
    if back:
        catalogue.set_missing(root, back, missing=False)
    if lost:
        catalogue.set_missing(root, lost, missing=True)
    with catalogue.writing():
        catalogue.drop_walk_problems(root, inside)
        for failure, path in zip(unreadable, blocked, strict=True):
            catalogue.put_file_error(Place(root, Seen(path, 0, 0)), failure.stage, failure.reason)


def _within(path: bytes, folder: bytes) -> bool:
    return not folder or path == folder or path.startswith(folder + SEPARATOR)
