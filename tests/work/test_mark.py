"""A face marked by hand: found in its box by a second look, or taken to lie there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from photohash.types import Faces
from photohash.work.mark import POINTS, SIDE, marked
from tests.pictures import FakeNetworks, noise

PICTURE = noise(5, 96, 64)


class Looking(FakeNetworks):
    """Sees faces at given places of what it is shown, in fractions of that."""

    def __init__(self, *places: tuple[float, float], scores: Sequence[float] = ()) -> None:
        super().__init__()
        self.places, self.scores = places, scores or [0.9] * len(places)
        self.shown: list[tuple[int, ...]] = []

    def detect(self, pictures: Sequence[NDArray[np.uint8]]) -> list[Faces]:
        (picture,) = pictures
        self.shown.append(picture.shape)
        size = np.array(picture.shape[1::-1], np.float32)
        middles = np.array(self.places, np.float32).reshape(-1, 2) * size
        boxes = np.concatenate([middles - 6, middles + 6], axis=1)
        points = np.repeat(middles[:, None], 5, axis=1)
        return [Faces(boxes, points, np.array(self.scores, np.float32))]


def test_the_face_in_the_box_is_seen_enlarged() -> None:
    networks = Looking((0.5, 0.5))
    face = marked(networks, PICTURE, np.array([40, 20, 60, 40], np.float32))
    (shown,) = networks.shown
    times = SIDE // 20
    assert shown == (40 * times, 40 * times, 3)  # the box and half of it on each side
    np.testing.assert_allclose(face.points, np.full((1, 5, 2), (50, 30)), atol=0.01)
    np.testing.assert_allclose(
        face.boxes, [[50 - 6 / times, 30 - 6 / times, 50 + 6 / times, 30 + 6 / times]], atol=0.01
    )
    assert face.scores == pytest.approx([0.9])


def test_the_surest_whose_middle_is_in_the_box_counts() -> None:
    networks = Looking((0.45, 0.5), (0.55, 0.5), (0.05, 0.5), scores=[0.8, 0.9, 0.99])
    face = marked(networks, PICTURE, np.array([40, 20, 60, 40], np.float32))
    assert face.points[0, 0, 0] == pytest.approx(30 + 0.55 * 40, abs=0.01)


def test_where_no_face_is_seen_it_lies_as_most_do() -> None:
    face = marked(Looking(), PICTURE, np.array([10, 10, 30, 50], np.float32))
    np.testing.assert_allclose(face.points[0], [(10 + 20 * x, 10 + 40 * y) for x, y in POINTS.tolist()], rtol=1e-5)
    assert face.boxes.tolist() == [[10, 10, 30, 50]]
    assert face.scores.tolist() == [0]


def test_a_box_at_the_edge_is_cut_and_one_outside_is_refused() -> None:
    face = marked(Looking(), PICTURE, np.array([-10, -10, 20, 20], np.float32))
    assert face.boxes.tolist() == [[0, 0, 20, 20]]
    with pytest.raises(ValueError, match="no pixel"):
        marked(Looking(), PICTURE, np.array([200, 10, 220, 30], np.float32))
