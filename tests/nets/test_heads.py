from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from photohash.nets import heads
from photohash.nets.dcbh import DcbhHead
from photohash.nets.dch import DchHead
from photohash.nets.manifest import Calibration, Manifest, Reliability, shipped
from photohash.types import ModelKey, UserError

CALIBRATION = Calibration(40.0, 0.5, 0.01, {"same": 0.4, "likely": 0.45, "maybe": 0.5}, {"same": 1e-5})
FACE = Manifest("face", "dcbh", 3, "dcbh", {"inputs": 8, "bits": 70}, "some/net@1", (2, 10), False, CALIBRATION)
IMAGE = Manifest("image", "dch", 1, "dch", {"inputs": 6, "bits": 64}, "some/net@1", (0, 6), True, CALIBRATION)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    return heads.save(FACE, DcbhHead(8, 70), tmp_path)


def some_descriptors(count: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(count, 12)).astype(np.float16)


def test_a_saved_head_comes_back(saved: Path) -> None:
    torch.manual_seed(0)
    net = DcbhHead(8, 70).eval()
    hasher = heads.load(saved)
    assert saved.name == "dcbh@3.json"
    assert hasher.key == ModelKey("face", "dcbh", 3)
    assert hasher.bits == 70
    assert hasher.bands == CALIBRATION.bands
    descriptors = some_descriptors(5)
    with torch.inference_mode():
        expected = net.margins(torch.from_numpy(descriptors[:, 2:10].astype(np.float32))).numpy()
    assert np.array_equal(hasher.margins(descriptors), expected)
    assert hasher.margins(descriptors).dtype == np.float32
    assert np.array_equal(hasher.bits_of(descriptors), expected >= 0)


def test_a_reliability_table_is_kept(tmp_path: Path) -> None:
    table = (Reliability(0, 0.01, 0.99, 0.0001, 0.0002, 3, 70_000), Reliability(0.9, 0.99, 0.01, 0.96, 0.95, 800, 400))
    written = replace(FACE, calibration=replace(CALIBRATION, reliability=table))
    assert heads.load(heads.save(written, DcbhHead(8, 70), tmp_path)).manifest.calibration == written.calibration


def test_codes_are_packed_word_by_word(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = heads.load(saved)
    descriptors = some_descriptors(9)
    bits = hasher.bits_of(descriptors)
    monkeypatch.setattr(heads, "BATCH", 4)  # so that batches are joined
    codes = hasher.encode(descriptors)
    assert codes.dtype == np.uint64
    assert codes.shape == (2, 9)
    for item in range(9):
        for word in range(2):
            inside = bits[item, 64 * word : 64 * word + 64]
            assert int(codes[word, item]) == sum(1 << k for k, bit in enumerate(inside) if bit)


def test_no_descriptors_no_codes(saved: Path) -> None:
    codes = heads.load(saved).encode(np.zeros((0, 12), np.float16))
    assert codes.shape == (2, 0)
    assert codes.dtype == np.uint64


def test_unit_length(tmp_path: Path) -> None:
    hasher = heads.load(heads.save(IMAGE, DchHead(6, 64), tmp_path))
    descriptors = np.array([[3, 4, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]], np.float16)
    assert hasher.vectors(descriptors)[0].tolist() == pytest.approx([0.6, 0.8, 0, 0, 0, 0])
    assert np.isfinite(hasher.vectors(descriptors)).all()
    assert np.array_equal(hasher.encode(descriptors), hasher.encode(descriptors * np.float16(2)))


def test_confidence_is_the_logistic_of_the_manifest(saved: Path) -> None:
    confidence = heads.load(saved).confidence(np.array([0.0, 0.45, 0.5, 0.55, 1e6]))
    expected = [1 / (1 + np.exp(40 * (d - 0.5))) for d in (0, 0.45, 0.5, 0.55)] + [0]
    assert confidence.tolist() == pytest.approx(expected)
    assert confidence.dtype == np.float32


def test_the_digest_follows_what_changes_codes_and_nothing_else(saved: Path, tmp_path: Path) -> None:
    hasher = heads.load(saved)
    assert len(hasher.digest) == 16
    said = hasher.manifest
    assert replace(said, calibration=replace(CALIBRATION, slope=1.0), quality={"mAP": 0.5}).digest == hasher.digest
    for changed in (replace(said, part=(3, 11)), replace(said, unit_length=True), replace(said, sha256="0" * 64)):
        assert changed.digest != hasher.digest
    torch.manual_seed(1)
    (tmp_path / "other").mkdir()
    assert heads.load(heads.save(FACE, DcbhHead(8, 70), tmp_path / "other")).digest != hasher.digest


def test_a_version_is_written_once(saved: Path, tmp_path: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(UserError, match="already"):
        heads.save(FACE, DcbhHead(8, 70), tmp_path)
    assert saved.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["dcbh@3.json", "dcbh@3.safetensors"]


@pytest.mark.parametrize("where", [0, 20, -1])
def test_changed_weights_are_refused(saved: Path, where: int) -> None:
    file = heads.weights_file(saved)
    raw = bytearray(file.read_bytes())
    raw[where] ^= 1
    file.write_bytes(raw)
    with pytest.raises(UserError, match="cannot be used"):
        heads.load(saved)


def test_missing_weights_and_manifests_are_refused(saved: Path, tmp_path: Path) -> None:
    heads.weights_file(saved).rename(tmp_path / "elsewhere")
    for path in (saved, tmp_path / "none@1.json"):
        with pytest.raises(UserError, match="cannot be used"):
            heads.load(path)


@pytest.mark.parametrize(
    "change",
    [
        {"architecture": "unknown"},
        {"sizes": {"inputs": 8, "bits": 71}},
        {"sizes": {"inputs": 8, "bits": 70, "layers": 2}},
        {"part": [1]},
        {"calibration": {}},
        {"surprise": 1},
    ],
)
def test_a_manifest_of_another_program_is_refused(saved: Path, change: dict[str, object]) -> None:
    saved.write_text(json.dumps(json.loads(saved.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(UserError, match="cannot be used"):
        heads.load(saved)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "3"])
def test_what_is_no_manifest_is_refused(saved: Path, text: str) -> None:
    saved.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="cannot be used"):
        heads.load(saved)


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_shipped_heads_load_and_balance_their_bits(path: Path) -> None:
    hasher = heads.load(path)
    assert path.stem == f"{hasher.key.name}@{hasher.key.version}"
    width = hasher.manifest.part[1]
    descriptors = np.abs(np.random.default_rng(0).normal(size=(50, width))).astype(np.float16)
    assert hasher.encode(descriptors).shape == (-(-hasher.bits // 64), 50)
    bands = list(hasher.bands.values())
    assert list(hasher.bands) == ["same", "likely", "maybe"]
    assert bands == sorted(bands)
    surely, hardly = hasher.confidence(np.array([0.1 * bands[0], 2 * bands[2]]))
    assert surely > 0.9
    assert hardly < 0.1


def test_both_tasks_are_shipped() -> None:
    assert {heads.load(path).key.task for path in shipped()} == {"face", "image"}
