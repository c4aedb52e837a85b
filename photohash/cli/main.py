"""`photohash`: arguments in, exit code out. 0 done, 1 nothing found or problems, 2 misuse, 3 our bug, 130 Ctrl+C."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from logging.handlers import RotatingFileHandler
from pathlib import Path

from photohash import __version__, settings
from photohash.cli import export, info, show, tour, train
from photohash.cli.jobs import INTERRUPTED, ProgressLine, run
from photohash.dirs import Dirs, find_dirs
from photohash.library import Library
from photohash.settings import Settings
from photohash.types import UserError

DONE, NOTHING, MISUSE, BUG = 0, 1, 2, 3
LOG = "photohash.log"

log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; without one, or with folders alone, open the window."""
    words = list(sys.argv[1:] if argv is None else argv)
    if all(not word.startswith("-") and Path(word).is_dir() for word in words):
        words.insert(0, "gui")
    asked = parser().parse_args(words)
    try:
        dirs = find_dirs()
        dirs.make()
        _log_to(dirs.log / LOG)
        chosen = settings.load(dirs.settings)
        if asked.device:
            chosen = replace(chosen, device=asked.device)
        if asked.command in ("demo", "gui", "train"):  # these need no library
            without: int = asked.run(asked, dirs, chosen)
            return without
        with Library(dirs, chosen) as library:
            code: int = asked.run(library, asked)
            return code
    except UserError as error:
        sys.stderr.write(f"photohash: {error}\n")
        return MISUSE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        log.exception("photohash %s, %s", __version__, sys.argv)
        where = find_dirs().log / LOG
        sys.stderr.write(
            f"photohash: an error of the program ({type(error).__name__}: {error}): please report {where}\n"
        )
        return BUG


def gui(asked: argparse.Namespace, dirs: Dirs, chosen: Settings) -> int:
    """Open the window."""
    from photohash.gui import app  # Qt is loaded for the window alone

    return app.run(dirs, chosen, [folder.absolute() for folder in asked.folders])


def scan(library: Library, asked: argparse.Namespace) -> int:
    """Bring the library up to date."""
    line = ProgressLine()
    outcome = run(lambda control: library.scan(asked.folders, control, line, retry=asked.retry))
    counts = library.catalogue.counts()
    if asked.json:
        show.say_json(show.outcome_row(outcome, counts))
    else:
        show.say_outcome(outcome, counts)
    return NOTHING if outcome.failed or outcome.looked.offline else DONE


def status(library: Library, asked: argparse.Namespace) -> int:
    """Say what is in the library."""
    counts = library.catalogue.counts()
    roots = [(root.path, root.path.is_dir()) for root in library.catalogue.roots()]
    if asked.json:
        folders = [{"path": show.name(path), "online": online} for path, online in roots]
        show.say_json({"folders": folders, "library": counts})
    else:
        for path, online in roots:
            show.say(f"{show.name(path)}{'' if online else '  (not there now)'}")
        show.say_counts(counts)
    return DONE


def problems(library: Library, asked: argparse.Namespace) -> int:
    """List what failed, or try it again first."""
    if asked.retry:
        run(lambda control: library.scan([], control, ProgressLine(), retry=True))
    found = library.problems()
    if asked.json:
        show.say_json([{"path": show.name(f.path), "stage": f.stage, "reason": f.reason} for f in found])
    else:
        show.say_problems(found)
    return NOTHING if found else DONE


def find(library: Library, asked: argparse.Namespace) -> int:
    """Rank the photos of one person."""
    if asked.draw:
        export.refuse_existing(asked.draw)
    query, matches = run(lambda control: library.find(asked.picture, asked.face, asked.limit, asked.thorough))
    if asked.draw:
        export.draw(asked.draw, query)
    if asked.json:
        show.say_json(show.query_row(query) | {"matches": [show.match_row(match) for match in matches]})
    elif query.used is None:
        show.say(
            f"No face was found in {show.name(asked.picture)}: try a picture that shows it larger and from the front."
        )
    else:
        which = "the largest" if asked.face is None else "as asked"
        show.say(
            f"{show.counted(len(query.faces), 'face')} in the picture;"
            f" number {query.used + 1} from the left is used, {which}."
        )
        show.say_matches(matches)
        if not matches:
            show.say("No photo in the library shows this person.")
    return DONE if matches else NOTHING


