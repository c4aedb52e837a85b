"""The window over a large library: how soon it is there, how long it ever stands still, how much memory it takes.

The libraries are made for it: rows as a scan leaves them, and thumbnails of 320 x 240 pixels of a hundred kinds. The
window is the real one, painted by Qt's own rasteriser without a screen, 1600 x 1000 pixels large. A stall is the time
between two turns of the event loop that should come every two milliseconds. Whatever else runs on the computer
lengthens times by the wall; so each is said again by what this program computed in it.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.memory import peak_bytes
from benchmarks.report import Row, run
from photohash.dirs import Dirs
from photohash.flow import Control, grouped
from photohash.gui import theme
from photohash.gui.window import Window
from photohash.library import Library
from photohash.media.encode import to_jpeg
from photohash.settings import Settings
from photohash.store.catalogue import Place, Root
from photohash.types import Progress, Seen

AIMS = {"first screen": 0.3, "jump to the end": 0.2, "longest stall": 50.0, "peak memory": 600.0}
AIMED_AT = 100_000  # photos
KINDS = 100  # of thumbnails
SECONDS = 8.0  # of scrolling
WHERE = Path("/made/photos")


def measure(quick: bool) -> list[Row]:
    """Each library in a process of its own, so that each has a peak of its own."""
    rows = []
    for photos in (AIMED_AT,) if quick else (100_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder:
            dirs = dirs_in(Path(folder))
            fill(dirs, photos)
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                found = pool.apply(look, (dirs, SECONDS / 2 if quick else SECONDS))
        for (what, unit), value in found.items():
            aim = next((aim for name, aim in AIMS.items() if what.startswith(name)), None)
            aim = aim if photos == AIMED_AT else None
            rows.append(Row(f"{photos:,} photos: {what}", value, unit, aim, value / aim if aim else None))
    return rows


def dirs_in(home: Path) -> Dirs:
    """All folders in one."""
    return Dirs(home / "config", home / "data", home / "cache", home / "log")


# -- a library made of rows ------------------------------------------------------------------------------------------


def fill(dirs: Dirs, photos: int) -> None:
    """A library of so many photos over twenty-five years, one in ten without a date of its own."""
    when = np.random.default_rng(1).integers(1_000_000_000, 1_790_000_000, photos)
    with Library(dirs, Settings()) as library:
        root, _ = library.catalogue.add_root(WHERE)
        with library.catalogue.writing() as db:
            db.executemany(
                "INSERT INTO photo (digest, width, height, taken_at) VALUES (?, 4000, 3000, ?)",
                ((n.to_bytes(16, "big"), int(when[n]) if n % 10 else None) for n in range(photos)),
            )
            db.executemany(
                "INSERT INTO file (root_id, path, size, mtime_ns, photo_id) VALUES (?, ?, 3000000, ?, ?)",
                ((root.id, b"%04d/%d.jpg" % (n // 1000, n), int(when[n]) * 10**9, n + 1) for n in range(photos)),
            )
        jpegs = [thumbnail(n) for n in range(KINDS)]
        for part in grouped(range(photos), 10_000):  # one transaction of gigabytes would be written twice
            with library.cache.writing() as db:
                db.executemany("INSERT INTO thumb VALUES (?, ?)", ((n + 1, jpegs[n % KINDS]) for n in part))


def thumbnail(seed: int) -> bytes:
    """A JPEG of soft waves in three colours."""
    y, x = np.mgrid[0:240, 0:320] / 320
    pace = np.random.default_rng(seed).uniform(2, 12, (3, 2))
    waves = np.stack([np.sin(x * across + y * down) for across, down in pace], axis=-1)
    return to_jpeg(np.uint8(127.5 + 127.5 * waves), 80)


def write_like_a_scan(library: Library, control: Control, report: Callable[[Progress], None]) -> None:
    """New photos in batches of eight, as fast as a GPU would find them, until cancelled."""
    root: Root = library.catalogue.add_root(WHERE)[0]
    jpeg, done, began = thumbnail(0), 0, time.monotonic()
    while True:
        control.checkpoint()
        ids = []
        with library.catalogue.writing():
            for n in range(done, done + 8):
                photo = library.catalogue.put_photo(b"new" + n.to_bytes(13, "big"), 4000, 3000, 1_700_000_000 + n)
                library.catalogue.put_file(Place(root, Seen(b"new/%d.jpg" % n, 1, 10**18)), photo)
                ids.append(photo)
        with library.cache.writing():
            for photo in ids:
                library.cache.put_thumb(photo, jpeg)
        done += 8
        report(Progress("scanning", done, 1_000_000, 0, time.monotonic() - began))
        time.sleep(0.08)


# -- the window over it ----------------------------------------------------------------------------------------------


class Stalls(QObject):
    """How long the event loop stood still, in milliseconds, at worst, by three clocks.

    `longest` is the time that went by. `ours` is no more of it than all threads of this process computed meanwhile:
    what another program took is not in it, what one of our threads may have kept from the window is. `own` is what the
    window's thread computed itself. On an idle computer the stall lies between `own` and `ours`.
    """

    EVERY = 2  # milliseconds

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.longest = self.ours = self.own = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._wall, self._cpu, self._mine = time.perf_counter(), time.process_time(), time.thread_time()
        self._timer.start(self.EVERY)

    def _tick(self) -> None:
        wall, cpu, mine = time.perf_counter(), time.process_time(), time.thread_time()
        gap = 1000 * (wall - self._wall)
        self.longest = max(self.longest, gap)
        self.ours = max(self.ours, min(gap, 1000 * (cpu - self._cpu)))
        self.own = max(self.own, 1000 * (mine - self._mine))
        self._wall, self._cpu, self._mine = wall, cpu, mine


def look(dirs: Dirs, seconds: float) -> dict[tuple[str, str], float]:
    """What is measured -> its value, by what and unit."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(["photohash"])
    theme.apply(app, "light")
    before = peak_bytes()
    clock = Clock()
    window = Window(dirs, Settings())
    window.resize(1600, 1000)
    built = clock.read()
    window.show()
    clock = Clock()
    until(lambda: painted(window))
    found = {("the window is made", "s"): built[0]} | clock.rows("first screen with its thumbnails")
    clock, bar = Clock(), window.photos.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    until(lambda: painted(window))
    found |= clock.rows("jump to the end")
    found |= scroll(window, "scrolling", seconds)
    window.jobs.start("scan", write_like_a_scan)
    found |= scroll(window, "scrolling and scanning", seconds)
    window.close()
    found["peak memory", "MB"] = peak_bytes() / 1e6
    found["memory before there is a window", "MB"] = before / 1e6
    return found


