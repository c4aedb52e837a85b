"""The largest JPEG preview inside a raw file of any camera.

Found by looking for JPEG headers, not by following each maker's structures: one short bounded search serves TIFF-like
files (CR2, NEF, ARW, DNG, ORF, RW2, PEF ...), CR3 and RAF alike, where the preview hides in a dozen different places.
A raw development library would be the only native dependency that runs on hostile files for one preview.
"""

from __future__ import annotations

import re
import struct
from io import BytesIO
from typing import BinaryIO

from PIL import Image

from photohash.media.errors import Undecodable

MAX_PREVIEW_BYTES = 128 << 20
MIN_PREVIEW_SIDE = 480  # pixels: below that no face can be found, and the owner should know
_BLOCK = 1 << 20
_MAX_STARTS = 4096  # the three bytes FF D8 FF turn up by chance once in 16 MB
_MAX_SEGMENTS = 64
_TIFF_HEAD = 1 << 20


def preview(file: BinaryIO) -> tuple[BytesIO, Image.Exif]:
    """The largest JPEG inside `file` and the EXIF data of the raw file around it.

    Raises `Undecodable` when there is none of at least `MIN_PREVIEW_SIDE` pixels on the long side.
    """
    best = max(((*size, start) for start in _starts(file) if (size := _size(file, start))), default=None)
    if best is None:
        raise Undecodable("This raw file holds no JPEG preview; export it as JPEG or TIFF with a raw converter.")
    long_side, _, start = best
    if long_side < MIN_PREVIEW_SIDE:
        raise Undecodable("This raw file holds only a tiny preview; export it as JPEG or TIFF with a raw converter.")
    file.seek(start)
    return BytesIO(file.read(MAX_PREVIEW_BYTES)), _container_exif(file)


def _starts(file: BinaryIO) -> list[int]:
    """Where the file holds the three bytes that begin a JPEG."""
    found: list[int] = []
    file.seek(0)
    at, tail = 0, b""
    while len(found) < _MAX_STARTS and (block := file.read(_BLOCK)):
        text = tail + block
        found += [at - len(tail) + match.start() for match in re.finditer(b"\xff\xd8\xff", text)]
        at, tail = at + len(block), text[-2:]
    return found


def _size(file: BinaryIO, start: int) -> tuple[int, int] | None:
    """(Long side, short side) of the JPEG at `start`; None if it is no photo: raw data is lossless JPEG or one channel.

    Follows the marker segments of ITU-T T.81 annex B up to the frame header.
    """
    at = start + 2
    for _ in range(_MAX_SEGMENTS):
        file.seek(at)
        head = file.read(10)
        if len(head) < 10 or head[0] != 0xFF:
            return None
        marker, length, bits, height, width, channels = struct.unpack(">xBHBHHB", head)
        if marker in (0xC0, 0xC1, 0xC2):  # baseline, extended, progressive
            photo = bits == 8 and channels == 3 and width and height
            return (max(width, height), min(width, height)) if photo else None
        if length < 2 or not (0xE0 <= marker <= 0xEF or marker in (0xDB, 0xC4, 0xDD, 0xFE)):
            return None
        at += 2 + length
    return None


def _container_exif(file: BinaryIO) -> Image.Exif:
    """Orientation and date that a raw file keeps outside its preview; empty where it keeps none."""
    file.seek(0)
    head = file.read(_TIFF_HEAD)
    if head[4:12] == b"ftypcrx ":  # CR3: the box CMT1 is a TIFF of its own
        box = head.find(b"CMT1")
        head = head[box + 4 :] if box >= 0 else b""
    # Olympus and Panasonic write numbers of their own where TIFF has 42.
    order = {b"II": b"II*\0", b"MM": b"MM\0*"}.get(head[:2])
    exif = Image.Exif()
    if order and len(head) >= 8:
        try:
            exif.load(b"Exif\0\0" + order + head[4:])
        except Exception:  # parsers raise anything on damaged tags, and the preview is still good
            return Image.Exif()
    return exif
