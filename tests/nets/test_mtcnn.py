from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from facenet_pytorch import MTCNN
from matplotlib import cbook
from numpy.typing import NDArray
from PIL import Image
from skimage.data import astronaut

from photohash.nets import device, kernels, mtcnn
from photohash.nets.mtcnn import Mtcnn
from photohash.types import Faces

Picture = NDArray[np.uint8]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Several torch threads wait for one another by spinning when other processes run."""
    before = torch.get_num_threads()
    device.set_threads(1)
    yield
    device.set_threads(before)


@pytest.fixture(scope="module")
def detector() -> Mtcnn:
    return Mtcnn("cpu")


@pytest.fixture(scope="module")
def peer() -> MTCNN:
    return MTCNN(keep_all=True)


@pytest.fixture(scope="module")
def portrait() -> Picture:
    with Image.open(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)) as image:
        return np.asarray(image.convert("RGB"))


def by_peer(peer: MTCNN, picture: Picture) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    boxes, _, points = peer.detect(Image.fromarray(picture), landmarks=True)
    if boxes is None:
        return np.zeros((0, 4), np.float32), np.zeros((0, 5, 2), np.float32)
    return boxes.astype(np.float32), points.astype(np.float32)


def overlap(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection by union of all pairs."""
    size = np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])
    both = size.clip(min=0).prod(2)
    area_a, area_b = ((boxes[:, 2:] - boxes[:, :2]).prod(1) for boxes in (a, b))
    return np.asarray(both / (area_a[:, None] + area_b[None, :] - both), np.float32)


def agreeing(peer: MTCNN, picture: Picture, faces: Faces) -> tuple[int, int, int]:
    """How many faces the peer finds, how many of them are ours too, how many are ours alone."""
    boxes, points = by_peer(peer, picture)
    if not len(boxes) or not len(faces):
        return len(boxes), 0, len(faces)
    overlaps = overlap(boxes, faces.boxes)
    match = overlaps.argmax(1)
    side = np.sqrt((boxes[:, 2:] - boxes[:, :2]).prod(1))
    apart = np.abs(points - faces.points[match]).max((1, 2)) / side
    same = (overlaps.max(1) >= 0.9) & (apart <= 0.03)
    return len(boxes), int(same.sum()), len(faces) - len(set(match[same]))


@pytest.mark.parametrize("min_face", [20, 40])
def test_packaged_photos_give_the_peers_faces(
    detector: Mtcnn, peer: MTCNN, portrait: Picture, min_face: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer, "min_face_size", min_face)
    pair = np.concatenate([astronaut(), astronaut()[:, ::-1]], 1)
    pictures = [astronaut(), portrait, pair, portrait[100:400, 50:450]]
    for picture, faces in zip(pictures, detector.detect(pictures, min_face), strict=True):
        found, same, extra = agreeing(peer, picture, faces)
        assert found == same > 0
        assert not extra


def test_pictures_together_are_as_one_by_one(detector: Mtcnn, portrait: Picture) -> None:
    pictures = [astronaut(), portrait, astronaut()[:, ::-1].copy(), portrait[::2, ::2], astronaut()]
    for faces, alone in zip(detector.detect(pictures), (detector.detect([p])[0] for p in pictures), strict=True):
        assert np.allclose(faces.boxes, alone.boxes, atol=1e-2)
        assert np.allclose(faces.points, alone.points, atol=1e-2)
        assert np.allclose(faces.scores, alone.scores, atol=1e-4)


