"""The command line as its user meets it: text, JSON, exit codes."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from photohash.cli.main import main
from photohash.dirs import Dirs
from photohash.nets import manifest
from photohash.settings import Settings
from tests.conftest import DemoLibrary
from tests.pictures import noise, write


def said(capsys: pytest.CaptureFixture[str]) -> Any:  # noqa: ANN401  whatever JSON holds
    return json.loads(capsys.readouterr().out)


def test_scan_then_status_then_problems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photos = tmp_path / "photos"
    write(photos / "a.jpg", noise(1, 320, 240))
    (photos / "notes.txt").write_text("no picture")
    assert main(["scan", str(photos), "--json", "--device", "cpu"]) == 0
    row = said(capsys)
    assert (row["read"], row["failed"], row["other_files"], row["library"]["photos"]) == (1, 0, 1, 1)
    assert main(["problems"]) == 0
    (photos / "b.jpg").write_bytes(b"rubbish")
    assert main(["scan"]) == 1
    assert "1 problem." in capsys.readouterr().out
    assert main(["problems", "--json"]) == 1
    (problem,) = said(capsys)
    assert problem["path"] == str(photos / "b.jpg")
    write(photos / "b.jpg", noise(2, 320, 240))
    os.utime(photos / "b.jpg", ns=(1, 1))
    assert main(["problems", "--retry"]) == 0
    assert main(["status", "--json"]) == 0
    capsys.readouterr()


def test_find_draws_what_it_found(
    demo_library: DemoLibrary, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "drawn.jpg"
    picture = str(demo_library.photos / "people" / "together.jpg")
    assert main(["find", picture, "--json", "--draw", str(out), "--limit", "2"]) == 0
    row = said(capsys)
    assert len(row["faces"]) == 2
    assert row["used"] in (1, 2)
    assert len(row["matches"]) == 2
    assert row["matches"][0]["files"] == [picture]
    assert out.read_bytes()[:2] == b"\xff\xd8"
    assert main(["find", picture, "--draw", str(out)]) == 2  # never over a file
    assert "nothing is ever overwritten" in capsys.readouterr().err
    assert main(["find", picture, "--face", "2"]) == 0
    assert "number 2 from the left is used, as asked" in capsys.readouterr().out


def test_finding_nothing_is_one(demo_library: DemoLibrary, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", str(demo_library.photos / "scenes" / "brick.jpg")]) == 1
    assert "No face" in capsys.readouterr().out


def test_similar_and_duplicates(demo_library: DemoLibrary, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["similar", str(demo_library.photos / "burst" / "shot 1.jpg"), "--json"]) == 0
    assert said(capsys)["matches"]
    assert main(["duplicates", "--json"]) == 0
    groups = said(capsys)["groups"]
    reasons = {photo["reason"] for group in groups for photo in group["photos"]}
    assert "best" in reasons
    assert any(reason.startswith("same picture, 320 x 320") for reason in reasons)
    assert main(["duplicates"]) == 0
    assert "(same bytes)" in capsys.readouterr().out


def test_export(demo_library: DemoLibrary, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faces, table, codes = tmp_path / "faces.json", tmp_path / "faces.csv", tmp_path / "codes.npy"
    assert main(["export", "--faces", str(faces), "--codes", str(codes)]) == 0
    assert main(["export", "--faces", str(table)]) == 0
    rows = json.loads(faces.read_text())
    with table.open(newline="") as file:
        assert [row["file"] for row in csv.DictReader(file)] == [row["file"] for row in rows]
    array, whose = np.load(codes), json.loads((tmp_path / "codes.json").read_text())
    assert array.dtype == np.uint64
    assert array.shape == (len(whose["face"]), -(-whose["bits"] // 64))
    assert len(rows) == len(array) == len(whose["file"]) > 0
    assert main(["export", "--faces", str(faces)]) == 2
    assert main(["export"]) == 2
    capsys.readouterr()


def test_models_and_info(demo_library: DemoLibrary, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--json"]) == 0
    rows = {row["model"]: row for row in said(capsys)}
    assert sum(row["in_use"] for row in rows.values()) == 6
    assert main(["info", "--json"]) == 0
    row = said(capsys)
    assert row["device"]["name"]
    assert row["bytes"]["catalogue"] > 0
    assert str(demo_library.home) in row["folders"]["catalogue"]
    assert main(["info"]) == 0
    capsys.readouterr()


def test_models_show_how_reliable_their_confidence_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = json.loads(manifest.newest()["face"].read_text())
    row = {"start": 0.9, "stop": 0.99, "share": 0.002, "confidence": 0.9625, "frequency": 0.95}
    made["calibration"]["reliability"] = [row | {"same": 1000, "different": 500}]
    path = tmp_path / "made@1.json"
    path.write_text(json.dumps(made))
    monkeypatch.setattr(manifest, "shipped", lambda: [path])
    assert main(["models"]) == 0
    assert "90% to 99%   96.2%   95.0%       1,500" in capsys.readouterr().out
    assert main(["models", "--json"]) == 0
    assert said(capsys)[0]["calibration"]["reliability"] == made["calibration"]["reliability"]


@pytest.mark.parametrize("words", [["fly"], ["no such folder"], ["find"], ["find", "a.jpg", "--limit", "0"]])
def test_misuse_is_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    capsys.readouterr()


@pytest.mark.parametrize("command", [[], ["gui"]])
@pytest.mark.parametrize("names", [[], ["photos"], ["photos", "more photos"]])
def test_without_a_command_it_is_the_window_with_these_folders(
    command: list[str], names: list[str], tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[Dirs, Settings, list[Path]]] = []

    def run(dirs: Dirs, settings: Settings, folders: list[Path]) -> int:
        opened.append((dirs, settings, folders))
        return 0

    monkeypatch.setattr("photohash.gui.app.run", run)
    monkeypatch.chdir(tmp_path)
    for name in names:
        (tmp_path / name).mkdir()
    assert main([*command, *names]) == 0
    ((dirs, settings, folders),) = opened
    assert dirs.data == home / "data"
    assert settings == Settings()
    assert folders == [tmp_path / name for name in names]


def test_without_a_display_the_window_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 2
    assert "photohash scan FOLDER" in capsys.readouterr().err


def test_our_own_bugs_are_logged_and_said(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*words: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("photohash.store.catalogue.Catalogue.counts", fail)
    assert main(["status"]) == 3
    assert "ZeroDivisionError: oh" in capsys.readouterr().err
    assert "Traceback" in (home / "log" / "photohash.log").read_text()


def test_a_device_that_is_not_there_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "photos" / "a.jpg", noise(1))
    assert main(["scan", str(tmp_path / "photos"), "--device", "abacus"]) == 2
    assert "abacus" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT can be sent to another process there")
def test_interrupt_stops_within_a_second_and_keeps_what_was_found(tmp_path: Path, home: Path) -> None:
    photos = tmp_path / "photos"
    for n in range(400):
        write(photos / f"{n}.jpg", noise(n, 640, 480))
    command = [sys.executable, "-m", "photohash", "scan", str(photos), "--json"]
    # A test run in the background of a shell ignores SIGINT, and so would its children.
    listen = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    scan = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=listen)
    with scan:
        for _ in range(600):
            if _photos(home) > 8:
                break
            time.sleep(0.1)
        scan.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, words = scan.communicate()
        assert time.monotonic() - began < 1.5  # a second, and the noise of a busy machine
    assert scan.returncode == 130
    assert b"goes on from here" in words
    assert 8 < _photos(home) < 400


def _photos(home: Path) -> int:
    import sqlite3
    from contextlib import closing

    path = home / "data" / "catalogue.db"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path, timeout=10)) as db:
        try:
            return int(db.execute("SELECT count(*) FROM photo").fetchone()[0])
        except sqlite3.OperationalError:
            return 0
