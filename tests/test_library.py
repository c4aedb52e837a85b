"""The stories of a user on the demo library, with the real networks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from photohash.dirs import find_dirs
from photohash.flow import Control
from photohash.library import Library
from photohash.settings import Settings
from photohash.types import UserError
from photohash.work.search import Ranked, joined, matches, rank
from tests.conftest import DemoLibrary


@pytest.fixture
def library(demo_library: DemoLibrary) -> Iterator[Library]:
    with Library(find_dirs(), Settings(device="cpu")) as opened:
        yield opened


def test_a_person_is_found_in_every_photo_and_nobody_else(library: Library, demo_library: DemoLibrary) -> None:
    query, matches = library.find(demo_library.asked, None, 20)
    assert len(query.faces) == 1
    sure = {match.photo.files[0].name for match in matches if match.band == "same"}
    assert sure == {"grace hopper.jpg", "together.jpg", "together, smaller.jpg"}
    assert [match.distance for match in matches] == sorted(match.distance for match in matches)
    assert all(0 <= match.confidence <= 1 for match in matches)


def test_each_face_of_a_group_finds_its_own_person(library: Library, demo_library: DemoLibrary) -> None:
    together = demo_library.photos / "people" / "together.jpg"
    query, _ = library.find(together, None, 20)
    assert len(query.faces) == 2
    assert query.faces.boxes[0, 0] < query.faces.boxes[1, 0]  # from the left: Collins, Hopper
    found = []
    for face in (1, 2):
        _, matches = library.find(together, face, 20)
        found.append({m.photo.files[0].name for m in matches if m.band == "same"})
    assert "eileen collins, portrait.jpg" in found[0] - found[1]
    assert "grace hopper.jpg" in found[1] - found[0]
    with pytest.raises(UserError, match="no face 3"):
        library.find(together, 3, 20)


def test_the_match_says_which_face(library: Library, demo_library: DemoLibrary) -> None:
    _, matches = library.find(demo_library.asked, None, 20)
    (match,) = (m for m in matches if m.photo.files[0].name == "together.jpg")
    assert match.face
    assert match.face.box[0] > 0.5  # Hopper is on the right


def test_a_picture_without_a_face_finds_nobody(library: Library, demo_library: DemoLibrary) -> None:
    query, matches = library.find(demo_library.photos / "scenes" / "brick.jpg", None, 20)
    assert (query.used, matches) == (None, [])


def test_faces_are_searched_as_found_once_decoded(library: Library, demo_library: DemoLibrary) -> None:
    together = demo_library.photos / "people" / "together.jpg"
    query = library.faces_in(together)
    assert len(query.faces) == len(query.chips) == len(query.descriptors) == 2
    pixels = library.faces_in(query.picture.pixels)
    np.testing.assert_allclose(pixels.faces.boxes, query.faces.boxes, atol=1)
    each = [library.like("face", query.descriptors[n : n + 1], 20) for n in range(2)]
    both = joined(each, together=True)
    names = {m.photo.files[0].name for m in matches(library.catalogue, both) if m.band == "same"}
    assert names == {"together.jpg", "together, smaller.jpg"}


def test_many_photos_are_searched_in_a_longer_list(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    face = next(iter(library.results.faces()))
    example = library.kept("face", [face])
    lists: list[int] = []

    def noted(*args: Any) -> Ranked:  # noqa: ANN401
        lists.append(args[6])
        return rank(*args)

    monkeypatch.setattr("photohash.library.rank", noted)
    few = library.like("face", example, 2000)
    assert lists == [1000]
    monkeypatch.setattr("photohash.library.FEW", 2)
    many = library.like("face", example, 2000)
    assert lists == [1000, 2, 2000]
    np.testing.assert_array_equal(many.faces, few.faces)


def test_asymmetric_search_finds_the_same_in_a_small_library(library: Library, demo_library: DemoLibrary) -> None:
    (_, plain), (_, thorough) = (library.find(demo_library.asked, None, 20, asymmetric) for asymmetric in (False, True))
    assert plain == thorough
    assert plain


def test_a_face_marked_by_hand_is_that_person(library: Library, demo_library: DemoLibrary) -> None:
    query = library.faces_in(demo_library.asked)
    height, width = query.picture.pixels.shape[:2]
    x0, y0, x1, y1 = (query.faces.boxes[0] / (width, height, width, height)).tolist()
    more = library.mark(query, (x0, y0, x1 - x0, y1 - y0))
    assert (len(more.faces), more.used) == (2, 1)
    np.testing.assert_array_equal(more.descriptors[0], query.descriptors[0])
    found = library.like("face", more.descriptors[1:], 20)
    names = {m.photo.files[0].name for m in matches(library.catalogue, found) if m.band == "same"}
    assert "grace hopper.jpg" in names


def test_a_kept_face_finds_itself_without_decoding(library: Library) -> None:
    face = next(iter(library.results.faces()))
    found = library.like("face", library.kept("face", [face]), 20)
    assert found.faces[0] == face
    assert found.distances[0] < 1e-3
    with pytest.raises(UserError, match="scan again"):
        library.kept("face", [10**9])


def test_copies_are_grouped_and_a_burst_is_not(library: Library) -> None:
    groups = library.duplicates(Control())
    names = [{file.name for photo in group.photos for file in photo.files} for group in groups]
    assert {"eileen collins.jpg", "eileen collins (1).jpg", "eileen collins, for the web.jpg"} in names
    assert {"cat.jpg", "cat, saved again.jpg", "cat, brighter.jpg"} in names
    assert {"coffee.jpg", "coffee, small.jpg"} in names
    assert len(names) == 3
    best = {group.photos[0].files[0].name for group in groups}
    assert "coffee.jpg" in best  # the larger one
    assert library.duplicates(Control()) == groups


def test_a_burst_is_similar(library: Library, demo_library: DemoLibrary) -> None:
    matches = library.similar(demo_library.photos / "burst" / "shot 1.jpg", 3)
    assert {"shot 2.jpg", "shot 3.jpg"} <= {match.photo.files[0].name for match in matches}
    assert not any(match.photo.files[0].name == "shot 1.jpg" for match in matches)


def test_the_broken_file_is_a_problem(library: Library) -> None:
    (problem,) = library.problems()
    assert problem.path.name == "half a file.jpg"


@pytest.mark.parametrize("name", ["no such.jpg", "broken/half a file.jpg"])
def test_a_picture_that_cannot_be_opened_is_a_sentence(library: Library, demo_library: DemoLibrary, name: str) -> None:
    with pytest.raises(UserError, match=Path(name).name):
        library.find(demo_library.photos / name, None, 20)


def test_an_empty_library_says_what_to_do(tmp_path: Path) -> None:
    with Library(find_dirs(), Settings(device="cpu")) as empty:
        for ask in (
            lambda: empty.find(tmp_path / "a.jpg", None, 5),
            lambda: empty.similar(tmp_path / "a.jpg", 5),
            lambda: empty.duplicates(Control()),
            lambda: empty.scan([], Control(), lambda progress: None),
        ):
            with pytest.raises(UserError, match="photohash scan"):
                ask()
        with pytest.raises(UserError, match="not a folder"):
            empty.scan([tmp_path / "nowhere"], Control(), lambda progress: None)
