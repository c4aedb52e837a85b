from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageFilter
from skimage.data import astronaut

from photohash.media import decode as module
from photohash.media.decode import decode
from photohash.media.encode import THUMBNAIL_SIDE, from_jpeg
from photohash.media.errors import Undecodable
from photohash.media.signature import signature

PHOTO = np.ascontiguousarray(astronaut()[:384])  # 512 x 384
BACK = {  # what undoes each EXIF orientation, for arrays (TIFF 6.0, tag 274)
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a),
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: np.rot90(a, -1),
}


def off(a: np.ndarray, b: np.ndarray) -> float:
    assert a.shape == b.shape
    return float(np.abs(a.astype(int) - b).mean())


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "tif", "avif"])
def test_every_orientation_is_undone_once(tmp_path: Path, turn: int, kind: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turn
    exif[ExifTags.Base.DateTime] = "2020:05:06 07:08:09"
    file = tmp_path / f"a.{kind}"
    Image.fromarray(np.ascontiguousarray(BACK[turn](PHOTO))).save(file, exif=exif, quality=95)
    decoded = decode(file)
    assert (decoded.width, decoded.height) == (512, 384)
    assert off(decoded.pixels, PHOTO) < 4
    assert off(from_jpeg(decoded.thumbnail), np.asarray(Image.fromarray(PHOTO).resize((320, 240)))) < 5
    assert decoded.taken_at == 1588748889


@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "tif", "bmp", "gif", "ppm", "jp2", "tga", "avif"])
def test_formats_and_names_in_any_case(tmp_path: Path, kind: str) -> None:
    written = tmp_path / f"a.{kind}"
    Image.fromarray(PHOTO).save(written)
    decoded = decode(written.rename(tmp_path / f"a.{kind.upper()}"))
    assert off(decoded.pixels, PHOTO) < 10
    assert decoded.pixels.dtype == np.uint8
    assert decoded.pixels.flags.writeable
    assert decoded.taken_at is None


def test_the_content_counts_and_not_the_name(tmp_path: Path) -> None:
    Image.fromarray(PHOTO).save(tmp_path / "a.png")
    assert np.array_equal(decode((tmp_path / "a.png").rename(tmp_path / "a.jpg")).pixels, PHOTO)


@pytest.mark.parametrize(
    ("long_side", "expected"), [(100, (100, 75)), (511, (511, 383)), (512, (512, 384)), (4000, (512, 384))]
)
def test_the_long_side_is_kept_within_bounds(tmp_path: Path, long_side: int, expected: tuple[int, int]) -> None:
    for turned, name in ((PHOTO, "wide.jpg"), (np.ascontiguousarray(np.rot90(PHOTO)), "tall.jpg")):
        Image.fromarray(turned).save(tmp_path / name, quality=95)
        decoded = decode(tmp_path / name, long_side)
        height, width = decoded.pixels.shape[:2]
        assert (width, height) == (expected if name == "wide.jpg" else expected[::-1])
        assert (decoded.width, decoded.height) == turned.shape[1::-1]


@pytest.mark.parametrize(("least", "expected"), [(None, 100), (81, 100), (80, 80), (50, 80), (40, 40), (3, 20)])
def test_a_jpeg_is_taken_as_it_is_decoded_between_the_bounds(tmp_path: Path, least: int | None, expected: int) -> None:
    path = tmp_path / "a.jpg"
    Image.new("RGB", (160, 120), "teal").save(path)
    assert decode(path, 100, least).pixels.shape[1] == expected


def test_a_jpeg_decoded_small_looks_like_one_reduced(tmp_path: Path) -> None:
    large = Image.fromarray(PHOTO).resize((2048, 1536), Image.Resampling.BICUBIC).filter(ImageFilter.SHARPEN)
    large.save(tmp_path / "a.jpg", quality=95)
    for side in (200, 256, 300, 512, 1000):
        height = round(side * 0.75)
        reduced = np.asarray(large.resize((side, height), Image.Resampling.LANCZOS))
        assert off(decode(tmp_path / "a.jpg", side).pixels, reduced) < 3


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (5000, 2), (65, 1)])
def test_odd_shapes(tmp_path: Path, size: tuple[int, int]) -> None:
    for kind in ("png", "jpg"):
        Image.new("RGB", size, (9, 9, 9)).save(tmp_path / f"a.{kind}")
        decoded = decode(tmp_path / f"a.{kind}", 1000)
        assert (decoded.width, decoded.height) == size
        assert max(decoded.pixels.shape) <= 1000
        assert decoded.signature is None


def test_thumbnail_and_signature_are_of_the_same_picture(tmp_path: Path) -> None:
    Image.fromarray(astronaut()).save(tmp_path / "a.png")
    decoded = decode(tmp_path / "a.png")
    thumbnail = from_jpeg(decoded.thumbnail)
    assert thumbnail.shape == (THUMBNAIL_SIDE, THUMBNAIL_SIDE, 3)
    again = signature(thumbnail)
    assert again is not None
    assert decoded.signature is not None
    assert np.bitwise_count(again ^ decoded.signature).sum() <= 4


