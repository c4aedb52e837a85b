from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from photohash.media import walk as module
from photohash.media.walk import walk
from photohash.types import Failure


def touch(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def look(root: Path) -> tuple[list[bytes], list[Failure], list[bytes]]:
    problems: list[Failure] = []
    others: list[bytes] = []
    return [path for path, _, _ in walk(root, problems.append, others.append)], problems, others


def test_folders_come_by_name_after_their_files(tmp_path: Path) -> None:
    for name in ("z.jpg", "a.JPG", "m/b.heic", "m/n/c.png", "b/d.cr2", "b/e.jxl"):
        touch(tmp_path / name)
    paths, problems, others = look(tmp_path)
    names = [os.fsdecode(path).replace(os.sep, "/") for path in paths]
    assert [sorted(part) for part in (names[:2], names[2:4], names[4:])] == [
        ["a.JPG", "z.jpg"],
        ["b/d.cr2", "b/e.jxl"],
        ["m/b.heic", "m/n/c.png"],
    ]
    assert names[4:] == ["m/b.heic", "m/n/c.png"]
    assert (problems, others) == ([], [])


def test_size_and_time_are_those_of_the_file(tmp_path: Path) -> None:
    file = touch(tmp_path / "a.jpg", b"12345")
    os.utime(file, ns=(1_000_000_000_123, 2_000_000_000_123_456_700))
    ((_, size, mtime_ns),) = walk(tmp_path, pytest.fail)
    assert (size, mtime_ns) == (5, file.stat().st_mtime_ns)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these systems allow only Unicode names")
@pytest.mark.parametrize("name", [b"\xff\xfe.jpg", b"new\nline.jpg", b"tab\t'\".png", b" .jpg", b"-rf.jpg"])
def test_any_name_survives(tmp_path: Path, name: bytes) -> None:
    (tmp_path / os.fsdecode(name)).write_bytes(b"abc")
    ((path, _, _),) = walk(tmp_path, pytest.fail)
    assert path == name
    assert Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), path))).read_bytes() == b"abc"


@pytest.mark.parametrize(
    "folder", [".hidden", "$RECYCLE.BIN", "@eaDir", ".thumbnails", "System Volume Information", "My Previews.lrdata"]
)
def test_system_and_application_folders_are_not_entered(tmp_path: Path, folder: str) -> None:
    touch(tmp_path / folder / "inside.jpg")
    touch(tmp_path / "mine.jpg")
    assert look(tmp_path) == ([b"mine.jpg"], [], [])


def test_the_library_of_another_application_is_named(tmp_path: Path) -> None:
    touch(tmp_path / "Old.photoslibrary/originals/a.jpg")
    paths, (problem,), _ = look(tmp_path)
    assert paths == []
    assert (problem.path, problem.stage, problem.reason) == (tmp_path / "Old.photoslibrary", "walk", module.LIBRARY)


def test_every_other_file_is_counted(tmp_path: Path) -> None:
    for name in ("notes.txt", "sub/film.mov", ".hidden.jpg", "no_extension", "jpg"):
        touch(tmp_path / name)
    touch(tmp_path / "a.jpg")
    paths, _, others = look(tmp_path)
    assert paths == [b"a.jpg"]
    assert sorted(others) == sorted(
        [b"notes.txt", os.fsencode(os.path.join("sub", "film.mov")), b".hidden.jpg", b"no_extension", b"jpg"]
    )


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_links_are_not_followed(tmp_path: Path) -> None:
    touch(tmp_path / "real/a.jpg")
    (tmp_path / "real/loop").symlink_to(tmp_path)
    (tmp_path / "link.jpg").symlink_to(tmp_path / "real/a.jpg")
    paths, problems, others = look(tmp_path)
    assert (paths, problems) == ([b"real/a.jpg"], [])
    assert sorted(others) == [b"link.jpg", b"real/loop"]


def test_a_missing_root_is_a_problem_and_no_exception(tmp_path: Path) -> None:
    paths, (problem,), _ = look(tmp_path / "unplugged")
    assert paths == []
    assert (problem.path, problem.stage) == (tmp_path / "unplugged", "walk")
    assert problem.reason.endswith("scan again.")


def test_an_unreadable_folder_does_not_stop_the_walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "a/locked/x.jpg")
    touch(tmp_path / "b/y.jpg")
    scandir = os.scandir

    def refusing(path: bytes) -> object:
        if path.endswith(b"locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(module.os, "scandir", refusing)
    paths, (problem,), _ = look(tmp_path)
    assert paths == [os.fsencode(os.path.join("b", "y.jpg"))]
    assert problem.path == tmp_path / "a/locked"
    assert "permission" in problem.reason


def test_a_file_that_lies_only_in_the_cloud_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "far.jpg")
    monkeypatch.setattr(module, "_in_cloud", lambda status: True)
    monkeypatch.setattr(module, "_CLOUDS", True)
    paths, (problem,), _ = look(tmp_path)
    assert (paths, problem.reason) == ([], module.IN_CLOUD)


def test_deep_folders_need_no_recursion(tmp_path: Path) -> None:
    depth = 300
    folder = tmp_path.joinpath(*["d"] * depth)
    folder.mkdir(parents=True)
    (folder / "a.jpg").write_bytes(b"x")
    ((path, _, _),) = walk(tmp_path, pytest.fail)
    assert path.count(os.fsencode(os.sep)) == depth
