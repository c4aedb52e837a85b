from __future__ import annotations

import csv
import math
from pathlib import Path

from PIL import Image

from photohash.learn.journal import plot, write_log
from photohash.learn.trainer import Look

LOOKS = [Look(0, math.nan, 0.1, 0.5, 0.4, 0.0), Look(50, 2.5, 0.7, 0.5, 0.3, 1.5), Look(100, 1.5, 0.6, 0.5, 0.2, 3.0)]


def test_the_log_is_a_table_with_a_row_for_each_look(tmp_path: Path) -> None:
    write_log(tmp_path, LOOKS[:1])
    path = write_log(tmp_path, LOOKS)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert [(row["step"], row["score"]) for row in rows] == [("0", "0.1"), ("50", "0.7"), ("100", "0.6")]
    assert float(rows[1]["loss"]) == 2.5
    assert [file.name for file in tmp_path.iterdir()] == ["log.csv"]


def test_the_plot_is_a_picture_that_shows_the_looks(tmp_path: Path) -> None:
    def pixels(looks: list[Look]) -> bytes:
        with Image.open(plot(tmp_path, looks, 50, "mAP")) as picture:
            assert picture.format == "PNG"
            assert picture.width > 800
            return picture.convert("RGB").tobytes()

    assert pixels(LOOKS) == pixels(LOOKS)
    assert pixels(LOOKS) != pixels(LOOKS[:2])
    pixels(LOOKS[:1])  # of one look too
