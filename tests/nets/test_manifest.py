from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

from photohash.nets import manifest
from photohash.types import UserError


def test_the_shipped_heads_are_one_for_faces_and_one_for_pictures() -> None:
    newest = manifest.newest()
    assert set(newest) == {"face", "image"}
    for task, path in newest.items():
        read = manifest.read(path)
        assert read.task == task
        assert read.bits in (64, 128, 256)
        ends = list(read.calibration.bands.values())
        assert ends == sorted(ends)
        assert read.quality


def test_the_digest_changes_with_whatever_changes_a_code(tmp_path: Path) -> None:
    source = manifest.newest()["face"]
    digests = {manifest.read(source).digest}
    for name, value in (("sha256", "0" * 64), ("part", [1, 128]), ("unit_length", True), ("sizes", {"bits": 64})):
        said = json.loads(source.read_text()) | {name: value}
        (tmp_path / "a.json").write_text(json.dumps(said))
        digests.add(manifest.read(tmp_path / "a.json").digest)
    assert len(digests) == 5
    said = json.loads(source.read_text()) | {"quality": {}}
    (tmp_path / "a.json").write_text(json.dumps(said))
    assert manifest.read(tmp_path / "a.json").digest == manifest.read(source).digest


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"task": "face"}'])
def test_a_damaged_manifest_is_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(UserError, match="reinstall"):
        manifest.read(path)


def test_a_reliability_table_is_read_and_may_be_missing(tmp_path: Path) -> None:
    said = json.loads(manifest.newest()["face"].read_text())
    row = manifest.Reliability(0.9, 0.99, 0.002, 0.96, 0.95, 800, 400)
    for table in ([], [asdict(row)]):
        said["calibration"]["reliability"] = table
        (tmp_path / "a.json").write_text(json.dumps(said))
        assert manifest.read(tmp_path / "a.json").calibration.reliability == tuple([row] * len(table))
    del said["calibration"]["reliability"]
    (tmp_path / "a.json").write_text(json.dumps(said))
    assert manifest.read(tmp_path / "a.json").calibration.reliability == ()


def test_the_newest_version_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = manifest.newest()["face"]
    said = json.loads(source.read_text())
    for version in (2, 10, 9):
        (tmp_path / f"dcbh@{version}.json").write_text(json.dumps(said | {"version": version}))
    shutil.copy(source, tmp_path)
    monkeypatch.setattr(manifest, "shipped", lambda: sorted(tmp_path.glob("*.json")))
    assert manifest.newest()["face"].name == "dcbh@10.json"
