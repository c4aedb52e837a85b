"""Readers on photos that anyone may use."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.data import astronaut, cat

from photohash.learn.readers import DescribedFaces, DescribedPictures, Faces, Pictures, reader
from photohash.nets.efficientnet import ImageBackbone, fit


def test_a_face_is_a_chip_and_a_cat_has_none() -> None:
    read = Faces("cpu", 32)
    chip = read.read(astronaut())
    assert chip is not None
    assert chip.shape == read.shape == (32, 32, 3)
    assert chip.dtype == np.uint8
    assert read.read(cat()) is None
    assert "No face" in read.nothing


def test_the_largest_face_is_taken() -> None:
    photo = astronaut()
    small = np.zeros((512, 800, 3), np.uint8)
    small[:256, :256], small[:, 288:] = photo[::2, ::2], photo
    read = Faces("cpu")
    alone, beside = read.read(photo), read.read(small)
    assert alone is not None
    assert beside is not None
    assert np.abs(alone.astype(float) - beside).mean() < 8


def test_described_faces_are_embeddings() -> None:
    read = DescribedFaces("cpu")
    row = read.read(astronaut())
    assert row is not None
    assert row.shape == read.shape == (128,)
    assert row.dtype == np.float32
    again = read.read(astronaut()[:, ::-1].copy())
    assert again is not None
    assert np.linalg.norm(row.astype(float) - again.astype(float)) < 0.3


def test_pictures_are_squashed() -> None:
    small = Pictures(32).read(cat())
    assert small is not None
    assert small.shape == (32, 32, 3)
    assert np.abs(small.astype(float).mean((0, 1)) - cat().mean((0, 1))).max() < 2


def test_described_pictures_have_unit_length() -> None:
    row = DescribedPictures("cpu").read(cat())
    assert row is not None
    plain = ImageBackbone("cpu").describe(fit(cat())[None])[0].astype(np.float32)
    assert np.allclose(row, plain / np.linalg.norm(plain), atol=1e-4)


@pytest.mark.parametrize(
    ("kind", "network", "shape"),
    [
        ("faces", "head", (128,)),
        ("images", "head", (1280,)),
        ("faces", "backbone", (150, 150, 3)),
        ("images", "backbone", (224, 224, 3)),
        ("faces", "paper", (32, 32, 3)),
        ("images", "small", (32, 32, 3)),
    ],
)
def test_what_each_network_reads(kind: str, network: str, shape: tuple[int, ...]) -> None:
    assert reader(kind, network, "cpu").shape == shape
