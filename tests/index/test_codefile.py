from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from photohash.index.codefile import Codes, load, save

MODEL = b"digest of model\0"  # a digest may well end in zeros


@pytest.fixture
def codes() -> Codes:
    random = np.random.default_rng(2)
    ids = np.cumsum(random.integers(1, 100, 50))
    return Codes(100, ids, random.integers(0, 2**64, (2, 50), np.uint64))


@pytest.fixture
def file(tmp_path: Path, codes: Codes) -> Path:
    path = tmp_path / "face@1.2.codes"
    save(path, codes, MODEL, 7)
    return path


def test_what_was_saved_is_loaded(file: Path, codes: Codes) -> None:
    read = load(file, MODEL, 7)
    assert read is not None
    assert read.bits == codes.bits
    assert len(read) == 50
    np.testing.assert_array_equal(read.ids, codes.ids)
    np.testing.assert_array_equal(read.words, codes.words)
    assert [path.name for path in file.parent.iterdir() if path.is_file()] == [file.name]


def test_no_codes_at_all_are_codes_too(tmp_path: Path) -> None:
    save(tmp_path / "empty", Codes(64, np.empty(0, np.int64), np.empty((1, 0), np.uint64)), MODEL, 0)
    read = load(tmp_path / "empty", MODEL, 0)
    assert read is not None
    assert read.words.shape == (1, 0)


def test_another_model_another_stamp_or_no_file_are_not_loaded(file: Path) -> None:
    assert load(file, MODEL, 8) is None
    assert load(file, b"another digest!!", 7) is None
    assert load(file.with_name("missing"), MODEL, 7) is None


def test_300_corruptions_and_truncations_are_refused(file: Path) -> None:
    random, whole = np.random.default_rng(3), file.read_bytes()
    header = 44
    for attempt in range(300):
        damaged = bytearray(whole)
        if attempt % 3 == 0:
            damaged = damaged[: random.integers(len(whole))]
        else:  # as many in the short header as in the body
            place = random.integers(0, header) if attempt % 3 == 1 else random.integers(header, len(whole))
            damaged[place] ^= random.integers(1, 256)
        file.write_bytes(damaged)
        assert load(file, MODEL, 7) is None, f"attempt {attempt}"
    file.write_bytes(whole + b"\0")
    assert load(file, MODEL, 7) is None
    file.write_bytes(whole)
    assert load(file, MODEL, 7) is not None


def test_a_crash_while_writing_leaves_the_old_file(file: Path, codes: Codes, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(OSError, match="no space"):
        save(file, replace(codes, words=~codes.words), MODEL, 7)
    read = load(file, MODEL, 7)
    assert read is not None
    np.testing.assert_array_equal(read.words, codes.words)
    monkeypatch.undo()
    save(file, replace(codes, words=~codes.words), MODEL, 8)  # over what the crash left beside it
    assert load(file, MODEL, 8) is not None


def test_a_digest_has_16_bytes(file: Path, codes: Codes) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        save(file, codes, b"short", 7)


@pytest.mark.parametrize(
    ("bits", "ids", "words"),
    [
        (64, [1, 2], np.zeros((2, 2), np.uint64)),
        (64, [1, 2], np.zeros((1, 2), np.int64)),
        (0, [1, 2], np.zeros((0, 2), np.uint64)),
        (64, [2, 1], np.zeros((1, 2), np.uint64)),
        (64, [1, 1], np.zeros((1, 2), np.uint64)),
        (64, [1.0, 2.0], np.zeros((1, 2), np.uint64)),
    ],
)
def test_codes_that_do_not_fit_together_are_refused(bits: int, ids: list[int], words: np.ndarray) -> None:
    with pytest.raises(ValueError, match="codes"):
        Codes(bits, np.array(ids), words)
