from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from photohash.store.catalogue import Catalogue
from photohash.store.results import Results
from photohash.types import Faces, ModelKey

DETECTOR = ModelKey("detect", "d", 1)
HEAD = ModelKey("face", "h", 1)


@pytest.fixture
def results(tmp_path: Path) -> Iterator[Results]:
    catalogue = Catalogue(tmp_path / "catalogue.db")
    yield Results(catalogue)
    catalogue.close()


def photos(results: Results, count: int) -> list[int]:
    with results._catalogue.writing():
        return [results._catalogue.put_photo(bytes([n]) * 16, 100, 50, None) for n in range(count)]


def test_the_first_model_of_a_task_is_in_use_until_another_is(results: Results) -> None:
    first = results.register(HEAD, b"a" * 16, 128)
    second = results.register(ModelKey("face", "h", 2), b"b" * 16, 128)
    assert results.active("face") == first
    results.activate(second)
    active = results.active("face")
    assert active is not None
    assert active.key.version == 2
    assert results.register(HEAD, b"a" * 16, 128).id == first.id


def test_the_same_key_with_other_weights_voids_what_it_made(results: Results) -> None:
    model = results.register(HEAD, b"a" * 16, 64)
    (photo,) = photos(results, 1)
    with results._catalogue.writing():
        results.put_codes("photo", model, [photo], np.array([[7]], np.uint64))
        results.put_done(model, photo)
    again = results.register(HEAD, b"b" * 16, 64)
    assert again.id == model.id
    assert again.stamp > model.stamp
    assert len(results.codes("photo", again)[0]) == 0
    assert results.lacking([again]) == {photo}


def test_the_ledger_knows_what_is_lacking(results: Results) -> None:
    one, two = results.register(DETECTOR, b"a" * 16), results.register(HEAD, b"b" * 16, 64)
    first, second, third = photos(results, 3)
    assert results.lacking([one, two]) == {first, second, third}
    with results._catalogue.writing():
        results.put_done(one, first)
        results.put_done(two, first)
        results.put_done(one, second)
        results.put_done(one, third, "analyse", "bad")
        results.put_done(two, third, "analyse", "bad")
    assert results.lacking([one, two]) == {second}
    assert results.failed() == {third}


def test_faces_are_kept_as_fractions(results: Results) -> None:
    model = results.register(DETECTOR, b"a" * 16)
    (photo,) = photos(results, 1)
    points = np.arange(10, dtype=np.float32).reshape(1, 5, 2)
    found = Faces(np.array([[10, 5, 30, 20]], np.float32), points, np.array([0.75], np.float32))
    with results._catalogue.writing():
        ids = results.put_faces(photo, model, found, width=100, height=50)
    known, stored = results.stored_faces(photo, model)
    assert known == ids
    np.testing.assert_allclose(stored.boxes, [[0.1, 0.1, 0.3, 0.4]], rtol=1e-6)
    np.testing.assert_allclose(stored.points[0], points[0] / [100, 50], rtol=1e-6)
    face = results.faces(ids)[ids[0]]
    np.testing.assert_allclose(face.box, (0.1, 0.1, 0.2, 0.3), rtol=1e-6)
    with results._catalogue.writing():
        again = results.put_faces(photo, model, found, width=100, height=50)
    assert again[0] > ids[0]  # an id is never used twice: the cache is keyed by it
    assert list(results.faces()) == again


def test_codes_come_back_word_by_word_with_their_stamp(results: Results) -> None:
    model = results.register(HEAD, b"a" * 16, 128)
    ids = photos(results, 3)
    words = np.random.default_rng(0).integers(0, 2**64, (2, 3), np.uint64)
    with results._catalogue.writing():
        results.put_codes("photo", model, ids, words)
    found, back, stamp = results.codes("photo", model)
    np.testing.assert_array_equal(found, ids)
    np.testing.assert_array_equal(back, words)
    assert stamp == model.stamp + 1
    assert results.uncoded("photo", model) == []
