"""What a scan costs when nothing has changed, against a bare walk with stat over the same files."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.report import Row, run
from photohash.dirs import Dirs
from photohash.flow import Control
from photohash.library import Library
from photohash.settings import Settings
from photohash.store.catalogue import Place
from photohash.types import Faces, Seen

FILES = 100_000
PER_FOLDER = 250
THUMB = bytes(8000)  # as large as real ones are


def measure(quick: bool) -> list[Row]:
    """Make the files and a library that knows them, then time both in turn."""
    files = FILES // 5 if quick else FILES
    with tempfile.TemporaryDirectory() as folder:
        photos = Path(folder, "photos")
        for number in range(files):
            inside = photos / f"{number // PER_FOLDER:04}"
            if number % PER_FOLDER == 0:
                inside.mkdir(parents=True)
            (inside / f"IMG_{number:06}.jpg").write_bytes(b"%d" % number)
        home = Path(folder, "home")
        with Library(Dirs(home / "c", home / "d", home / "e", home / "l"), Settings()) as library:
            _fill(library, photos)
            library.scan([photos], Control(), lambda progress: None)  # leaves the snapshots, as any scan before did
            times: dict[str, list[float]] = {"ours": [], "os.walk and os.stat": [], "os.scandir, nothing else": []}
            for _ in range(7):
                times["os.walk and os.stat"].append(_seconds(lambda: _walk(photos)))
                times["os.scandir, nothing else"].append(_seconds(lambda: _scandir(photos)))
                times["ours"].append(_seconds(lambda: _rescan(library, photos, files)))
    ours = times.pop("ours")
    rows = [Row(f"rescan of {files:,} unchanged files", statistics.median(ours), "s")]
    for name, bare in times.items():
        ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
        rows.append(Row(f"rescan / bare walk with stat ({name})", rows[0].value, "s", statistics.median(bare), ratio))
    return rows


def _fill(library: Library, photos: Path) -> None:
    """A catalogue and a cache as a scan of these files would have left them, one face to every second photo."""
    models = library.register_models()
    root, _ = library.catalogue.add_root(photos.resolve())
    results, cache, catalogue = library.results, library.cache, library.catalogue
    one = Faces(np.ones((1, 4), np.float32), np.ones((1, 5, 2), np.float32), np.ones(1, np.float32))
    code = np.zeros((4, 1), np.uint64)
    face_key, image_key = models.face_backbone.key, models.image_backbone.key
    with catalogue.writing(), cache.writing():
        for number, (path, status) in enumerate(_files(photos)):
            seen = Seen(os.fsencode(path.relative_to(photos)), status.st_size, status.st_mtime_ns)
            photo = catalogue.put_photo(number.to_bytes(16), 4000, 3000, None)
            catalogue.put_file(Place(root, seen), photo)
            for model in models.readers:
                results.put_done(model, photo)
            results.put_codes("photo", models.image_head, [photo], code[: -(-(models.image_head.bits or 0) // 64)])
            cache.put_thumb(photo, THUMB)
            cache.put_descriptors("photo", image_key, [photo], np.zeros((1, 1280), np.float16))
            if number % 2:
                faces = results.put_faces(photo, models.detector, one, 4000, 3000)
                results.put_codes("face", models.face_head, faces, code[: -(-(models.face_head.bits or 0) // 64)])
                cache.put_descriptors("face", face_key, faces, np.zeros((1, 640), np.float16))


def _files(folder: Path) -> list[tuple[Path, os.stat_result]]:
    return [(path, path.stat()) for path in sorted(folder.rglob("*.jpg"))]


def _rescan(library: Library, photos: Path, files: int) -> None:
    outcome = library.scan([photos], Control(), lambda progress: None)
    if (outcome.looked.unchanged, outcome.read) != (files, 0):
        raise SystemExit(f"The rescan did not find everything unchanged: {outcome}")


def _walk(folder: Path) -> int:
    """A walk with stat as the standard library's own documentation writes it."""
    seen = 0
    for inside, _, names in os.walk(folder):
        for name in names:
            os.stat(os.path.join(inside, name))  # noqa: PTH116  the bare call is what is measured
            seen += 1
    return seen


def _scandir(folder: Path) -> int:
    """The least that Python can do: list every folder, stat every entry, look at nothing."""
    seen = 0
    folders = [os.fspath(folder)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    entry.stat(follow_symlinks=False)
                    seen += 1
    return seen


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    run(measure, __doc__)
