from __future__ import annotations

import calendar

import pytest
from PIL import ExifTags, Image

from photohash.media.exif import orientation, read_exif, taken_at


def exif(original: object = None, digitized: object = None, changed: object = None, turn: object = None) -> Image.Exif:
    made = Image.Exif()
    camera = made.get_ifd(ExifTags.IFD.Exif)
    for tags, tag, value in (
        (camera, ExifTags.Base.DateTimeOriginal, original),
        (camera, ExifTags.Base.DateTimeDigitized, digitized),
        (made, ExifTags.Base.DateTime, changed),
        (made, ExifTags.Base.Orientation, turn),
    ):
        if value is not None:
            tags[tag] = value
    return made


NOON = calendar.timegm((2021, 3, 4, 12, 5, 6))


@pytest.mark.parametrize(
    "text", ["2021:03:04 12:05:06", "2021-03-04T12:05:06", b"2021:03:04 12:05:06\0", "2021:03:04 12:05:06.123+02:00"]
)
def test_ways_to_write_a_time(text: object) -> None:
    assert taken_at(exif(original=text)) == NOON


def test_the_shutter_goes_before_the_scanner_and_the_editor() -> None:
    later = "2022:01:01 00:00:00"
    assert taken_at(exif("2021:03:04 12:05:06", later, later)) == NOON
    assert taken_at(exif("0000:00:00 00:00:00", "2021:03:04 12:05:06", later)) == NOON
    assert taken_at(exif("", "    :  :     :  :  ", "2021:03:04 12:05:06")) == NOON


@pytest.mark.parametrize(
    "garbage",
    [None, "", "soon", "2021:13:04 12:05:06", "2021:02:30 00:00:00", "0000:00:00 00:00:00", 7, (1, 2), b"\xff\xfe"],
)
def test_garbage_is_no_time(garbage: object) -> None:
    assert taken_at(exif(garbage, garbage, garbage)) is None


def test_photos_older_than_1970_have_a_time() -> None:
    assert taken_at(exif("1969:12:31 23:59:59")) == -1


@pytest.mark.parametrize(("value", "expected"), [(1, 1), (8, 8), (0, None), (9, None), ("6", None), (None, None)])
def test_orientation(value: object, expected: int | None) -> None:
    assert orientation(exif(turn=value)) == expected


def test_damaged_exif_is_no_exif() -> None:
    class Broken(Image.Image):
        def getexif(self) -> Image.Exif:
            raise SyntaxError("not a TIFF file")

    assert dict(read_exif(Broken())) == {}


def test_a_lost_drive_is_not_damaged_exif() -> None:
    class Unplugged(Image.Image):
        def getexif(self) -> Image.Exif:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        read_exif(Unplugged())
