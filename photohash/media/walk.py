"""Picture files below a folder, in the same order each time, with size and time."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from photohash.types import Failure

SEPARATOR = os.fsencode(os.sep)

# Raw files: shown by the preview their camera put inside (media/raw.py).
RAW = frozenset(
    b"3fr ari arw cap cr2 cr3 crw dcr dng erf fff gpr iiq k25 kdc mef mos mrw nef nrw orf pef raf raw rw2 rwl sr2 srf "
    b"srw x3f".split()
)
# JPEG XL is in the list so that it becomes a problem the user reads of, not a photo that is silently missing.
PICTURES = RAW | frozenset(
    b"jpg jpeg jpe jfif jif jps mpo png apng gif webp bmp dib tif tiff heic heics heif heifs hif avif avifs jp2 j2k "
    b"jpf jpx jpc j2c ppm pgm pbm pnm pfm tga psd qoi pcx sgi jxl".split()
)

COMMON = frozenset((b".jpg", b".JPG"))  # told at a glance

# Folders that systems and storage boxes keep for themselves; compared without case.
SKIPPED_NAMES = frozenset(
    (
        b"$recycle.bin", b"recycler", b"recycled", b"system volume information", b"lost+found",
        b"@eadir", b"#recycle", b"#snapshot", b"@recycle", b"@recently-snapshot", b"@tmp",
        b"captureone", b"node_modules", b"__pycache__",
    )
)  # fmt: skip
SKIPPED_SUFFIXES = (b".lrdata", b".app", b".cocatalog", b".cosessiondb", b".fcpbundle", b".imovielibrary")
# Libraries of other applications hold photos the user may miss, so they are named as a problem.
LIBRARY = "This is another application's library; export its photos to a folder and scan that."
IN_CLOUD = "The file lies only in the cloud; make it available offline and scan again."
LIBRARY_SUFFIXES = (b".photoslibrary", b".photolibrary", b".migratedphotolibrary", b".aplibrary")

_HIDDEN = getattr(stat, "FILE_ATTRIBUTE_HIDDEN", 2) | getattr(stat, "FILE_ATTRIBUTE_SYSTEM", 4)
# Windows: FILE_ATTRIBUTE_OFFLINE, RECALL_ON_OPEN, RECALL_ON_DATA_ACCESS. Reading such a file would download it.
_CLOUD_ATTRIBUTES = 0x1000 | 0x40000 | 0x400000
_CLOUD_FLAGS = 0x40000000  # macOS: SF_DATALESS
_CLOUDS = sys.platform in ("win32", "darwin")  # elsewhere a file is either here or not
_JUNCTION = 0xA0000003  # Windows: IO_REPARSE_TAG_MOUNT_POINT


def walk(
    root: Path, on_problem: Callable[[Failure], None], on_other: Callable[[bytes], None] = lambda path: None
) -> Iterator[tuple[bytes, int, int]]:
    """Every picture file below `root` as its path in it, size in bytes and time of change in ns.

    Folders come by name, the files of each as the file system lists them. Paths are bytes, so that every name the file
    system allows survives. Links are not followed; hidden, system and application folders are not entered. A folder
    that cannot be read, another application's library and a file that lies only in the cloud go to `on_problem`; the
    relative path of every file that is no picture goes to `on_other`.
    """
    start = os.fsencode(root)
    prefix = len(start) + (not start.endswith(SEPARATOR))
    folders = [start]
    while folders:
        folder = folders.pop()
        inside = []
        here = folder[prefix:] + SEPARATOR if len(folder) > prefix else b""
        for entry in _entries(folder, on_problem):  # as little as can be for each: a rescan is this loop
            try:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name.lower().endswith(LIBRARY_SUFFIXES):
                        _report(on_problem, entry.path, LIBRARY)
                    elif _entered(entry):
                        inside.append(entry.path)
                    continue
                name = entry.name
                known = (name[-4:] in COMMON and name[:1] != b".") or _is_picture(name)
                if not known or not entry.is_file(follow_symlinks=False):
                    on_other(here + name)
                    continue
                status = entry.stat(follow_symlinks=False)
                if _CLOUDS and _in_cloud(status):
                    _report(on_problem, entry.path, IN_CLOUD)
                else:
                    yield here + name, status.st_size, status.st_mtime_ns
            except OSError as error:
                _report(on_problem, entry.path, _unreadable(error))
        folders += sorted(inside, reverse=True)


def _entries(folder: bytes, on_problem: Callable[[Failure], None]) -> list[os.DirEntry[bytes]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError as error:
        _report(on_problem, folder, _unreadable(error))
        return []


def _report(on_problem: Callable[[Failure], None], path: bytes, reason: str) -> None:
    on_problem(Failure(Path(os.fsdecode(path)), "walk", reason))


def _is_picture(name: bytes) -> bool:
    stem, _, extension = name.rpartition(b".")
    return extension.lower() in PICTURES and stem[:1] not in (b"", b".")


def _entered(entry: os.DirEntry[bytes]) -> bool:
    name = entry.name.lower()
    if name[:1] == b"." or name in SKIPPED_NAMES or name.endswith(SKIPPED_SUFFIXES):
        return False
    if os.name != "nt":
        return True
    status = entry.stat(follow_symlinks=False)  # free of charge on Windows: it comes with the listing
    hidden = getattr(status, "st_file_attributes", 0) & _HIDDEN
    return not hidden and getattr(status, "st_reparse_tag", 0) != _JUNCTION


def _in_cloud(status: os.stat_result) -> bool:
    return bool(
        getattr(status, "st_file_attributes", 0) & _CLOUD_ATTRIBUTES or getattr(status, "st_flags", 0) & _CLOUD_FLAGS
    )


def _unreadable(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "This may not be read; give yourself permission to read it and scan again."
    return f"This cannot be read ({error.strerror or error}); check the drive and scan again."
