"""The stories of a library on disk, with networks that need no torch."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from photohash.flow import Cancelled, Control
from photohash.store.cache import Cache
from photohash.types import Faces, Progress, UserError
from photohash.work.reencode import reencode
from tests.desk import Desk
from tests.pictures import FakeHead, FakeNetworks, Pixels, noise, write


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    for n in range(10):
        write(made.photos / f"{n % 3}" / f"{n}.jpg", noise(n))
    yield made
    made.close()


def test_everything_is_found_once_and_then_nothing_is_read_again(desk: Desk) -> None:
    first = desk.scan()
    assert (first.read, first.failed, first.looked.unchanged) == (10, 0, 0)
    counts = desk.catalogue.counts()
    assert (counts["photos"], counts["files"], counts["problems"]) == (10, 10, 0)
    assert counts["faces"] == first.faces == len(desk.results.codes("face", desk.models().face_head)[0]) > 0
    before = desk.contents()
    second = desk.scan()
    assert (second.read, second.known, second.looked.unchanged) == (0, 0, 10)
    assert desk.networks.detected == 10
    assert desk.contents() == before


def test_progress_ends_where_it_said(desk: Desk) -> None:
    desk.scan()
    assert (desk.told[-1].stage, desk.told[-1].done, desk.told[-1].total) == ("done", 10, 10)
    assert [p.done for p in desk.told] == sorted(p.done for p in desk.told)


def test_renamed_and_moved_photos_are_not_computed_again(desk: Desk) -> None:
    desk.scan()
    before = desk.contents()
    (desk.photos / "0" / "0.jpg").rename(desk.photos / "0" / "renamed.jpg")
    (desk.photos / "1").rename(desk.photos / "elsewhere")
    outcome = desk.scan()
    assert (outcome.read, outcome.known, outcome.looked.missing) == (0, 4, 4)
    assert desk.networks.detected == 10
    after = desk.contents()
    for what in ("photos", "faces", "codes"):
        assert after[what] == before[what]
    assert desk.catalogue.counts()["photos"] == 10


def test_copies_within_one_scan_are_read_once(desk: Desk) -> None:
    for n in range(3):
        shutil.copy(desk.photos / "0" / "0.jpg", desk.photos / f"copy {n}.jpg")
    outcome = desk.scan()
    assert (outcome.read, outcome.known, desk.networks.detected) == (10, 3, 10)
    assert desk.catalogue.counts()["exact_copies"] == 3


def test_a_changed_file_is_read_again(desk: Desk) -> None:
    desk.scan()
    write(desk.photos / "0" / "0.jpg", noise(77))
    outcome = desk.scan()
    assert outcome.read == 1
    assert desk.catalogue.counts()["photos"] == 10


def test_an_unplugged_root_loses_nothing(desk: Desk) -> None:
    desk.scan()
    before = desk.contents()
    desk.photos.rename(desk.folder / "unplugged")
    assert desk.scan().looked.offline == [desk.photos]
    desk.photos.mkdir()  # an empty mount point
    assert desk.scan().looked.offline == [desk.photos]
    assert desk.contents() == before
    desk.photos.rmdir()
    (desk.folder / "unplugged").rename(desk.photos)
    assert desk.scan().looked.unchanged == 10


def test_a_root_lost_in_the_middle_of_a_scan_stops_it_with_a_sentence(desk: Desk) -> None:
    for n in range(10, 60):
        write(desk.photos / f"{n}.jpg", noise(n))
    away = desk.folder / "away"

    class Unplug(list[Progress]):
        def append(self, progress: Progress) -> None:
            if progress.done >= 8 and not away.exists():
                desk.photos.rename(away)

    desk.told = Unplug()
    with pytest.raises(UserError, match="plug its drive in"):
        desk.scan()
    known = desk.catalogue.counts()
    assert known["problems"] == 0  # it is the drive's fault, not the files'
    assert known["photos"] >= 8
    away.rename(desk.photos)
    desk.told = []
    assert desk.scan().read == 60 - known["photos"]


def test_a_file_that_vanishes_in_the_middle_of_a_scan_is_one_problem(desk: Desk) -> None:
    class Delete(list[Progress]):
        def append(self, progress: Progress) -> None:
            if progress.stage == "loading networks":
                (desk.photos / "2" / "8.jpg").unlink()

    desk.told = Delete()
    assert (desk.scan().read, desk.catalogue.counts()["problems"]) == (9, 1)
    desk.told = []
    assert (desk.scan().looked.missing, desk.catalogue.counts()["problems"]) == (1, 0)


def test_deleted_files_are_marked_and_come_back(desk: Desk) -> None:
    desk.scan()
    (desk.photos / "2").rename(desk.folder / "away")
    assert desk.scan().looked.missing == 3
    assert desk.catalogue.counts()["photos"] == 7
    (desk.folder / "away").rename(desk.photos / "2")
    outcome = desk.scan()
    assert (outcome.read, outcome.looked.unchanged) == (0, 10)
    assert desk.catalogue.counts()["photos"] == 10


def test_broken_files_become_problems_and_are_retried_on_change_or_request(desk: Desk) -> None:
    broken = desk.photos / "broken.jpg"
    whole = (desk.photos / "0" / "0.jpg").read_bytes()
    broken.write_bytes(whole[: len(whole) // 2])
    shutil.copy(broken, desk.photos / "broken too.jpg")
    (desk.photos / "empty.png").touch()
    outcome = desk.scan()
    assert (outcome.read, outcome.failed) == (10, 3)
    problems = list(desk.catalogue.problems())
    assert [p.path.name for p in problems] == ["broken too.jpg", "broken.jpg", "empty.png"]
    assert all(p.reason.endswith(".") for p in problems)
    assert desk.scan().failed == 0  # not tried again by itself
    desk.catalogue.forget_problems()
    assert desk.scan().failed == 3
    write(broken, noise(55))
    assert desk.scan().read == 1
    assert len(list(desk.catalogue.problems())) == 2


def test_a_folder_that_may_not_be_read_is_a_problem_and_not_a_loss(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.scan()
    listed = os.scandir

    def refuse(path: bytes) -> object:
        if path.endswith(b"/1"):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr("photohash.media.walk.os.scandir", refuse)  # as root, no permission can be taken away
    assert desk.scan().looked.missing == 0
    assert [p.path.name for p in desk.catalogue.problems()] == ["1"]
    monkeypatch.undo()
    desk.scan()
    assert list(desk.catalogue.problems()) == []
    assert desk.catalogue.counts()["photos"] == 10


def test_a_picture_that_the_networks_cannot_bear_fails_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    culprit = noise(4).shape[0] + 8
    write(desk.photos / "odd.jpg", noise(4, height=culprit))

    def detect(pictures: Sequence[Pixels]) -> list[Faces]:
        if any(picture.shape[0] == culprit for picture in pictures):
            raise RuntimeError("too odd")
        return FakeNetworks.detect(desk.networks, pictures)

    monkeypatch.setattr(desk.networks, "detect", detect)
    outcome = desk.scan()
    assert (outcome.read, outcome.failed) == (11, 1)
    (problem,) = desk.catalogue.problems()
    assert problem.path.name == "odd.jpg"
    assert "too odd" in problem.reason
    assert desk.scan().read == 0
    monkeypatch.undo()
    desk.catalogue.forget_problems()
    assert desk.scan().failed == 0
    assert list(desk.catalogue.problems()) == []


def test_a_deleted_cache_is_made_again_without_detecting_again(desk: Desk) -> None:
    desk.scan()
    before = desk.contents()
    faces = desk.results.faces()
    desk.cache.close()
    (desk.folder / "cache.db").unlink()
    desk.cache = Cache(desk.folder / "cache.db")
    detected = desk.networks.detected
    faceless = 10 - len({face.photo_id for face in faces.values()})
    assert desk.scan().read == 10
    assert desk.networks.detected - detected == faceless
    assert desk.results.faces() == faces
    assert desk.contents() == before
    assert desk.scan().read == 0


def test_stop_and_go_on_gives_the_same_as_one_run(desk: Desk, tmp_path: Path) -> None:
    control = Control()
    desk.told = Stopper(control, 4)
    with pytest.raises(Cancelled):
        desk.scan(control=control)
    done = desk.catalogue.counts()["photos"]
    assert 0 < done < 10
    desk.told = []
    assert desk.scan().read == 10 - done
    (tmp_path / "other").mkdir()
    other = Desk(tmp_path / "other")
    other.scan(desk.photos)
    assert other.contents() == desk.contents()
    other.close()


class Stopper(list[Progress]):
    """Cancels as soon as so many photos are done."""

    def __init__(self, control: Control, at: int) -> None:
        super().__init__()
        self.control, self.at = control, at

    def append(self, progress: Progress) -> None:
        if progress.done >= self.at:
            self.control.cancel()


def test_a_new_head_is_encoded_from_descriptors(desk: Desk) -> None:
    desk.scan()
    models = desk.models()
    new = FakeHead("face", version=2)
    row = desk.results.register(new.key, new.digest, new.bits)
    faces = len(desk.results.faces())
    args = (desk.catalogue, desk.cache, "face", desk.networks.face_backbone, row, lambda: new)
    assert reencode(*args, Control()) == faces
    assert reencode(*args, Control()) == 0
    np.testing.assert_array_equal(desk.results.codes("face", row)[1], desk.results.codes("face", models.face_head)[1])
    assert desk.networks.described == 10


def test_a_subfolder_of_a_root_is_scanned_alone(desk: Desk) -> None:
    desk.scan()
    write(desk.photos / "0" / "new.jpg", noise(100))
    write(desk.photos / "1" / "new.jpg", noise(101))
    (desk.photos / "1" / "1.jpg").unlink()
    outcome = desk.scan(desk.photos / "0")
    assert (outcome.read, outcome.looked.missing) == (1, 0)
    assert [root.path for root in desk.catalogue.roots()] == [desk.photos]
