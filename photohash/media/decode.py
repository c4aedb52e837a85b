"""A file to upright RGB of the size the networks want, in one decode."""

from __future__ import annotations

import stat
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photohash.media import encode, raw
from photohash.media.colour import resizable, to_rgb
from photohash.media.errors import TOO_LARGE, Undecodable, undecodable
from photohash.media.exif import orientation, read_exif, taken_at
from photohash.media.formats import FORMATS, open_picture
from photohash.media.signature import signature
from photohash.media.walk import RAW
from photohash.types import Decoded

LONG_SIDE = 1024  # pixels: the default of `decode`
MAX_BYTES = 2 << 30
MAX_HELD = 256_000_000  # of what must be in memory at once, four bytes each; JPEG is reduced while it is decoded
LARGE = 64_000_000  # pictures above are decoded one at a time, so that threads do not add up their memory

_one_large = threading.Lock()

_TURN = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def decode(path: Path, long_side: int = LONG_SIDE, least: int | None = None) -> Decoded:
    """Decode the picture at `path`, upright, as sRGB over white, with at most `long_side` pixels on its long side.

    A JPEG can be decoded at a half, a quarter or an eighth of its size. Such a size from `least` to `long_side` is
    kept as it comes, since resizing costs as much as decoding; `least` is `long_side` unless given. Smaller pictures
    keep their size; of an animation it is the first frame, of a raw file the largest preview.
    Raises `Undecodable` with one sentence for its owner; MemoryError and OSErrors of a lost drive pass.
    """
    suffix = path.suffix.lower().removeprefix(".")
    with undecodable(), _opened(path) as file:
        if suffix.encode() in RAW:
            jpeg, around = raw.preview(file)
            return _decode(open_picture(jpeg, ("JPEG",)), around, long_side, least or long_side)
        formats = (*FORMATS, "TGA") if suffix == "tga" else FORMATS
        return _decode(open_picture(file, formats), Image.Exif(), long_side, least or long_side)


def decoded(pixels: NDArray[np.uint8], long_side: int = LONG_SIDE) -> Decoded:
    """The same of a picture that is in memory already: upright RGB pixels, uint8 (height, width, 3)."""
    height, width = pixels.shape[:2]
    return _finished(np.array(encode.shrunk(Image.fromarray(pixels), long_side)), width, height, None)


def _opened(path: Path) -> BinaryIO:
    status = path.stat()  # before opening: a named pipe would wait for its writer for ever
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError
    if not stat.S_ISREG(status.st_mode):
        raise Undecodable("This is not an ordinary file.")
    if status.st_size == 0:
        raise Undecodable("The file is empty; restore it from a backup if you have one.")
    if status.st_size > MAX_BYTES:
        raise Undecodable("The file is larger than 2 GB; save a smaller version of the picture.")
    return path.open("rb")


def _decode(opened: Image.Image, around: Image.Exif, long_side: int, least: int) -> Decoded:
    """`around` is the EXIF data of a raw file about its preview; the preview's own goes first."""
    with opened:
        width, height = opened.size
        longest = max(width, height)
        opened.draft(None, (max(1, width * least // longest), max(1, height * least // longest)))
        held = opened.width * opened.height
        if held > MAX_HELD:
            raise Undecodable(TOO_LARGE)
        with _one_large if held > LARGE else nullcontext():
            opened.load()
            small = encode.shrunk(resizable(opened), long_side)
        exif = read_exif(opened)
        # libheif has turned the picture already; the tag it leaves is not an order to do it again.
        turn = 1 if opened.format == "HEIF" else orientation(exif) or orientation(around) or 1
        rgb = to_rgb(small, opened.info.get("icc_profile"))
    if turn in _TURN:
        rgb = rgb.transpose(_TURN[turn])
    if turn >= 5:
        width, height = height, width
    taken = taken_at(exif)
    return _finished(np.array(rgb), width, height, taken_at(around) if taken is None else taken)


def _finished(pixels: NDArray[np.uint8], width: int, height: int, taken: int | None) -> Decoded:
    thumbnail = encode.thumbnail(pixels)
    return Decoded(pixels, width, height, encode.to_jpeg(thumbnail), signature(thumbnail), taken)
