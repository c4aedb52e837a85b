"""A window whose networks need no torch: real folders, real databases, real threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photohash.dirs import Dirs, find_dirs
from photohash.flow import Control
from photohash.gui.thumbs import Thumbs
from photohash.gui.window import Window
from photohash.library import Library
from photohash.settings import Settings
from photohash.types import Faces, ModelKey
from photohash.work.write import Models
from tests.desk import SIGNATURE
from tests.pictures import FakeHead, FakeNetworks, noise, write

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):  # what the platform without a screen says of every window
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture(autouse=True)
def undressed(qapp: QApplication) -> Iterator[None]:
    """The application as it comes, whatever a test dressed it in."""
    yield
    if qapp.styleSheet():
        qapp.setStyleSheet("")
        qapp.setPalette(qapp.style().standardPalette())


class GatedNetworks(FakeNetworks):
    """Networks that work on as many batches as they are let."""

    def __init__(self, batches: int = 10**9) -> None:
        super().__init__()
        self.gate = threading.Semaphore(batches)
        self.open = batches > 10**8

    def detect(self, pictures: Sequence[NDArray[np.uint8]]) -> list[Faces]:
        while not self.open and not self.gate.acquire(timeout=0.05):
            pass
        return super().detect(pictures)


class FakeLibrary(Library):
    """A library whose scans run through fake networks; all of them share one set."""

    fake: FakeNetworks

    def networks(self) -> FakeNetworks:  # type: ignore[override]
        return self.fake

    def heads(self) -> tuple[FakeHead, FakeHead]:
        return FakeHead("face"), FakeHead("image")

    def _backbone(self, task: str) -> ModelKey:
        return self.fake.face_backbone if task == "face" else self.fake.image_backbone

    def register_models(self) -> Models:
        register, nets, (face, image) = self.results.register, self.fake, self.heads()
        return Models(
            register(nets.detector, b"d" * 16),
            register(nets.face_backbone, b"f" * 16),
            register(nets.image_backbone, b"i" * 16),
            register(SIGNATURE, b"s" * 16, 256),
            register(face.key, face.digest, face.bits),
            register(image.key, image.digest, image.bits),
        )


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> Iterator[GatedNetworks]:
    """The fake networks of every library that a window opens; opened at the end, so that no thread waits for ever."""
    made = GatedNetworks()
    monkeypatch.setattr(FakeLibrary, "fake", made, raising=False)
    monkeypatch.setattr("photohash.gui.window.Library", FakeLibrary)
    yield made
    made.open = True


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of forty pictures, and one that is none."""
    folder = tmp_path / "photos"
    for n in range(40):
        write(folder / f"{n:02}.jpg", noise(n))
    (folder / "broken.jpg").write_bytes(b"no picture")
    return folder


@pytest.fixture
def library(networks: GatedNetworks) -> Iterator[FakeLibrary]:
    with FakeLibrary(find_dirs(), Settings()) as opened:
        yield opened


@pytest.fixture
def filled(library: FakeLibrary, photos: Path) -> FakeLibrary:
    """A library of those pictures."""
    library.scan([photos], Control(), lambda progress: None)
    return library


@pytest.fixture
def thumbs() -> Iterator[Thumbs]:
    """Thumbnails of nothing."""
    made = Thumbs(lambda numbers: {})
    yield made
    made.close()


@pytest.fixture
def make_window(networks: GatedNetworks, qtbot: QtBot) -> Callable[[], Window]:
    def make() -> Window:
        made = Window(find_dirs(), Settings())
        qtbot.addWidget(made)
        made.show()
        qtbot.waitExposed(made)
        return made

    return make


@pytest.fixture
def window(make_window: Callable[[], Window]) -> Window:
    return make_window()


def dirs_in(folder: Path) -> Dirs:
    """A home of its own."""
    return Dirs(folder / "config", folder / "data", folder / "cache", folder / "log")


@pytest.fixture(autouse=True)
def plain_texts() -> Iterator[None]:
    """What a test translated is as it was for the next."""
    yield
    app = QCoreApplication.instance()
    for translator in app.findChildren(QTranslator) if app else ():
        QCoreApplication.removeTranslator(translator)
        translator.setParent(None)
