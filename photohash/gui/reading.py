"""A connection of its own to the cache, for the thread that reads thumbnails."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from photohash.store.cache import Cache


class Reading:
    """Thumbnails of photos and chips of faces, by id; opened by the first thread that asks, and used by it alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cache: Cache | None = None

    def thumbs(self, numbers: Sequence[int]) -> dict[int, bytes]:
        """The JPEGs of those photos that have one."""
        found = {number: self._open().thumb(number) for number in numbers}
        return {number: raw for number, raw in found.items() if raw is not None}

    def chips(self, numbers: Sequence[int]) -> dict[int, bytes]:
        """The JPEGs of those faces that have one."""
        found = {number: self._open().chip(number) for number in numbers}
        return {number: raw for number, raw in found.items() if raw is not None}

    def close(self) -> None:
        """Close the connection; no thread may be reading."""
        if self._cache:
            self._cache.close()
            self._cache = None

    def _open(self) -> Cache:
        if self._cache is None:
            self._cache = Cache(self._path)
        return self._cache
