"""The timeline against a loop over what was put in."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from photohash.store.catalogue import Catalogue, Place, Root
from photohash.store.results import Results
from photohash.store.timeline import Filter, timeline
from photohash.types import ModelKey, Seen

ROOTS = [Path("/pictures"), Path("/pictures-2")]
FOLDERS = [b"", b"a", b"a/b", b"a-b", b"a0", b"b", b"caf\xe9"]


@dataclass
class Put:
    """A file as it was put in."""

    root: Path
    path: bytes
    photo: int
    taken_at: int | None
    mtime: int
    faces: bool
    missing: bool


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Catalogue, list[Put]]]:
    """Two hundred photos in three hundred files, some without a date, some gone, some broken."""
    catalogue = Catalogue(tmp_path_factory.mktemp("timeline") / "catalogue.db")
    results = Results(catalogue)
    model = results.register(ModelKey("detect", "fake", 1), b"d" * 16)
    roots, chance, put = [catalogue.add_root(path)[0] for path in ROOTS], random.Random(1), list[Put]()
    photos = []
    with catalogue.writing() as db:
        for n in range(200):
            taken = chance.randrange(-(10**9), 2 * 10**9) if chance.random() < 0.7 else None
            photo = catalogue.put_photo(n.to_bytes(16, "big"), 40, 30, taken)
            faces = chance.random() < 0.4
            for _ in range(2 * faces):  # two faces are one photo
                row = (photo, model.id, 0.1, 0.1, 0.2, 0.2, 0.9, b"\0" * 40)
                db.execute(
                    "INSERT INTO face (photo_id, model_id, x, y, w, h, score, points) VALUES (?,?,?,?,?,?,?,?)", row
                )
            photos.append((photo, taken, faces))
        for n in range(300):
            photo, taken, faces = photos[n % 200] if n < 250 else chance.choice(photos)
            folder = chance.choice(FOLDERS)
            path = os.path.join(folder, b"%d.jpg" % n)
            root = chance.choice(roots)
            mtime = chance.randrange(10**9, 2 * 10**9)
            catalogue.put_file(Place(root, Seen(path, 10, mtime * 10**9 + 999)), photo)
            put.append(Put(root.path, path, photo, taken, mtime, faces, chance.random() < 0.2))
        for root in roots:
            catalogue.put_file_error(Place(root, Seen(b"a/broken.jpg", 1, 1)), "decode", "It is damaged.")
    for root in roots:
        gone = [each.path for each in put if each.missing and each.root == root.path]
        catalogue.set_missing(root, gone, missing=True)
    yield catalogue, put
    catalogue.close()


def expected(put: list[Put], only: Filter) -> list[tuple[int, int]]:
    there = {each.photo for each in put if not each.missing}
    found: dict[int, list[Put]] = {}
    for each in put:
        inside = only.folder is None or (each.root / os.fsdecode(each.path)).is_relative_to(only.folder)
        fits = each.missing and each.photo not in there if only.missing else not each.missing
        if inside and fits and only.faces in (None, each.faces):
            found.setdefault(each.photo, []).append(each)
    times = []
    for photo, files in found.items():
        taken = files[0].taken_at
        times.append((min(file.mtime for file in files) if taken is None else taken, photo))
    return sorted(times, reverse=True)


FOLDER = [None, *ROOTS, *(ROOTS[0] / os.fsdecode(folder) for folder in FOLDERS[1:]), Path("/elsewhere"), Path("/")]


@pytest.mark.parametrize("folder", FOLDER)
@pytest.mark.parametrize("faces", [None, True, False])
@pytest.mark.parametrize("missing", [False, True])
def test_filters(made: tuple[Catalogue, list[Put]], folder: Path | None, faces: bool | None, missing: bool) -> None:
    catalogue, put = made
    only = Filter(folder, faces, missing)
    ids, times = timeline(catalogue, only)
    assert list(zip(times.tolist(), ids.tolist(), strict=True)) == expected(put, only)


def test_the_cases_are_not_all_empty(made: tuple[Catalogue, list[Put]]) -> None:
    _, put = made
    sizes = {missing: len(expected(put, Filter(missing=missing))) for missing in (False, True)}
    assert sizes[False] > 100
    assert sizes[True] > 5
    assert all(expected(put, Filter(folder)) for folder in FOLDER[:-2])


def test_an_empty_catalogue(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.db")
    ids, times = timeline(catalogue)
    assert (ids.shape, times.shape) == ((0,), (0,))
    assert ids.dtype == times.dtype == "int64"
    catalogue.close()


def test_one_time_for_two_photos_has_one_order(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.db")
    root: Root = catalogue.add_root(Path("/p"))[0]
    with catalogue.writing():
        for n in range(3):
            photo = catalogue.put_photo(bytes([n]) * 16, 40, 30, 1000)
            catalogue.put_file(Place(root, Seen(b"%d" % n, 1, 1)), photo)
    assert timeline(catalogue)[0].tolist() == [3, 2, 1]
    catalogue.close()
