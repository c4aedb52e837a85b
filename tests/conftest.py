"""Shared fixtures: a home of its own for every test, and the development photo sets where they exist."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.data import DATA
from photohash import demo
from photohash.dirs import Dirs
from photohash.flow import Control
from photohash.library import Library
from photohash.settings import Settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is loaded: windows are tested without a screen


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


@dataclass(frozen=True, slots=True)
class DemoLibrary:
    """The demo's photos, the picture to ask with, and the home where they have been scanned with the real networks."""

    photos: Path
    asked: Path
    home: Path


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> DemoLibrary:
    """The demo library, scanned once for all tests; they must leave it as it is."""
    folder = tmp_path_factory.mktemp("demo")
    photos, asked = demo.make(folder / "made")
    home = folder / "home"
    with Library(Dirs(home / "config", home / "data", home / "cache", home / "log"), Settings(device="cpu")) as library:
        library.scan([photos], Control(), lambda progress: None)
    return DemoLibrary(photos, asked, home)


@pytest.fixture
def demo_library(scanned: DemoLibrary, monkeypatch: pytest.MonkeyPatch) -> DemoLibrary:
    """The scanned demo library as the one that `PHOTOHASH_HOME` names."""
    monkeypatch.setenv("PHOTOHASH_HOME", str(scanned.home))
    return scanned


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