class Clock:
    """The time since it was made, by the wall and as this process computed."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Seconds."""
        return time.perf_counter() - self._wall, time.process_time() - self._cpu

    def rows(self, what: str) -> dict[tuple[str, str], float]:
        """Both."""
        wall, cpu = self.read()
        return {(what, "s"): wall, (f"{what}, computing", "s"): cpu}


def painted(window: Window) -> bool:
    """Whether everything in sight has its thumbnail."""
    view, model = window.photos.view, window.photos.model
    rows = view.visible_rows()
    return len(rows) > 0 and all(model.index(row).data(Qt.ItemDataRole.DecorationRole) for row in rows)


def until(true: Callable[[], bool], seconds: float = 120.0) -> None:
    """Run the event loop until something is so, and once more to paint it."""
    loop, looking, end = QEventLoop(), QTimer(), time.monotonic() + seconds
    looking.timeout.connect(lambda: loop.quit() if true() or time.monotonic() > end else None)
    looking.start(2)
    loop.exec()
    if not true():
        raise SystemExit("The window was not painted in time.")
    QApplication.processEvents()


def scroll(window: Window, what: str, seconds: float) -> dict[tuple[str, str], float]:
    """Scroll like a wheel for a second, then drag the bar elsewhere, again and again."""
    bar, chance = window.photos.view.verticalScrollBar(), np.random.default_rng(2)
    stalls, turning, end = Stalls(), QTimer(), time.monotonic() + seconds
    turned = 0

    def turn() -> None:
        nonlocal turned
        turned += 1
        bar.setValue(bar.value() + 60 if turned % 60 else int(chance.integers(bar.maximum())))

    turning.timeout.connect(turn)
    turning.start(16)
    until(lambda: time.monotonic() > end)
    return {
        (f"longest stall, {what}", "ms"): stalls.longest,
        (f"longest stall, {what}, all threads computing", "ms"): stalls.ours,
        (f"longest stall, {what}, its own thread computing", "ms"): stalls.own,
    }


if __name__ == "__main__":
    run(measure, __doc__ or "")
