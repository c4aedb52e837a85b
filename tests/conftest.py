"""Shared fixtures: a home of its own for every test, and the development photo sets where they exist."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.data import DATA


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`PHOTOHASH_HOME` in a fresh folder, so that no test sees the user's library."""
    folder = tmp_path / "home"
    monkeypatch.setenv("PHOTOHASH_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before and not thread.daemon]
    assert not left, f"threads still running: {left}"


@pytest.fixture
def data() -> Path:
    """The development photo sets; mark such a test with `@pytest.mark.data`."""
    return DATA


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if DATA.is_dir():
        return
    skip = pytest.mark.skip(reason=f"the development photo sets are not at {DATA}; set PHOTOHASH_DATA to their folder")
    for item in items:
        if item.get_closest_marker("data"):
            item.add_marker(skip)
