"""A picture with numbered boxes drawn on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw, ImageFont

from photohash.media.decode import decode
from photohash.media.encode import to_jpeg

LONG_SIDE = 2048  # pixels, when a file is decoded for drawing
COLOURS = ("#ffb000", "#648fff", "#dc267f", "#fe6100", "#785ef0")  # IBM's palette for colour-blind readers


def draw_boxes(picture: Path | NDArray[np.uint8], boxes: ArrayLike, labels: Sequence[str]) -> bytes:
    """JPEG bytes of the picture, a file or uint8 RGB pixels (height, width, 3), with a labelled frame for each box.

    `boxes` (n, 4) as x0, y0, x1, y1 in fractions of the upright picture. Raises `Undecodable` for a file that cannot be
    read and ValueError unless there is one label for each box.
    """
    pixels = decode(picture, LONG_SIDE).pixels if isinstance(picture, Path) else picture
    corners = np.asarray(boxes, np.float64).reshape(-1, 4)
    if len(corners) != len(labels):
        raise ValueError(f"{len(corners)} boxes but {len(labels)} labels")
    canvas = Image.fromarray(pixels)
    width, height = canvas.size
    line = max(2, round(max(canvas.size) / 400))
    font = ImageFont.load_default(max(12, max(canvas.size) / 50))
    draw = ImageDraw.Draw(canvas)
    for number, (box, label) in enumerate(zip(corners, labels, strict=True)):
        x0, y0, x1, y1 = np.sort((box * (width, height, width, height)).reshape(2, 2), axis=0).ravel()
        colour = COLOURS[number % len(COLOURS)]
        draw.rectangle((x0, y0, x1, y1), outline=colour, width=line)
        left, top, right, bottom = draw.textbbox((0, 0), label, font)
        size = right - left + 2 * line, bottom - top + 2 * line
        at = min(max(x0, 0), max(width - size[0], 0)), max(y0 - size[1], 0)
        draw.rectangle((*at, at[0] + size[0], at[1] + size[1]), fill=colour)
        draw.text((at[0] + line - left, at[1] + line - top), label, "black", font)
    return to_jpeg(np.asarray(canvas), 90)
