"""A picture with numbered boxes drawn on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from photohash.media.encode import to_jpeg

QUALITY = 90
COLOURS = ("#ffb000", "#648fff", "#dc267f", "#fe6100", "#785ef0")  # IBM's palette, distinct for colour-blind readers


def draw_boxes(pixels: NDArray[np.uint8], boxes: NDArray[np.float32], labels: Sequence[str]) -> bytes:
    """JPEG bytes of uint8 RGB pixels (height, width, 3) with a labelled frame for each box.

    `boxes` (n, 4) as x0, y0, x1, y1 in pixels of the picture, as in `Faces`. Raises ValueError unless there is one
    label for each box.
    """
    if len(boxes) != len(labels):
        raise ValueError(f"{len(boxes)} boxes but {len(labels)} labels")
    canvas = Image.fromarray(pixels)
    draw = ImageDraw.Draw(canvas)
    font = ImageFont.load_default(max(12, max(canvas.size) / 50))
    line = max(2, round(max(canvas.size) / 400))
    for number, (box, label) in enumerate(zip(boxes, labels, strict=True)):
        colour = COLOURS[number % len(COLOURS)]
        x0, y0, x1, y1 = (float(value) for value in box)
        draw.rectangle((x0, y0, max(x0, x1), max(y0, y1)), outline=colour, width=line)
        left, top, right, bottom = draw.textbbox((0, 0), label, font)
        width, height = right - left + 2 * line, bottom - top + 2 * line
        # Above the box; at the picture's edges moved so that it can be read.
        x, y = min(max(x0, 0), max(canvas.width - width, 0)), min(max(y0 - height, 0), max(canvas.height - height, 0))
        draw.rectangle((x, y, x + width, y + height), fill=colour)
        draw.text((x + line - left, y + line - top), label, "black", font)
    return to_jpeg(np.asarray(canvas), QUALITY)
