"""Groups of copies: confirmed, without chains, the best picture first."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from photohash.flow import Cancelled, Control
from photohash.index.codefile import Codes
from photohash.work.copies import find_copies
from tests.desk import Desk
from tests.pictures import noise, write


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    made.networks.long_side = made.networks.least_side = 640
    yield made
    made.close()


def groups(desk: Desk) -> list[list[str]]:
    desk.scan()
    found = find_copies(desk.catalogue, desk.cache, codes(desk), Control())
    return [[file.name for photo in group.photos for file in photo.files] for group in found]


def codes(desk: Desk) -> Codes:
    ids, words, _ = desk.results.codes("photo", desk.models().signature)
    return Codes(256, ids, words)


def test_resized_and_recompressed_copies_join_their_best_picture(desk: Desk) -> None:
    for seed in range(6):
        picture = noise(seed, 640, 480)
        write(desk.photos / f"{seed}.jpg", picture)
        write(desk.photos / f"{seed} small.jpg", picture[::2, ::2])
        write(desk.photos / f"{seed} bad.jpg", picture, quality=40)
    assert groups(desk) == [[f"{s}.jpg", f"{s} bad.jpg", f"{s} small.jpg"] for s in range(6)]


def test_files_of_the_same_bytes_are_a_group_without_any_thumbnail(desk: Desk) -> None:
    write(desk.photos / "a.jpg", noise(1, 640, 480))
    shutil.copy(desk.photos / "a.jpg", desk.photos / "b.jpg")
    desk.scan()
    desk.cache.db.execute("DELETE FROM thumb")
    found = find_copies(desk.catalogue, desk.cache, codes(desk), Control())
    assert [[file.name for file in photo.files] for group in found for photo in group.photos] == [["a.jpg", "b.jpg"]]


def test_near_signatures_alone_are_no_copies(desk: Desk) -> None:
    """The same picture with another object in it: the signatures are near, the thumbnails say no."""
    picture = noise(3, 640, 480)
    other = picture.copy()
    other[160:280, 240:400] = 255 - other[160:280, 240:400]
    write(desk.photos / "a.jpg", picture)
    write(desk.photos / "b.jpg", other)
    assert groups(desk) == []


def test_flat_pictures_do_not_collapse_into_one(desk: Desk) -> None:
    for level in range(0, 250, 50):
        write(desk.photos / f"{level}.jpg", np.full((480, 640, 3), level, np.uint8))
    assert groups(desk) == []


def test_it_can_be_stopped(desk: Desk) -> None:
    picture = noise(1, 640, 480)
    write(desk.photos / "a.jpg", picture)
    write(desk.photos / "b.jpg", picture, quality=50)
    desk.scan()
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        find_copies(desk.catalogue, desk.cache, codes(desk), control)
