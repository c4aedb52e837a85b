"""The second, independent check that two photos are copies of one picture and not two shots of one scene.

A copy differs by size, format, compression, sharpness and tone, the same all over the picture; another shot of a burst
differs somewhere. So tone is taken out by matching histograms (R. Gonzalez, R. Woods, Digital Image Processing, 3.3),
which explains brightness, contrast and gamma but no movement, and the worst place decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photohash.media.encode import from_jpeg

SIDE: Final = 128  # pixels of the long side at which pictures are compared
REDUCED: Final = 2  # ... but at most half of either thumbnail, so that sharpness does not count
SMALLEST: Final = 24  # pixels of the long side; below there is too little to see
BLOCK: Final = 8  # pixels
MAX_STRETCH: Final = 0.01  # of the ratio of the sides, beyond the rounding to whole pixels
NOISE: Final = 6.0  # grey levels: contrast of a picture below which compression decides

# The tuning half of `python -m benchmarks.signature`: what one copy in 200 misses, rounded outwards. It reports the
# outcome on the other half.
MIN_CORRELATION: Final = 0.99
MAX_DIFFERENCE: Final = 0.28
MAX_COLOUR: Final = 4.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two thumbnails show one picture, and the three measures that decide.

    `correlation` of the grey values, `difference` of the worst block as a fraction of the picture's contrast, `colour`
    as the mean difference of Cb and Cr in levels of 255. Pictures of different shape have 0, infinity, infinity.
    """

    same: bool
    correlation: float
    difference: float
    colour: float


OTHER_SHAPE: Final = Verdict(False, 0.0, np.inf, np.inf)


def same_picture(thumb_a: bytes, thumb_b: bytes) -> Verdict:
    """Compare two upright JPEG thumbnails, as `Decoded.thumbnail`.

    Raises OSError when one is not a JPEG.
    """
    a, b = Image.fromarray(from_jpeg(thumb_a)), Image.fromarray(from_jpeg(thumb_b))
    longest = min(SIDE, max(a.size) // REDUCED, max(b.size) // REDUCED)
    if longest < SMALLEST or not _same_shape(a.size, b.size):
        return OTHER_SHAPE
    width, height = (max(BLOCK, round(side * longest / max(a.size))) for side in a.size)
    x, y = (
        np.asarray(picture.resize((width, height), Image.Resampling.HAMMING).convert("YCbCr")) for picture in (a, b)
    )
    colour = float(np.abs(x[..., 1:].astype(np.int16) - y[..., 1:]).mean())
    # Both ways, since tones clipped in one picture can only be clipped in the other, not brought back.
    (correlation_ab, difference_ab), (correlation_ba, difference_ba) = (
        _agreement(x[..., 0], y[..., 0]),
        _agreement(y[..., 0], x[..., 0]),
    )
    correlation, difference = max(correlation_ab, correlation_ba), min(difference_ab, difference_ba)
    same = correlation >= MIN_CORRELATION and difference <= MAX_DIFFERENCE and colour <= MAX_COLOUR
    return Verdict(same, correlation, difference, colour)


def _same_shape(a: tuple[int, int], b: tuple[int, int]) -> bool:
    rounding = 0.5 / min(a) + 0.5 / min(b)
    return bool(abs(np.log(a[0] * b[1] / (a[1] * b[0]))) <= MAX_STRETCH + rounding)


def _agreement(x: NDArray[np.uint8], y: NDArray[np.uint8]) -> tuple[float, float]:
    """Correlation, and root mean square of the worst block by the contrast of `x`, once `y` has the tones of `x`."""
    toned = _with_tones_of(x, y)
    residual = x - toned
    contrast = float(x.std())
    if contrast == 0 or toned.std() == 0:
        return 0.0, np.inf
    covariance = float(((x - x.mean()) * (toned - toned.mean())).mean())
    worst = float(np.sqrt(_block_means(residual**2).max()))
    return covariance / (contrast * float(toned.std())), worst / max(contrast, NOISE)


def _with_tones_of(x: NDArray[np.uint8], y: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Histogram matching: each grey level of `y` becomes the mean of the values of `x` that have the same ranks."""
    sums = np.concatenate(([0.0], np.cumsum(np.sort(x, axis=None, kind="stable"), dtype=np.float64)))
    counts = np.bincount(y.ravel(), minlength=256)
    ends = np.cumsum(counts)
    tones: NDArray[np.float64] = (sums[ends] - sums[ends - counts]) / np.maximum(counts, 1)
    return tones[y]


def _block_means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means over blocks of about `BLOCK` pixels that cover `values` (height, width) without a rest."""
    rows, columns = (np.linspace(0, n, max(1, round(n / BLOCK)) + 1).astype(np.intp) for n in values.shape)
    sums = np.add.reduceat(np.add.reduceat(values, rows[:-1], axis=0), columns[:-1], axis=1)
    means: NDArray[np.float64] = sums / np.outer(np.diff(rows), np.diff(columns))
    return means
