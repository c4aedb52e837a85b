"""`photohash demo`: the whole way from a folder of photos to answers, on pictures that anyone may use."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from photohash.cli import show
from photohash.cli.jobs import ProgressLine
from photohash.cli.jobs import run as run_job
from photohash.demo import make
from photohash.dirs import Dirs
from photohash.library import Library
from photohash.settings import Settings


def run(asked: argparse.Namespace, dirs: Dirs, chosen: Settings) -> int:
    """Make the demo library, with a catalogue of its own beside it, and show find, duplicates and similar on it."""
    folder = (asked.folder or Path(tempfile.mkdtemp(prefix="photohash-demo-"))).absolute()
    photos, picture = make(folder)
    home = folder / "photohash"
    own = Dirs(home / "config", home / "data", home / "cache", home / "log")
    with Library(own, chosen) as library:
        line = ProgressLine()
        outcome = run_job(lambda control: library.scan([photos], control, line))
        counts = library.catalogue.counts()
        query, matches = run_job(lambda control: library.find(picture, None, 10))
        groups = run_job(library.duplicates)
        shot = photos / "burst" / "shot 1.jpg"
        alike = run_job(lambda control: library.similar(shot, 5))
        problems = library.problems()
    if asked.json:
        show.say_json(
            {
                "folder": show.name(folder),
                "scan": show.outcome_row(outcome, counts),
                "find": show.query_row(query) | {"matches": [show.match_row(match) for match in matches]},
                "duplicates": [show.group_row(group) for group in groups],
                "similar": [show.match_row(match) for match in alike],
                "problems": [show.name(failure.path) for failure in problems],
            }
        )
        return 0
    show.say(f"A demo library is in {show.name(photos)}.\n")
    show.say_outcome(outcome, counts)
    show.say(
        f"\n$ photohash find '{show.name(picture)}'      (Grace Hopper, mirrored and darkened; not in the library)"
    )
    show.say_matches(matches)
    show.say("\n$ photohash duplicates")
    show.say_groups(groups)
    show.say(f"\n$ photohash similar '{show.name(shot)}'")
    show.say_alike(alike)
    show.say("\n$ photohash problems")
    show.say_problems(problems)
    show.say(f"\nTry it yourself: PHOTOHASH_HOME='{show.name(home)}' photohash find PICTURE")
    show.say("or begin with your own photos: photohash scan FOLDER")
    return 0
