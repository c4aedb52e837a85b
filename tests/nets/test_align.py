from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from photohash.nets.align import SIDE, TEMPLATE, chips, similarity

Floats = NDArray[np.float64]


def umeyama(source: Floats, target: Floats) -> tuple[Floats, Floats]:
    """Equations 34 to 43 of Umeyama 1991: the matrix c R and the shift t."""
    mean_source, mean_target = source.mean(0), target.mean(0)
    covariance = (target - mean_target).T @ (source - mean_source) / len(source)
    u, d, vt = np.linalg.svd(covariance)
    s = np.diag([1.0, 1.0 if np.linalg.det(covariance) >= 0 else -1.0])
    variance = ((source - mean_source) ** 2).sum() / len(source)
    scaled = np.trace(np.diag(d) @ s) / variance * (u @ s @ vt)
    return scaled, mean_target - scaled @ mean_source


def moved(points: Floats, scale: float, degrees: float, shift: tuple[float, float]) -> Floats:
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return scale * points @ turn.T + shift


def place(transform: NDArray[np.complex128], points: Floats) -> Floats:
    z = transform[0] * (points[:, 0] + 1j * points[:, 1]) + transform[1]
    return np.stack([z.real, z.imag], 1)


def dots(points: Floats, size: tuple[int, int], radius: float) -> NDArray[np.uint8]:
    """A black picture with one soft white dot at each point."""
    y, x = np.mgrid[: size[0], : size[1]]
    light = sum(np.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * radius**2)) for px, py in points)
    return np.repeat(np.uint8(np.clip(255 * light, 0, 255))[:, :, None], 3, 2)


def brightest_near(grey: Floats, points: Floats, reach: int) -> Floats:
    """The centre of gravity of the light around each point."""
    found = []
    for px, py in np.rint(points).astype(int):
        y, x = np.mgrid[py - reach : py + reach + 1, px - reach : px + reach + 1]
        light = grey[y, x]
        found.append([(x * light).sum() / light.sum(), (y * light).sum() / light.sum()])
    return np.array(found)


@pytest.mark.parametrize("mirrored", [False, True])
def test_similarity_is_umeyamas(mirrored: bool) -> None:
    rng = np.random.default_rng(0)
    faces = moved(TEMPLATE, 2.3, 30, (400, 300)) + rng.normal(0, 9, (20, 5, 2))
    if mirrored:
        faces[..., 0] *= -1
    for face, transform in zip(faces, similarity(faces, TEMPLATE), strict=True):
        matrix, shift = umeyama(face, TEMPLATE)
        assert np.allclose(place(transform, face), face @ matrix.T + shift)


def test_points_that_coincide_are_only_shifted() -> None:
    transform = similarity(np.full((1, 5, 2), 7.0), TEMPLATE)[0]
    assert np.allclose(place(transform, np.full((5, 2), 7.0)), TEMPLATE.mean(0))


@pytest.mark.parametrize("side", [SIDE, 224])
@pytest.mark.parametrize(("scale", "degrees"), [(0.5, 0), (1, -25), (2.2, 40), (4.6, 170)])
def test_points_land_on_the_template(side: int, scale: float, degrees: float) -> None:
    size = int(220 * scale) + 40
    points = moved(TEMPLATE - 75, scale, degrees, (size / 2, size / 2))
    chip = chips([dots(points, (size, size), 2.5 * scale)], [points[None].astype(np.float32)], side)
    assert chip.shape == (1, side, side, 3)
    expected = (TEMPLATE + 0.5) * side / SIDE - 0.5
    found = brightest_near(chip[0, :, :, 0].astype(float), expected, 10)
    assert np.abs(found - expected).max() < 0.2


def test_large_face_does_not_alias() -> None:
    """A checkerboard finer than the chip's pixels is grey; bilinear samples alone would show black and white."""
    y, x = np.mgrid[:1200, :1200]
    board = np.repeat(np.uint8(255 * ((x + y) % 2))[:, :, None], 3, 2)
    points = moved(TEMPLATE - 75, 7, 10, (600, 600))
    chip = chips([board], [points[None].astype(np.float32)])
    assert np.abs(chip.astype(int) - 127.5).max() <= 8


def test_chips_of_all_pictures_come_in_order() -> None:
    pictures = [np.full((60, 80, 3), shade, np.uint8) for shade in (10, 20, 30)]
    five = np.float32(TEMPLATE / 3)
    chip = chips(pictures, [np.stack([five] * 2), np.empty((0, 5, 2), np.float32), np.stack([five] * 3)])
    assert [int(c[75, 75, 0]) for c in chip] == [10, 10, 30, 30, 30]


def test_no_faces_are_no_chips() -> None:
    assert chips([], []).shape == (0, SIDE, SIDE, 3)


def test_face_at_the_edge_of_a_tiny_picture_repeats_the_edge() -> None:
    chip = chips([np.full((1, 1, 3), 200, np.uint8)], [np.float32(TEMPLATE)[None]])
    assert (chip == 200).all()
