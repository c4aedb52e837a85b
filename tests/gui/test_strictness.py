"""The slider over confidence and the faces beside its cut."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from photohash.gui.strictness import BESIDE, STEPS, SUREST, Borderline, Strictness, percent
from photohash.gui.thumbs import Thumbs
from photohash.work.search import Candidates


def candidates(confidences: list[float]) -> Candidates:
    sure = np.sort(np.array(confidences, np.float32))[::-1]
    ids = np.arange(1, len(sure) + 1)
    distances = (-np.log(sure)).astype(np.float32)
    bands = {"same": 0.1, "maybe": 3.0}
    least = {name: math.exp(-end) for name, end in bands.items()}
    return Candidates(ids, 100 + ids, distances, sure, 0 * ids, bands, least)


def test_the_slider_is_even_in_log_odds_from_the_last_band_on(qtbot: QtBot) -> None:
    strictness = Strictness()
    qtbot.addWidget(strictness)
    strictness.set_least(0.25)
    seen = []
    for step in (0, STEPS // 2, STEPS):
        strictness.slider.setValue(step)
        seen.append(strictness.confidence)
    assert seen[0] == pytest.approx(0.25, rel=2e-3)
    assert seen[0] < 0.25  # so that the end of the band is in
    assert seen[2] == pytest.approx(SUREST)
    odds = [math.log(share / (1 - share)) for share in seen]
    assert odds[1] == pytest.approx((odds[0] + odds[2]) / 2)


def test_moving_tells_once_for_each_step(qtbot: QtBot) -> None:
    strictness = Strictness()
    qtbot.addWidget(strictness)
    with qtbot.waitSignal(strictness.moved, timeout=1000):
        strictness.slider.setValue(9)
    strictness.set_least(0.5)
    assert strictness.slider.value() == 9
    assert strictness.slider.accessibleDescription() == f"at least {percent(strictness.confidence)} sure"


@pytest.mark.parametrize(
    ("share", "said"), [(1.0, "99.9 %"), (0.9999, "99.9 %"), (0.996, "99.6 %"), (0.9899, "98 %"), (0.0, "0 %")]
)
def test_nothing_is_rounded_up(share: float, said: str) -> None:
    assert percent(share) == said


def test_the_borderline_shows_the_faces_on_both_sides(qtbot: QtBot, thumbs: Thumbs) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    line = Borderline(thumbs, parent)
    found = candidates([n / 20 for n in range(1, 20)])
    count = found.at_least(0.5)
    line.show_cut(found, count)
    assert line.isVisible()
    assert line._inside == [100 + n for n in range(count - BESIDE + 1, count + 1)]
    assert line._outside == [100 + n for n in range(count + 1, count + BESIDE + 1)]
    line.grab()  # paints
    line.show_cut(found, 0)
    assert line._inside == []
    line.show_cut(candidates([]), 0)
    assert not line.isVisible()
