"""A perceptual signature: what survives resizing and recompression, and little else.

The scheme is pHash (C. Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010): signs of
low DCT frequencies against their median; here 256 of them, without the mean.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

BITS: Final = 256
SIDE: Final = 64  # pixels of the grey version
# Both by the tuning half of benchmarks.signature: the farthest copy differs in 24 bits, and one step of 8 is left for
# worse ones; other photos differ in 80 and more. Below a contrast of FLAT some leave the radius when halved and
# recompressed.
RADIUS: Final = 32  # bits
FLAT: Final = 4.0  # standard deviation, in grey levels of 255


def _dct(size: int) -> NDArray[np.float64]:
    """The orthonormal DCT-II matrix: C[k, n] = sqrt((1 + [k > 0]) / N) cos(pi (2n + 1) k / 2N)."""
    k, n = np.ogrid[:size, :size]
    return np.sqrt(np.where(k, 2, 1) / size) * np.cos(np.pi * (2 * n + 1) * k / (2 * size))


_DCT: Final = _dct(SIDE)


def _lowest() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the 256 lowest frequencies without the mean, by u + v, then u."""
    u, v = np.divmod(np.arange(SIDE * SIDE), SIDE)
    order = np.lexsort((u, u + v))[1 : BITS + 1]
    return u[order], v[order]


_LOWEST: Final = _lowest()


def grey(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Uint8 RGB pixels (height, width, 3) as grey levels float64 (64, 64), reduced by area whatever the shape."""
    return np.asarray(Image.fromarray(pixels).convert("L").resize((SIDE, SIDE), Image.Resampling.BOX), np.float64)


def code(levels: NDArray[np.float64]) -> NDArray[np.uint64]:
    """The 256 bits of grey levels (64, 64) as uint64 (4,); bit i of word w is frequency 64 w + i."""
    low = (_DCT @ levels @ _DCT.T)[_LOWEST]
    return np.packbits(low > np.median(low), bitorder="little").view("<u8").astype(np.uint64)


def signature(pixels: NDArray[np.uint8]) -> NDArray[np.uint64] | None:
    """The code of uint8 RGB pixels (height, width, 3) as uint64 (4,).

    None for a picture too flat to have one: without structure the signs are those of the compression's noise.
    """
    levels = grey(pixels)
    return None if levels.std() < FLAT else code(levels)
