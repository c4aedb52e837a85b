"""What was dropped on the window or lies in the clipboard: folders, picture files, or a picture itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage


@dataclass(frozen=True, slots=True)
class Given:
    """Folders to scan, files to look at, a picture without a file, or an address on the web that is not opened."""

    folders: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()
    picture: QImage | None = None
    address: str = ""

    def __bool__(self) -> bool:
        return bool(self.folders or self.files or self.picture or self.address)


def given(mime: QMimeData) -> Given:
    """What a drop or the clipboard brings. A browser gives the picture and its address: the picture goes first."""
    urls = mime.urls() if mime.hasUrls() else []
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    if paths:
        folders = tuple(path for path in paths if path.is_dir())
        return Given(folders, tuple(path for path in paths if path not in folders))
    if mime.hasImage():
        picture = mime.imageData()
        if isinstance(picture, QImage) and not picture.isNull():
            return Given(picture=picture)
    return Given(address=urls[0].toString()) if urls else Given()


def pixels_of(picture: QImage) -> NDArray[np.uint8]:
    """A picture as RGB pixels, uint8 (height, width, 3), over white where it is transparent."""
    if picture.hasAlphaChannel():
        opaque = picture.convertToFormat(QImage.Format.Format_RGBA8888)
        pixels = _array(opaque, 4).astype(np.uint16)
        alpha = pixels[..., 3:]
        over: NDArray[np.uint8] = ((pixels[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
        return over
    return _array(picture.convertToFormat(QImage.Format.Format_RGB888), 3)


def picture_of(pixels: NDArray[np.uint8]) -> QImage:
    """RGB pixels, uint8 (height, width, 3), as a picture of its own."""
    height, width = pixels.shape[:2]
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _array(picture: QImage, channels: int) -> NDArray[np.uint8]:
    """A copy of the pixels without the bytes that fill up each line."""
    lines = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    return lines[:, : channels * picture.width()].reshape(picture.height(), picture.width(), channels).copy()