def test_torch_operations_find_the_same_as_the_compiled_loops(
    detector: Mtcnn, portrait: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What runs on a GPU, run here on the CPU."""
    pictures = [portrait, portrait[:, ::-1], portrait[100:400, 50:380], np.zeros((60, 90, 3), np.uint8)]
    compiled = detector.detect(pictures)
    monkeypatch.setattr(kernels, "suit", lambda device: False)
    by_torch = detector.detect(pictures)
    assert sum(map(len, compiled)) >= 3
    for one, other in zip(compiled, by_torch, strict=True):
        assert len(one) == len(other)
        np.testing.assert_allclose(one.boxes, other.boxes, atol=0.05)
        np.testing.assert_allclose(one.points, other.points, atol=0.05)
        np.testing.assert_allclose(one.scores, other.scores, atol=1e-4)


def test_threads_change_nothing(detector: Mtcnn, portrait: Picture) -> None:
    pictures = [astronaut(), portrait, np.zeros((30, 30, 3), np.uint8), astronaut()]
    for faces, alone in zip(Mtcnn("cpu", threads=3).detect(pictures), detector.detect(pictures), strict=True):
        assert np.allclose(faces.boxes, alone.boxes, atol=1e-2)
        assert np.allclose(faces.points, alone.points, atol=1e-2)
        assert np.allclose(faces.scores, alone.scores, atol=1e-4)


def test_small_portions_and_strips_change_nothing(
    detector: Mtcnn, portrait: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = [astronaut(), portrait, astronaut()[::-1].copy()]
    whole = detector.detect(pictures)
    monkeypatch.setattr(mtcnn, "_PIXELS", 1)
    monkeypatch.setattr(mtcnn, "_PIECE", 5000)
    for faces, before in zip(detector.detect(pictures), whole, strict=True):
        assert np.allclose(faces.boxes, before.boxes, atol=1e-2)


@pytest.mark.parametrize("shape", [(1, 1), (15, 15), (19, 400), (1, 3000), (3000, 2), (12, 12), (21, 21)])
def test_tiny_and_extreme_pictures_have_no_faces(detector: Mtcnn, shape: tuple[int, int]) -> None:
    grey = np.full((*shape, 3), 127, np.uint8)
    faces, seen = detector.detect([grey, astronaut()])
    assert len(faces) == 0
    assert faces.boxes.shape == (0, 4)
    assert faces.points.shape == (0, 5, 2)
    assert faces.boxes.dtype == faces.points.dtype == faces.scores.dtype == np.float32
    assert len(seen) == 1


def test_no_pictures_are_no_faces(detector: Mtcnn) -> None:
    assert detector.detect([]) == []


def test_least_face_is_that_of_each_picture(detector: Mtcnn) -> None:
    side = np.diff(detector.detect([astronaut()])[0].boxes[0].reshape(2, 2), axis=0).max()
    small, large = detector.detect([astronaut(), astronaut()], [20, 4 * side])
    assert len(small) == 1
    assert len(large) == 0


def test_grey_and_read_only_pictures_are_fine(detector: Mtcnn) -> None:
    grey = np.broadcast_to(astronaut().mean(2, keepdims=True).astype(np.uint8), astronaut().shape)
    assert not grey.flags.writeable
    assert len(detector.detect([grey])[0]) == 1


def test_largest_face_comes_first(detector: Mtcnn) -> None:
    picture = np.zeros((512, 800, 3), np.uint8)
    picture[:, 288:] = astronaut()
    picture[:256, :256] = astronaut()[::2, ::2]
    faces = detector.detect([picture])[0]
    assert len(faces) == 2
    areas = (faces.boxes[:, 2:] - faces.boxes[:, :2]).prod(1)
    assert areas[0] > 3 * areas[1]


@pytest.mark.data
@pytest.mark.slow
def test_photos_give_the_peers_faces(detector: Mtcnn, peer: MTCNN, data: Path) -> None:
    files = sorted((data / "photos").rglob("*.jpg"))[::8] + sorted((data / "lfw").rglob("*.jpg"))[::150]
    pictures = []
    for file in files:
        with Image.open(file) as image:
            image.draft("RGB", (800, 800))
            image.thumbnail((800, 800))
            pictures.append(np.asarray(image.convert("RGB")))
    agreed = [agreeing(peer, p, faces) for p, faces in zip(pictures, detector.detect(pictures), strict=True)]
    found, same, extra = np.sum(agreed, 0)
    assert found > 80
    assert same >= 0.99 * found
    assert extra <= 0.01 * found
