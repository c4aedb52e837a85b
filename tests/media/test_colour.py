from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms
from skimage.data import astronaut

from photohash.media.colour import resizable, to_rgb


def rgb_of(picture: Image.Image, profile: bytes | None = None) -> np.ndarray:
    return np.asarray(to_rgb(resizable(picture), profile)).astype(int)


RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)


def test_grey_of_every_depth_is_the_same_ramp() -> None:
    wide = RAMP.astype(np.uint16) * 257
    expected = np.repeat(RAMP[..., None], 3, axis=2)
    for picture in (
        Image.fromarray(RAMP),
        Image.fromarray(wide),
        Image.fromarray(wide.astype(">u2")),
        Image.fromarray(wide.astype(np.int32)),
        Image.fromarray((RAMP / 255).astype(np.float32)),
    ):
        assert np.abs(rgb_of(picture) - expected).max() <= 1, picture.mode


def test_twelve_bits_in_a_tiff_that_says_so() -> None:
    picture = Image.fromarray(RAMP.astype(np.uint16) * 16)
    picture.tag_v2 = {258: (12,)}  # type: ignore[attr-defined]
    assert np.array_equal(rgb_of(picture)[..., 0], RAMP)


def test_values_without_an_agreed_white_are_stretched() -> None:
    picture = Image.fromarray(np.array([[-2.0, 0.0], [np.nan, 6.0]], np.float32))
    assert rgb_of(picture)[..., 0].tolist() == [[0, 64], [64, 255]]


def test_one_bit() -> None:
    assert rgb_of(Image.fromarray(RAMP > 127))[..., 0].tolist() == np.where(RAMP > 127, 255, 0).tolist()


def test_transparency_is_over_white() -> None:
    rgba = np.zeros((2, 2, 4), np.uint8)
    rgba[0, 0] = (255, 0, 0, 255)
    rgba[0, 1] = (0, 0, 0, 128)
    expected = [[[255, 0, 0], [127, 127, 127]], [[255, 255, 255], [255, 255, 255]]]
    assert rgb_of(Image.fromarray(rgba)).tolist() == expected
    grey = Image.fromarray(rgba).convert("LA")
    assert rgb_of(grey)[1, 1].tolist() == [255, 255, 255]


def test_a_palette_with_a_transparent_colour() -> None:
    picture = Image.new("P", (2, 1))
    picture.putpalette([10, 20, 30, 200, 100, 50])
    picture.putpixel((1, 0), 1)
    assert rgb_of(picture).tolist() == [[[10, 20, 30], [200, 100, 50]]]
    picture.info["transparency"] = 0
    assert rgb_of(picture).tolist() == [[[255, 255, 255], [200, 100, 50]]]


def test_rgb_with_one_transparent_colour() -> None:
    picture = Image.fromarray(np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8))
    picture.info["transparency"] = (1, 2, 3)
    assert rgb_of(picture).tolist() == [[[255, 255, 255], [4, 5, 6]]]


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "HSV"])
def test_other_models_come_back(mode: str) -> None:
    picture = Image.fromarray(astronaut()).resize((64, 64))
    assert np.abs(rgb_of(picture.convert(mode)) - np.asarray(picture)).mean() < 3


def test_lab() -> None:
    lab, srgb = (ImageCms.ImageCmsProfile(ImageCms.createProfile(name)) for name in ("LAB", "sRGB"))
    picture = Image.fromarray(astronaut()).resize((64, 64))
    stored = ImageCms.applyTransform(picture, ImageCms.buildTransform(srgb, lab, "RGB", "LAB"))
    assert stored is not None
    assert np.abs(rgb_of(stored) - np.asarray(picture)).mean() < 3


def test_a_profile_that_differs_is_applied() -> None:
    """A profile made of sRGB with red and blue swapped: read through it, the channels are swapped back."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = (
        srgb.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ").replace(b"sRGB", b"mine")
    )
    swapped = swapped.replace("sRGB".encode("utf-16-be"), "mine".encode("utf-16-be"))
    picture = Image.fromarray(np.array([[[255, 0, 0], [0, 0, 255], [90, 90, 90]]], np.uint8))
    assert np.abs(rgb_of(picture, swapped) - [[[0, 0, 255], [255, 0, 0], [90, 90, 90]]]).max() <= 3
    assert np.array_equal(rgb_of(picture, srgb), np.asarray(picture))


def test_a_damaged_profile_is_no_profile() -> None:
    picture = Image.fromarray(astronaut()).resize((8, 8))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (b"", b"garbage", b"\0" * 200, srgb[:150]):
        assert np.array_equal(rgb_of(picture, profile), np.asarray(picture))
    assert rgb_of(picture.convert("CMYK"), srgb).shape == (8, 8, 3)  # three channels for four


def test_jpeg_cmyk_from_a_file() -> None:
    out = BytesIO()
    Image.fromarray(astronaut()).convert("CMYK").save(out, "JPEG", quality=95)
    with Image.open(out) as picture:
        assert np.abs(rgb_of(picture) - astronaut()).mean() < 6
