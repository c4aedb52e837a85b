"""When a picture was taken and which way up it is, out of EXIF that may hold anything."""

from __future__ import annotations

import calendar
import re
from datetime import datetime

from PIL import ExifTags, Image

from photohash.media.errors import drive_fault

_TIME = re.compile(r"(\d{4})\D(\d\d)\D(\d\d)\D(\d\d)\D(\d\d)\D(\d\d)")


def read_exif(picture: Image.Image) -> Image.Exif:
    """The EXIF data of an opened picture; empty when there is none or it is too damaged to parse."""
    try:
        return picture.getexif()
    except Exception as error:  # parsers raise anything on damaged tags, and the picture is still good
        if drive_fault(error):
            raise
        return Image.Exif()


def taken_at(exif: Image.Exif) -> int | None:
    """Seconds since 1970 by the camera's own clock: DateTimeOriginal, else DateTimeDigitized, else DateTime.

    None when none of them is a date: cameras without a set clock write zeros or spaces.
    """
    try:
        camera = exif.get_ifd(ExifTags.IFD.Exif)
    except Exception:  # as above; by now the data is in memory
        camera = {}
    values = (
        camera.get(ExifTags.Base.DateTimeOriginal),
        camera.get(ExifTags.Base.DateTimeDigitized),
        exif.get(ExifTags.Base.DateTime),
    )
    return next((time for value in values if (time := _seconds(value)) is not None), None)


def orientation(exif: Image.Exif) -> int | None:
    """The EXIF orientation, 1 to 8, or None when it is missing or nonsense."""
    value = exif.get(ExifTags.Base.Orientation)
    return value if isinstance(value, int) and 1 <= value <= 8 else None


def _seconds(value: object) -> int | None:
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else value
    found = _TIME.match(text.strip()) if isinstance(text, str) else None
    if not found:
        return None
    try:
        year, month, day, hour, minute, second = map(int, found.groups())
        return calendar.timegm(datetime(year, month, day, hour, minute, second).timetuple())
    except ValueError:  # a thirteenth month
        return None
