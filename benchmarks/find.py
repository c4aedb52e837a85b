"""Find this person, on three real families among a hundred other photos: does each portrait find its group photo?

Every portrait of a person is asked with, through the whole application. A row says, over a person's portraits, how
many rank the family's group photo before every photo of anyone else, and how much of what is listed is right.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.data import require
from benchmarks.report import Row, run
from photohash.dirs import Dirs
from photohash.flow import Control
from photohash.library import Library
from photohash.settings import Settings

# Who is on which photo of the set, by looking at them: portraits, then the photos of two or more people.
PEOPLE = {
    "father, family 1": (["Family1-Dad1", "Family1-Dad2", "Family1-Dad3", "findsimilar"], "identification1"),
    "mother, family 1": (["Family1-Mom1", "Family1-Mom2"], "identification1"),
    "son, family 1": (["Family1-Son1", "Family1-Son2"], "identification1"),
    "daughter, family 1": (
        [
            "Family1-Daughter1",
            "Family1-Daughter2",
            "Family1-Daughter3",
            "child1-person-group",
            "child2-person-group",
            "child3-person-group",
        ],
        "identification1",
    ),
    "woman, family 2": (
        [
            "Family2-Lady1",
            "Family2-Lady2",
            "extra-woman-image",
            "woman1-person-group",
            "woman2-person-group",
            "woman3-person-group",
        ],
        "test-image-person-group",
    ),
    "man, family 2": (
        ["Family2-Man1", "Family2-Man2", "man1-person-group", "man2-person-group", "man3-person-group"],
        "test-image-person-group",
    ),
    "woman, family 3": (["Family3-Lady1"], "detection6"),
    "man, family 3": (["Family3-Man1"], "detection6"),
}


def measure(quick: bool) -> list[Row]:
    """Scan, ask, count. There is nothing to leave out: it is quick as it is."""
    photos = require("photos")
    images = photos / "azure_family_face" / "Face" / "images"
    rows, listed, right, shown = [], 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with Library(Dirs(home / "c", home / "d", home / "e", home / "l"), Settings()) as library:
            library.scan([photos], Control(), lambda progress: None)
            for person, (portraits, group) in PEOPLE.items():
                theirs = {*portraits, group}
                first = 0
                for portrait in portraits:
                    _, matches = library.find(images / f"{portrait}.jpg", None, 100)
                    names = [{file.stem for file in match.photo.files} for match in matches]
                    good = [bool(name & theirs) for name in names]
                    place = next((n for n, name in enumerate(names) if group in name), None)
                    first += place is not None and all(good[:place])
                    listed, right = listed + len(good), right + sum(good)
                    wanted = {frozenset(photo) for photo in _contents(library, theirs)}
                    shown += len(wanted & {frozenset(name) for name in names}) / len(wanted)
                rows.append(Row(f"{person}: group photo before all others' photos", first, "of", len(portraits)))
    asked = sum(len(portraits) for portraits, _ in PEOPLE.values())
    rows.append(Row("listed photos that show the person", right / listed, "share"))
    rows.append(Row("photos of the person that are listed, mean", shown / asked, "share"))
    return rows


def _contents(library: Library, names: set[str]) -> list[set[str]]:
    """The photos with one of these names, each as the set of names that its files have."""
    photos = library.catalogue.photos(library.catalogue.present()).values()
    stems = [{file.stem for file in photo.files if "Face" in file.parts} for photo in photos]
    return [stem for stem in stems if stem & names]


if __name__ == "__main__":
    run(measure, __doc__)
