"""Which formats Pillow may open and within which bounds; everything that is set once for the whole process."""

from __future__ import annotations

import ctypes
import logging
import re
import warnings
from typing import BinaryIO

import pi_heif
from PIL import AvifImagePlugin, Image, PngImagePlugin, UnidentifiedImageError, _imaging

from photohash.media.errors import DAMAGED, TOO_LARGE, UNKNOWN, Undecodable

MAX_PIXELS = 500_000_000  # of the picture as stored

# Photo formats only. What runs another program (EPS) or needs one (WMF), and what no camera, scanner or photo program
# writes, is left out. TGA has no signature to know it by, so it is tried only under its own name.
FORMATS = (
    "JPEG", "PNG", "GIF", "WEBP", "BMP", "DIB", "TIFF", "AVIF", "HEIF", "JPEG2000", "PPM", "PSD", "QOI", "PCX", "SGI",
)  # fmt: skip

# How files of these formats begin: one that Pillow does not open is damaged or odd, not something else.
_BEGINNING = re.compile(
    rb"\xff\xd8\xff|\x89PNG|GIF8|RIFF....WEBP|BM|II\*\0|MM\0\*|"
    rb"....ftyp|\0\0\0\x0cjP  |\xff\x4f\xff\x51|8BPS|qoif|P[1-7]\s",
    re.DOTALL,
)
_JPEG_XL = re.compile(rb"\xff\x0a|\0\0\0\x0cJXL ")

# Several files are decoded at a time, one to a thread: threads inside a decoder would only add to them.
pi_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
Image.init()  # loading plugins later, from several threads, would race
Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # also of the pictures inside an icon or an animation, which only Pillow sees
PngImagePlugin.MAX_TEXT_CHUNK = 16 << 20  # bytes: printers' colour profiles pass Pillow's limit of 1 MB

# Remarks on odd metadata are nothing the user could act on, and the reason for a refusal comes with the exception.
# All three are set once, here, because redirecting them around each file would not be thread-safe.
warnings.filterwarnings("ignore", module=r"PIL\.")
logging.getLogger("PIL").setLevel(logging.CRITICAL)
try:  # libtiff prints to the C stderr unless it has no handler; 0 takes the handler away
    ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler(None)
except (AttributeError, OSError):
    # Windows: libtiff is inside Pillow's module without a name of its own. Its remarks stay; nothing depends on them.
    logging.getLogger(__name__).debug("libtiff keeps its error handler")


def open_picture(file: BinaryIO, formats: tuple[str, ...] = FORMATS) -> Image.Image:
    """Open a picture of one of the formats without decoding it.

    Raises `Undecodable` for content that is none of them or has more than `MAX_PIXELS`, and whatever the plugins raise.
    """
    try:
        picture = Image.open(file, formats=formats)
    except UnidentifiedImageError as error:
        file.seek(0)
        raise Undecodable(_why(file.read(16))) from error
    if picture.width * picture.height > MAX_PIXELS:
        raise Undecodable(TOO_LARGE)
    return picture


def _why(beginning: bytes) -> str:
    if _JPEG_XL.match(beginning):
        return "JPEG XL cannot be read yet; convert the picture to JPEG, HEIC or AVIF."
    return DAMAGED if _BEGINNING.match(beginning) else UNKNOWN
