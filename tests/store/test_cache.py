from __future__ import annotations

from pathlib import Path

import numpy as np

from photohash.store.cache import Cache
from photohash.types import ModelKey

IMAGE, FACE = ModelKey("image-backbone", "i", 1), ModelKey("face-backbone", "f", 1)


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.db")
    rows = np.random.default_rng(0).normal(size=(2, 5)).astype(np.float16)
    with cache.writing():
        cache.put_thumb(3, b"jpeg")
        cache.put_chip(4, b"chip")
        cache.put_descriptors("face", FACE, [7, 5], rows)
    assert (cache.thumb(3), cache.thumb(4), cache.chip(4)) == (b"jpeg", None, b"chip")
    ids, back = cache.descriptors("face", FACE, [5, 6, 7])
    assert ids.tolist() == [5, 7]
    np.testing.assert_array_equal(back, rows[::-1])
    assert cache.described("face", FACE).tolist() == [5, 7]
    cache.close()


def test_it_says_what_is_complete(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.db")
    row = np.zeros((1, 4), np.float16)
    with cache.writing():
        for photo in (1, 2):
            cache.put_thumb(photo, b"jpeg")
        for photo in (1, 3):
            cache.put_descriptors("photo", IMAGE, [photo], row)
    assert cache.complete(IMAGE).tolist() == [1]
    cache.close()


def test_a_damaged_cache_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    path.write_bytes(b"rubbish" * 1000)
    cache = Cache(path)
    assert cache.thumb(1) is None
    cache.close()
    assert (tmp_path / "cache.db.damaged").read_bytes() == b"rubbish" * 1000
