"""What drops and the clipboard bring."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage

from photohash.gui.given import given, picture_of, pixels_of
from tests.pictures import noise, write


def with_urls(*urls: QUrl) -> QMimeData:
    mime = QMimeData()
    mime.setUrls(list(urls))
    return mime


def test_folders_and_files_are_told_apart(tmp_path: Path) -> None:
    file = write(tmp_path / "a ü.jpg", noise(1))
    what = given(with_urls(QUrl.fromLocalFile(str(tmp_path)), QUrl.fromLocalFile(str(file))))
    assert (what.folders, what.files, what.picture, what.address) == ((tmp_path,), (file,), None, "")


def test_a_browser_gives_the_picture_or_only_its_address() -> None:
    mime = with_urls(QUrl("https://example.org/a.jpg"))
    assert given(mime).address == "https://example.org/a.jpg"
    mime.setImageData(picture_of(noise(2)))
    what = given(mime)
    assert what.picture is not None
    np.testing.assert_array_equal(pixels_of(what.picture), noise(2))


def test_words_are_nothing() -> None:
    mime = QMimeData()
    mime.setText("words")
    assert not given(mime)
    assert not given(QMimeData())


@pytest.mark.parametrize("width", [1, 2, 3, 5, 64, 97])
def test_pixels_go_there_and_back(width: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (7, width, 3), np.uint8)
    np.testing.assert_array_equal(pixels_of(picture_of(pixels)), pixels)


def test_what_is_transparent_is_over_white() -> None:
    picture = QImage(3, 1, QImage.Format.Format_ARGB32)
    for x, colour in enumerate((QColor(10, 20, 30, 0), QColor(10, 20, 30, 255), QColor(0, 0, 0, 128))):
        picture.setPixelColor(x, 0, colour)
    half = round(255 * 127 / 255)
    assert pixels_of(picture)[0].tolist() == [[255] * 3, [10, 20, 30], [half] * 3]