def similar(library: Library, asked: argparse.Namespace) -> int:
    """Rank the photos by their likeness to a picture."""
    matches = run(lambda control: library.similar(asked.picture, asked.limit))
    if asked.json:
        show.say_json({"matches": [show.match_row(match) for match in matches]})
    else:
        show.say_alike(matches)
        if not matches:
            show.say("There is no other photo in the library.")
    return DONE if matches else NOTHING


def duplicates(library: Library, asked: argparse.Namespace) -> int:
    """List groups of copies."""
    groups = run(library.duplicates)
    if asked.json:
        show.say_json({"groups": [show.group_row(group) for group in groups]})
    else:
        show.say_groups(groups)
        show.say(
            f"{show.counted(len(groups), 'group')} of copies." if groups else "There are no copies in the library."
        )
    return DONE if groups else NOTHING


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(
        prog="photohash", description="Find every photo of a person, clear out copies, browse by likeness. All local."
    )
    top.add_argument("--version", action="version", version=f"photohash {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print JSON")
    common.add_argument("--device", metavar="NAME", help="cuda, mps or cpu; the best one present by default")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, function: object, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text, parents=[common])
        command.set_defaults(run=function)
        return command

    one = add("gui", gui, "Open the window, and scan these folders if there are any.")
    one.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    one = add("scan", scan, "Add folders to the library, or bring all of it up to date.")
    one.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    one.add_argument("--retry", action="store_true", help="try files again that failed before")
    add("status", status, "Say what is in the library.")
    one = add("problems", problems, "List every file that failed, at which stage and why.")
    one.add_argument("--retry", action="store_true", help="try them all again first")
    one = add("find", find, "Find the photos that show a person of any picture.")
    one.add_argument("picture", type=Path)
    one.add_argument("--face", type=int, metavar="N", help="which face, from the left; the largest by default")
    one.add_argument("--limit", type=_positive, default=100, metavar="N", help="at most so many photos (100)")
    one.add_argument("--thorough", action="store_true", help="miss less in a large library, slower (asymmetric search)")
    one.add_argument("--draw", type=Path, metavar="OUT.jpg", help="save the picture with its faces numbered")
    one = add("similar", similar, "Find the photos that look like a picture.")
    one.add_argument("picture", type=Path)
    one.add_argument("--limit", type=_positive, default=20, metavar="N", help="at most so many photos (20)")
    add("duplicates", duplicates, "List groups of copies: the same picture in several files.")
    one = add("export", export.run, "Write faces or codes to files for other programs.")
    one.add_argument("--faces", type=Path, metavar="OUT.json|OUT.csv", help="every face with its photo, box and points")
    one.add_argument("--codes", type=Path, metavar="OUT.npy", help="packed codes, with OUT.json to say whose they are")
    one.add_argument("--task", choices=("face", "image", "copies"), default="face", help="whose codes (face)")
    add("models", info.models, "List the models and what they were measured at.")
    add("info", info.info, "Versions, device, folders and their sizes.")
    train.add(add("train", train.run, "Train a hash network on a folder that has a folder of pictures for each class."))
    one = add("demo", tour.run, "Make a small library of public-domain photos, scan it and show what can be done.")
    one.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="an empty or new folder (a temporary one)")
    return top


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _log_to(path: Path) -> None:
    root = logging.getLogger("photohash")
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    handler = RotatingFileHandler(path, maxBytes=1 << 20, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.propagate = False
