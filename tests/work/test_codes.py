from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from photohash.store.catalogue import Catalogue
from photohash.store.results import Model, Results
from photohash.types import ModelKey
from photohash.work.codes import load_codes


@pytest.fixture
def results(tmp_path: Path) -> Iterator[Results]:
    catalogue = Catalogue(tmp_path / "catalogue.db")
    yield Results(catalogue)
    catalogue.close()


def put(results: Results, catalogue: Catalogue, number: int) -> Model:
    model = results.register(ModelKey("image", "h", 1), b"h" * 16, 128)
    with catalogue.writing():
        photo = catalogue.put_photo(number.to_bytes(16), 4, 3, None)
        results.put_codes("photo", model, [photo], np.array([[number], [7]], np.uint64))
    return results.register(model.key, model.digest, 128)


def test_the_snapshot_follows_the_catalogue(results: Results, tmp_path: Path) -> None:
    catalogue = results._catalogue
    model = put(results, catalogue, 5)
    first = load_codes(results, "photo", model, tmp_path)
    snapshot = tmp_path / "image-h@1.codes"
    assert snapshot.exists()
    assert first.words.tolist() == [[5], [7]]
    again = put(results, catalogue, 6)
    assert load_codes(results, "photo", again, tmp_path).words.tolist() == [[5, 6], [7, 7]]


def test_a_matching_snapshot_is_believed_and_a_damaged_one_is_not(results: Results, tmp_path: Path) -> None:
    model = put(results, results._catalogue, 5)
    load_codes(results, "photo", model, tmp_path)
    results._db.execute("DELETE FROM photo_code")  # behind the stamp's back: only the snapshot still knows
    assert len(load_codes(results, "photo", model, tmp_path)) == 1
    snapshot = tmp_path / "image-h@1.codes"
    raw = bytearray(snapshot.read_bytes())
    raw[-1] ^= 1
    snapshot.write_bytes(raw)
    assert len(load_codes(results, "photo", model, tmp_path)) == 0


def test_a_folder_that_cannot_be_written_costs_only_time(results: Results, tmp_path: Path) -> None:
    model = put(results, results._catalogue, 5)
    assert len(load_codes(results, "photo", model, tmp_path / "nowhere")) == 1
