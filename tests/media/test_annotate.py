from __future__ import annotations

import numpy as np
import pytest
from skimage.data import astronaut

from photohash.media.annotate import draw_boxes
from photohash.media.encode import from_jpeg


def test_boxes_and_labels_are_drawn_and_nothing_else() -> None:
    photo = astronaut()
    drawn = from_jpeg(draw_boxes(photo, np.array([[150, 60, 280, 200]], np.float32), ["1"]))
    changed = np.abs(drawn.astype(int) - photo).max(-1) > 60
    assert changed[60:200, 150].mean() > 0.9
    assert changed[60:200, 280].mean() > 0.5
    assert changed[200, 150:280].mean() > 0.5
    assert changed[40:58, 150:158].mean() > 0.5  # the label above
    assert changed[250:].mean() < 0.01
    assert changed[:, 300:].mean() < 0.01


def test_boxes_over_the_edge_keep_a_readable_label() -> None:
    photo = np.zeros((200, 300, 3), np.uint8)
    drawn = from_jpeg(
        draw_boxes(photo, np.array([[-50, -40, 320, 260], [295, 0, 299, 5]], np.float32), ["1 Ada", "2 Grace"])
    )
    assert drawn.shape == photo.shape
    assert (drawn[:14, :30].max(-1) > 150).mean() > 0.3
    assert (drawn[:14, -30:].max(-1) > 150).mean() > 0.3


def test_no_box_leaves_the_picture() -> None:
    drawn = from_jpeg(draw_boxes(astronaut(), np.zeros((0, 4), np.float32), []))
    assert np.abs(drawn.astype(int) - astronaut()).mean() < 3


def test_a_label_is_missing() -> None:
    with pytest.raises(ValueError, match="2 boxes but 1 labels"):
        draw_boxes(astronaut(), np.zeros((2, 4), np.float32), ["1"])
