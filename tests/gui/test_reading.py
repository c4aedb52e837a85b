from __future__ import annotations

from contextlib import closing
from pathlib import Path

from photohash.gui.reading import Reading
from photohash.store.cache import Cache


def test_thumbnails_and_chips_of_those_that_have_some(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with closing(Cache(path)) as cache, cache.writing():
        cache.put_thumb(1, b"one")
        cache.put_thumb(3, b"three")
        cache.put_chip(7, b"seven")
    reading = Reading(path)
    assert reading.thumbs([3, 2, 1]) == {1: b"one", 3: b"three"}
    assert reading.chips([7, 1]) == {7: b"seven"}
    reading.close()
    reading.close()
