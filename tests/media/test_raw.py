"""Raw files are made here around a JPEG: no camera's file lies in this repository."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut

from photohash.media import raw
from photohash.media.decode import decode
from photohash.media.encode import to_jpeg
from photohash.media.errors import Undecodable
from photohash.media.exif import orientation, taken_at

PREVIEW = to_jpeg(np.ascontiguousarray(astronaut()[:384]), 90)
SMALL = to_jpeg(astronaut()[::4, ::4], 90)
# A lossless JPEG header (SOF3), as raw data has it: larger than the preview, and no photo.
LOSSLESS = b"\xff\xd8\xff\xc3" + struct.pack(">HBHHB", 14, 12, 4000, 6000, 2) + bytes(2000)


def tiff(order: str = "<", magic: int = 42, turn: int = 6, time: bytes = b"2020:05:06 07:08:09\0") -> bytes:
    """A TIFF header with orientation and date."""
    entries = struct.pack(order + "HHIHH", 0x112, 3, 1, turn, 0) + struct.pack(order + "HHII", 0x132, 2, len(time), 38)
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", magic, 8)
    return head + struct.pack(order + "H", 2) + entries + struct.pack(order + "I", 0) + time


def cr3() -> bytes:
    box = tiff()
    return b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom" + struct.pack(">I", 8 + len(box)) + b"CMT1" + box


@pytest.mark.parametrize(
    "head",
    [tiff(), tiff(">"), tiff(magic=0x4F52), tiff(magic=0x55), cr3()],
    ids=["CR2 and other TIFF", "NEF, big-endian", "ORF", "RW2", "CR3"],
)
def test_the_largest_preview_and_the_data_around_it(head: bytes) -> None:
    file = BytesIO(head + bytes(500) + SMALL + LOSSLESS + PREVIEW + b"\xff\xd8\xff" + SMALL + bytes(100))
    jpeg, exif = raw.preview(file)
    assert jpeg.read(len(PREVIEW)) == PREVIEW
    assert orientation(exif) == 6
    assert taken_at(exif) == 1588748889


def test_a_header_across_two_blocks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for shift in range(4):
        monkeypatch.setattr(raw, "_BLOCK", 1000 + shift)
        jpeg, _ = raw.preview(BytesIO(bytes(999) + PREVIEW))
        assert jpeg.read(len(PREVIEW)) == PREVIEW


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no JPEG preview"),
        (tiff() + LOSSLESS, "no JPEG preview"),
        (tiff() + SMALL, "tiny"),
        (b"\xff\xd8\xff" * 9000, "no JPEG"),
    ],
)
def test_no_preview_is_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(Undecodable, match=words) as caught:
        raw.preview(BytesIO(content))
    assert caught.value.reason.endswith(".")


@pytest.mark.parametrize("damage", [b"II*\0\xff\xff\xff\xff", b"MM\0*" + b"\xff" * 40, b"II"])
def test_damaged_data_around_the_preview_does_not_matter(damage: bytes) -> None:
    jpeg, exif = raw.preview(BytesIO(damage + PREVIEW))
    assert jpeg.read(3) == b"\xff\xd8\xff"
    assert orientation(exif) is None


@pytest.mark.parametrize("own", [None, 1, 6], ids=["turned by the raw file", "the preview says upright", "both say it"])
def test_it_is_turned_once(tmp_path: Path, own: int | None) -> None:
    exif = Image.Exif()
    if own:
        exif[0x112] = own
    jpeg = BytesIO()
    Image.fromarray(astronaut()[:384]).save(jpeg, "JPEG", quality=95, exif=exif)
    file = tmp_path / "a.NEF"
    file.write_bytes(tiff(turn=6) + LOSSLESS + jpeg.getvalue())
    decoded = decode(file)
    turned = own != 1
    assert (decoded.width, decoded.height) == ((384, 512) if turned else (512, 384))
    expected = np.rot90(astronaut()[:384], -1) if turned else astronaut()[:384]
    assert np.abs(decoded.pixels.astype(int) - expected).mean() < 4
    assert decoded.taken_at == 1588748889