@pytest.mark.parametrize("kind", ["gif", "webp", "png", "tif"])
def test_the_first_frame_of_several(tmp_path: Path, kind: str) -> None:
    first, second = (Image.new("RGB", (40, 30), colour) for colour in ("red", "blue"))
    first.save(tmp_path / f"a.{kind}", save_all=True, append_images=[second])
    assert off(decode(tmp_path / f"a.{kind}").pixels, np.asarray(first)) < 2


def test_sixteen_bits(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    for kind in ("png", "tif"):
        Image.fromarray(ramp).save(tmp_path / f"a.{kind}")
        assert np.array_equal(decode(tmp_path / f"a.{kind}").pixels[..., 0], ramp >> 8)


def test_transparency_is_over_white(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(tmp_path / "a.png")
    assert (decode(tmp_path / "a.png").pixels == 255).all()


def damaged(path: Path) -> None:
    Image.fromarray(PHOTO).save(path, "JPEG")
    path.write_bytes(path.read_bytes()[:9000])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "no longer there"),
        (lambda path: path.mkdir(), "folder|permission"),  # Windows calls it a lack of permission
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.write_bytes(b"%PDF-1.7 and more"), "not a picture"),
        (lambda path: path.write_bytes(b"\xff\xd8\xff\xe0"), "damaged"),
        (lambda path: path.write_bytes(b"\0\0\0\x0cJXL \r\n\x87\n"), "JPEG XL"),
        (lambda path: path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"), "not a picture"),
        (damaged, "damaged"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, make: Callable[[Path], object], words: str) -> None:
    path = tmp_path / "a.jpg"
    make(path)
    with pytest.raises(Undecodable, match=words) as caught:
        decode(path)
    assert caught.value.reason.endswith(".")
    assert caught.value.reason.count(". ") == 0


def png_header(width: int, height: int) -> bytes:
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", b"")
    )


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (20_000, 13_000)], ids=["as stored", "in memory"])
def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path, width: int, height: int) -> None:
    (tmp_path / "a.png").write_bytes(png_header(width, height))
    with pytest.raises(Undecodable, match="more pixels"):
        decode(tmp_path / "a.png")


def test_a_file_too_large_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    Image.fromarray(PHOTO).save(tmp_path / "a.jpg")
    with pytest.raises(Undecodable, match="larger than"):
        decode(tmp_path / "a.jpg")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    with pytest.raises(Undecodable, match="not an ordinary file"):
        decode(tmp_path / "a.jpg")


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), MemoryError()])
def test_what_is_not_the_file_s_fault_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def failing(*_: object, **__: object) -> None:
        raise error

    Image.fromarray(PHOTO).save(tmp_path / "a.jpg")
    monkeypatch.setattr(module, "open_picture", failing)
    with pytest.raises(type(error)) as caught:
        decode(tmp_path / "a.jpg")
    assert caught.value is error


def test_threads_agree(tmp_path: Path) -> None:
    files = []
    for number in range(8):
        Image.fromarray(np.roll(PHOTO, 40 * number, axis=1)).save(tmp_path / f"{number}.jpg")
        files.append(tmp_path / f"{number}.jpg")
    alone = [decode(file, 300) for file in files]
    together: dict[int, object] = {}
    threads = [
        threading.Thread(target=lambda n=n: together.update({n: decode(files[n], 300)})) for n in range(len(files))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(alone[n].pixels, together[n].pixels) for n in range(len(files)))  # type: ignore[attr-defined]


def test_odd_metadata_prints_nothing(tmp_path: Path) -> None:
    """Pillow warns of such a file; importing the decoder is what silences it, so it takes a fresh interpreter."""
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\xff\xff\0\0\xff\xff\xff\x7f"
    Image.fromarray(PHOTO).save(tmp_path / "a.jpg", exif=exif)
    warns = "import sys; from PIL import Image; Image.open(sys.argv[1]).getexif()[274]"
    quiet = "import sys, pathlib; from photohash.media.decode import decode; decode(pathlib.Path(sys.argv[1]))"
    said = {}
    for name, code in (("pillow", warns), ("photohash", quiet)):
        said[name] = subprocess.run(
            [sys.executable, "-c", code, tmp_path / "a.jpg"], capture_output=True, check=name == "photohash"
        )
    assert b"Warning" in said["pillow"].stderr
    assert (said["photohash"].stdout, said["photohash"].stderr) == (b"", b"")


def test_pixels_in_memory_are_as_their_file(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    Image.fromarray(PHOTO).save(file)
    of_file, of_pixels = decode(file, 256), module.decoded(PHOTO, 256)
    np.testing.assert_array_equal(of_pixels.pixels, of_file.pixels)
    assert (of_pixels.width, of_pixels.height, of_pixels.taken_at) == (512, 384, None)
    assert of_pixels.thumbnail == of_file.thumbnail
