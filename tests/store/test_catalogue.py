from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from photohash.store.catalogue import Catalogue, Place, Root
from photohash.store.results import Results
from photohash.types import ModelKey, Seen


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    made = Catalogue(tmp_path / "catalogue.db")
    yield made
    made.close()


def put(catalogue: Catalogue, root: Root, path: bytes, content: bytes) -> int:
    with catalogue.writing():
        photo = catalogue.put_photo(content.ljust(16), 40, 30, 1000)
        catalogue.put_file(Place(root, Seen(path, 10, 20)), photo)
    return photo


def test_one_content_in_two_files_is_one_photo(catalogue: Catalogue) -> None:
    root, _ = catalogue.add_root(Path("/pictures"))
    one, two, other = (
        put(catalogue, root, b"a", b"1"),
        put(catalogue, root, b"b", b"1"),
        put(catalogue, root, b"c", b"2"),
    )
    assert one == two != other
    assert catalogue.photos([one])[one].files == (root.path / "a", root.path / "b")
    assert catalogue.copied() == [one]
    assert catalogue.counts()["exact_copies"] == 1


@pytest.mark.parametrize("name", [b"caf\xe9.jpg", b"new\nline.jpg", b"\xff\xfe", "日本.jpg".encode()])
def test_odd_names_survive(catalogue: Catalogue, name: bytes) -> None:
    root, _ = catalogue.add_root(Path("/pictures"))
    photo = put(catalogue, root, name, b"1")
    assert os.fsencode(catalogue.photos([photo])[photo].files[0]) == b"/pictures/" + name
    assert set(catalogue.known(root)) == {name}


def test_a_folder_inside_a_root_adds_none(catalogue: Catalogue) -> None:
    root, _ = catalogue.add_root(Path("/pictures"))
    assert catalogue.add_root(Path("/pictures/2020/may")) == (root, b"2020/may")
    assert catalogue.add_root(Path("/pictures")) == (root, b"")
    assert catalogue.add_root(Path("/pictures-2"))[0] != root


def test_a_folder_around_roots_takes_their_files_over(catalogue: Catalogue) -> None:
    inner, _ = catalogue.add_root(Path("/pictures/2020"))
    photo = put(catalogue, inner, b"may/a.jpg", b"1")
    outer, inside = catalogue.add_root(Path("/pictures"))
    assert inside == b""
    assert catalogue.roots() == [outer]
    assert catalogue.known(outer) == {b"2020/may/a.jpg": (b"2020/may/a.jpg", 10, 20, None)}
    assert catalogue.photos([photo])[photo].files == (Path("/pictures/2020/may/a.jpg"),)


def test_missing_files_hide_their_photo_and_come_back(catalogue: Catalogue) -> None:
    root, _ = catalogue.add_root(Path("/pictures"))
    photo = put(catalogue, root, b"a", b"1")
    catalogue.set_missing(root, [b"a"], missing=True)
    assert catalogue.photos([photo]) == {}
    assert catalogue.present() == []
    assert catalogue.place_of(photo) is None
    assert catalogue.counts()["missing"] == 1
    catalogue.set_missing(root, [b"a"], missing=False)
    assert catalogue.present() == [photo]


def test_problems_of_files_and_of_models_are_listed_once(catalogue: Catalogue) -> None:
    root, _ = catalogue.add_root(Path("/pictures"))
    photo = put(catalogue, root, b"b", b"1")
    results = Results(catalogue)
    models = [results.register(ModelKey(task, "m", 1), task.encode().ljust(16)) for task in ("one", "two")]
    with catalogue.writing():
        catalogue.put_file_error(Place(root, Seen(b"a", 1, 1)), "decode", "It is broken.")
        for model in models:
            results.put_done(model, photo, "analyse", "It was too odd.")
    found = list(catalogue.problems())
    assert [(f.path.name, f.stage, f.reason) for f in found] == [
        ("a", "decode", "It is broken."),
        ("b", "analyse", "It was too odd."),
    ]
    assert catalogue.forget_problems() == 2
    assert catalogue.known(root)[b"a"][1] == -1  # no file has this size: it will be read again
    assert results.lacking(models) == {photo}


def test_photos_by_the_thousand(catalogue: Catalogue) -> None:
    root, _ = catalogue.add_root(Path("/pictures"))
    ids = [put(catalogue, root, b"%d" % n, b"%d" % n) for n in range(1203)]
    assert list(catalogue.photos(ids)) == ids
