"""`photohash export` and pictures with their faces drawn: files that the user asked for, never over an existing one."""

from __future__ import annotations

import argparse
import csv
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from photohash.cli import show
from photohash.library import Library, Query
from photohash.media.annotate import draw_boxes
from photohash.store.results import Kind
from photohash.types import UserError


def refuse_existing(path: Path) -> None:
    """Raise UserError where a file of the user's would be overwritten or there is no folder for it."""
    if path.exists():
        raise UserError(f"{path} exists already: give another name, nothing is ever overwritten.")
    if not path.absolute().parent.is_dir():
        raise UserError(f"The folder of {path} does not exist: make it first or give another name.")


def draw(path: Path, query: Query) -> None:
    """Save the query picture with its faces numbered from the left, the used one marked."""
    labels = [f"{number}*" if number - 1 == query.used else str(number) for number in range(1, len(query.faces) + 1)]
    with path.open("xb") as out:
        out.write(draw_boxes(query.picture.pixels, query.faces.boxes, labels))


def run(library: Library, asked: argparse.Namespace) -> int:
    """Write what was asked for; 1 when there is nothing to write."""
    if not asked.faces and not asked.codes:
        raise UserError("Nothing to export: give --faces OUT.json, --faces OUT.csv or --codes OUT.npy.")
    written: dict[str, int] = {}
    if asked.faces:
        written[show.name(asked.faces)] = _faces(library, asked.faces)
    if asked.codes:
        written[show.name(asked.codes)] = _codes(library, asked.codes, asked.task)
    if asked.json:
        show.say_json(written)
    else:
        for path, count in written.items():
            show.say(f"{count:,} rows written to {path}.")
    return 0 if any(written.values()) else 1


def _faces(library: Library, path: Path) -> int:
    if path.suffix.lower() not in (".json", ".csv"):
        raise UserError(f"{path} must end in .json or .csv.")
    refuse_existing(path)
    faces = library.results.faces().values()
    photos = library.catalogue.photos(sorted({face.photo_id for face in faces}))
    rows: list[dict[str, Any]] = []
    for face in faces:
        if face.photo_id in photos:
            x, y, width, height = (round(value, 6) for value in face.box)
            file = show.name(photos[face.photo_id].files[0])
            rows.append(
                {"face": face.id, "file": file, "x": x, "y": y, "width": width, "height": height, "score": face.score}
            )
    with path.open("x", encoding="utf-8", errors="backslashreplace", newline="") as out:
        if path.suffix.lower() == ".json":
            json.dump(rows, out, indent=1)
        else:
            table = csv.DictWriter(out, ["face", "file", "x", "y", "width", "height", "score"])
            table.writeheader()
            table.writerows(rows)
    return len(rows)


def _codes(library: Library, path: Path, task: str) -> int:
    if path.suffix.lower() != ".npy":
        raise UserError(f"{path} must end in .npy.")
    beside = path.with_suffix(".json")
    refuse_existing(path)
    refuse_existing(beside)
    model = library.results.active(task)
    if model is None:
        raise UserError("The library is empty: scan a folder first, as in `photohash scan ~/Pictures`.")
    kind: Kind = "face" if task == "face" else "photo"
    ids, words, _ = library.results.codes(kind, model)
    faces = library.results.faces(ids.tolist()) if kind == "face" else {}
    photo_of = {i: faces[i].photo_id for i in faces} if kind == "face" else {i: i for i in ids.tolist()}
    photos = library.catalogue.photos(sorted(set(photo_of.values())))
    rows = [n for n, i in enumerate(ids.tolist()) if photo_of.get(i) in photos]
    said = {
        "model": str(model.key),
        "bits": model.bits,
        "layout": "uint64 (rows, words); bit k of a code is bit k % 64 of word k // 64",
        kind: [int(ids[n]) for n in rows],
        "file": [os.fspath(photos[photo_of[int(ids[n])]].files[0]) for n in rows],
    }
    with path.open("xb") as out:
        np.save(out, np.ascontiguousarray(words.T[rows]))
    with beside.open("x", encoding="utf-8") as text:
        json.dump(said, text, indent=1)
    return len(rows)
