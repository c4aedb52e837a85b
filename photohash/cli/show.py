"""Results as text for people and as JSON for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from photohash.library import Query
from photohash.types import Faces, Failure, Group, Match, Photo
from photohash.work.write import Outcome


def say(text: str = "") -> None:
    """One line on the standard output; a name that the terminal cannot show is escaped."""
    coding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(coding, "backslashreplace").decode(coding) + "\n")


def say_json(value: Any) -> None:  # noqa: ANN401  whatever json can write
    """One JSON document on the standard output."""
    sys.stdout.write(json.dumps(value, indent=1) + "\n")


def name(path: Path) -> str:
    """A path as text, the odd bytes of odd names included."""
    return os.fspath(path)


def photo_row(photo: Photo) -> dict[str, Any]:
    """A photo for JSON."""
    return {
        "files": [name(file) for file in photo.files],
        "width": photo.width,
        "height": photo.height,
        "taken_at": photo.taken_at,
    }


def match_row(match: Match) -> dict[str, Any]:
    """A match for JSON; the box is x, y, width, height as fractions of the upright photo."""
    row = photo_row(match.photo) | {
        "confidence": round(match.confidence, 4),
        "band": match.band,
        "distance": round(match.distance, 4),
        "hamming": match.hamming,
    }
    if match.face:
        row["box"] = [round(value, 5) for value in match.face.box]
    return row


def face_rows(faces: Faces, width: int, height: int) -> list[dict[str, Any]]:
    """The faces of a query picture for JSON, numbered from the left."""
    rows = []
    for number, (box, score) in enumerate(zip(faces.boxes.tolist(), faces.scores.tolist(), strict=True), 1):
        x0, y0, x1, y1 = box
        fractions = [x0 / width, y0 / height, (x1 - x0) / width, (y1 - y0) / height]
        rows.append({"face": number, "box": [round(value, 5) for value in fractions], "score": round(score, 4)})
    return rows


def query_row(query: Query) -> dict[str, Any]:
    """A query picture for JSON."""
    height, width = query.picture.pixels.shape[:2]
    return {
        "faces": face_rows(query.faces, width, height),
        "used": None if query.used is None else query.used + 1,
    }


def say_matches(matches: Sequence[Match]) -> None:
    """Matches, the surest first, one line each."""
    for match in matches:
        sure = min(match.confidence, 0.999)  # nothing measured says more than that
        say(f"{sure:7.1%}  {match.band:<7} {name(match.photo.files[0])}")
        for copy in match.photo.files[1:]:
            say(f"{'':>16} {name(copy)}  (same bytes)")


def say_alike(matches: Sequence[Match]) -> None:
    """Photos by likeness, the cosine of the angle between the descriptors, one line each."""
    for match in matches:
        say(f"{1 - match.distance**2 / 2:7.1%}  {name(match.photo.files[0])}")


def group_row(group: Group) -> dict[str, Any]:
    """A group of copies for JSON."""
    best, *others = group.photos
    rows = [photo_row(best) | {"reason": "best"}]
    for photo, correlation in zip(others, group.correlations, strict=True):
        rows.append(photo_row(photo) | {"reason": reason(best, photo), "correlation": round(correlation, 4)})
    return {"photos": rows}


def reason(best: Photo, copy: Photo) -> str:
    """Why a photo is called a copy of the best one."""
    if (copy.width, copy.height) == (best.width, best.height):
        return "same picture, saved again"
    return f"same picture, {copy.width} x {copy.height} instead of {best.width} x {best.height}"


def say_groups(groups: Sequence[Group]) -> None:
    """Groups of copies, the file to keep first."""
    for number, group in enumerate(groups, 1):
        best, *others = group.photos
        say(f"{number}. {name(best.files[0])}  ({best.width} x {best.height})")
        for file in best.files[1:]:
            say(f"   {name(file)}  (same bytes)")
        for photo in others:
            for file in photo.files:
                say(f"   {name(file)}  ({reason(best, photo)})")


def say_problems(problems: Sequence[Failure]) -> None:
    """Files that failed, with the reason below each."""
    for failure in problems:
        say(name(failure.path))
        say(f"    {failure.stage}: {failure.reason}")


def outcome_row(outcome: Outcome, counts: dict[str, int]) -> dict[str, Any]:
    """A finished scan for JSON."""
    return {
        "read": outcome.read,
        "known": outcome.known,
        "unchanged": outcome.looked.unchanged,
        "failed": outcome.failed,
        "missing": outcome.looked.missing,
        "other_files": outcome.looked.other_files,
        "offline": [name(folder) for folder in outcome.looked.offline],
        "seconds": round(outcome.seconds, 2),
        "seconds_reading": round(outcome.reading, 2),
        "library": counts,
    }


def say_outcome(outcome: Outcome, counts: dict[str, int]) -> None:
    """A finished scan in a few lines."""
    looked = outcome.looked
    rate = f", {outcome.read / outcome.reading:.1f} photos/s" if outcome.read and outcome.reading else ""
    unchanged = counted(looked.unchanged, "file")
    say(f"Scanned in {outcome.seconds:.1f} s{rate}: {counted(outcome.read, 'photo')} read, {unchanged} unchanged.")
    if outcome.known:
        say(f"Known already by their content, as copies, moved or renamed: {counted(outcome.known, 'file')}.")
    if looked.missing:
        say(f"No longer there, though what is known of them is kept: {counted(looked.missing, 'file')}.")
    if looked.other_files:
        say(f"No pictures and left alone: {counted(looked.other_files, 'file')}.")
    for folder in looked.offline:
        say(f"{name(folder)} is not there or empty: its drive may be unplugged, so nothing of it was changed.")
    say_counts(counts)


def say_counts(counts: dict[str, int]) -> None:
    """The state of the library in one line and what to do about problems."""
    parts = {"photos": "photo", "faces": "face", "exact_copies": "exact cop", "problems": "problem"}
    said = ", ".join(counted(counts[key], noun) for key, noun in parts.items())
    say(f"The library: {said}.")
    if counts["problems"]:
        say("`photohash problems` lists the files that could not be read, and why.")


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 photo, 2 photos; 1 exact copy, 2 exact copies."""
    one, many = ("y", "ies") if noun.endswith("cop") else ("", "s")
    return f"{number:,} {noun}{one if number == 1 else many}"
