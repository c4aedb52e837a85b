"""A folder with one folder for each person or subject, as labelled examples."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photohash.flow import Control, ahead
from photohash.learn.examples import Examples
from photohash.learn.readers import Reader
from photohash.media.decode import decode
from photohash.media.errors import Undecodable, drive_fault
from photohash.media.walk import walk
from photohash.types import Failure, Progress, UserError

PIECE = 128  # files read between two writes: what a kill costs

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Listed:
    """The picture files below a folder: paths in it, the number of each one's class, the names, and what failed."""

    folder: Path
    files: tuple[bytes, ...]
    labels: tuple[int, ...]
    names: tuple[str, ...]
    failures: tuple[Failure, ...]
    digest: str


def listed(folder: Path) -> Listed:
    """The pictures of `folder`, whose folders are the classes; pictures in folders of these count as theirs.

    Raises UserError when it is not there, when it has fewer than two classes, when two folders have one name but for
    case or spelling of accents, or when a class holds no picture.
    """
    if not folder.is_dir():
        raise UserError(f"There is no folder {folder}: name one that holds a folder of pictures for each class.")
    failures: list[Failure] = []
    found = sorted(walk(folder, failures.append))
    of_class: dict[str, list[bytes]] = {name: [] for name in _classes(folder)}
    said = hashlib.sha256()
    for path, size, mtime in found:
        first = os.fsdecode(path.split(os.fsencode(os.sep))[0])
        if first in of_class and os.fsencode(os.sep) in path:
            of_class[first].append(path)
            said.update(repr((path, size, mtime)).encode())
    for name, files in of_class.items():
        if not files:
            raise UserError(f"The folder '{name}' in {folder} holds no picture: add some or take it away.")
    names = tuple(of_class)
    labels = tuple(n for n, files in enumerate(of_class.values()) for _ in files)
    every = tuple(path for files in of_class.values() for path in files)
    return Listed(folder, every, labels, names, tuple(failures), said.hexdigest())


def _classes(folder: Path) -> list[str]:
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    if len(names) < 2:
        raise UserError(
            f"{folder} holds {len(names)} folders, but training tells two classes apart at least: make one folder for"
            " each person or subject, named after it."
        )
    met: dict[str, str] = {}
    for name in names:
        plain = unicodedata.normalize("NFC", name).strip().casefold()
        if plain in met:
            raise UserError(f"The folders '{met[plain]}' and '{name}' have the same name: put them together.")
        met[plain] = name
    return names


def examples(
    found: Listed,
    reader: Reader,
    kept: Path,
    report: Callable[[Progress], None] = lambda progress: None,
    control: Control | None = None,
) -> tuple[Examples, list[Failure]]:
    """Read what was listed: the examples, and every file that could not become one, with the reason.

    What was read is kept piece by piece below the folder `kept`, so that a second call reads the rest only; a change of
    any file makes it start anew. Raises UserError when two classes do not remain, Cancelled when `control` says so.
    """
    said = hashlib.sha256(f"{found.digest} {reader.name}".encode()).hexdigest()[:16]
    folder = kept / f"examples-{said}"
    folder.mkdir(parents=True, exist_ok=True)
    rows, labels, failures = [], [], list(found.failures)
    for number, start in enumerate(range(0, len(found.files), PIECE)):
        if control:
            control.checkpoint()
        path = folder / f"{number:06}.npz"
        files = found.files[start : start + PIECE]
        if not path.exists():
            _write(path, *_piece(found.folder, files, reader))
        with np.load(path) as piece:
            usable, reasons = piece["usable"], piece["reasons"]
            rows.append(piece["inputs"])
        labels += [found.labels[start + int(n)] for n in np.flatnonzero(usable)]
        failed = [(file, str(reason)) for file, reason in zip(files, reasons, strict=True) if reason]
        failures += [Failure(found.folder / os.fsdecode(file), "reading", reason) for file, reason in failed]
        report(Progress("reading", start + len(files), len(found.files), len(failures), 0))
    present, numbers = np.unique(labels, return_inverse=True)
    if len(present) < 2:
        first = f": {failures[0].path}: {failures[0].reason}" if failures else ""
        raise UserError(f"Of {found.folder} fewer than two classes can be read{first}")
    names = tuple(found.names[n] for n in present)
    return Examples(np.concatenate(rows), numbers.astype(np.int64), names), failures


def _piece(folder: Path, files: tuple[bytes, ...], reader: Reader) -> tuple[NDArray[np.generic], list[bool], list[str]]:
    """The inputs of those files that have one, which these are, and why the others are not among them."""
    inputs: list[NDArray[np.generic]] = []
    reasons = []
    decoded = ahead(lambda file: _decoded(folder, file, reader.long_side), files, workers=1, depth=2)
    for pixels, reason in decoded:
        row = None if pixels is None else reader.read(pixels)
        if row is not None:
            inputs.append(row)
        reasons.append("" if row is not None else reason or reader.nothing)
    shape = (len(inputs), *reader.shape)
    return np.array(inputs, reader.dtype).reshape(shape), [not reason for reason in reasons], reasons


def _decoded(folder: Path, file: bytes, long_side: int) -> tuple[Pixels | None, str]:
    """A file's pixels, or None and the reason."""
    try:
        return decode(folder / os.fsdecode(file), long_side).pixels, ""
    except Undecodable as error:
        return None, error.reason
    except OSError as error:
        if drive_fault(error):
            raise UserError(f"{folder} cannot be read now ({error}): check the drive and start again.") from error
        return None, "The file cannot be opened; check its permissions."


def _write(path: Path, inputs: NDArray[np.generic], usable: list[bool], reasons: list[str]) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, inputs=inputs, usable=np.array(usable, bool), reasons=np.array(reasons, np.str_))
    part.replace(path)
