"""Aligned face chips: the five points brought onto a template by a similarity transform, sampled without aliasing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import avg_pool2d, grid_sample

SIDE = 150
# Median places of MTCNN's points in the chips of dlib, on which its face network was trained, drawn apart by 1.05
# around the middle and moved up by 3 pixels: with these, faces are found best (`python -m benchmarks.template`: mAP
# .9584 instead of .9549 for the 797 people that its grid leaves out).
TEMPLATE = np.array([(48.4, 43.2), (105.8, 43.5), (76.8, 78.0), (51.8, 106.3), (101.6, 105.9)])
OUTSIDE: Literal["border", "zeros"] = "border"  # what a chip shows beyond the edge of the photo


def similarity(points: NDArray[np.floating], template: NDArray[np.floating]) -> NDArray[np.complex128]:
    """Return for points, (n, k, 2), the factor and shift, complex (n, 2), of z -> factor z + shift onto (k, 2).

    Least squares over scale, rotation and shift, never a reflection (Umeyama, Least-squares estimation of
    transformation parameters between two point patterns, 1991). With points as complex numbers x + iy, p and t about
    their centres, the factor is sum(conj(p) t) / sum(|p|^2). Points that all coincide are only shifted.
    """
    p, t = points[..., 0] + 1j * points[..., 1], template[:, 0] + 1j * template[:, 1]
    centre = p.mean(1, keepdims=True)
    spread = (np.abs(p - centre) ** 2).sum(1)
    turn = (np.conj(p - centre) * (t - t.mean())).sum(1)
    factor = np.divide(turn, spread, out=np.ones_like(turn), where=np.abs(turn) > 1e-6)
    return np.stack([factor, t.mean() - factor * centre[:, 0]], 1)


@torch.inference_mode()
def chips(
    pictures: Sequence[NDArray[np.uint8]], points: Sequence[NDArray[np.float32]], side: int = SIDE
) -> NDArray[np.uint8]:
    """Return the aligned faces of all pictures, one after the other: uint8 (n, side, side, 3).

    `pictures` are uint8 (h, w, 3); `points` holds for each the five points of its faces, float32 (n, 5, 2), in pixels.
    """
    template = (TEMPLATE + 0.5) * (side / SIDE) - 0.5  # whole coordinates are the centres of pixels
    results = [np.empty((0, side, side, 3), np.uint8)]
    for picture, five in zip(pictures, points, strict=True):
        if len(five):
            results.append(_sampled(picture, similarity(five, template), side))
    return np.concatenate(results)


def _sampled(picture: NDArray[np.uint8], transforms: NDArray[np.complex128], side: int) -> NDArray[np.uint8]:
    """The chips of one picture: uint8 (n, side, side, 3)."""
    ticks = np.arange(side)
    chip = ticks[None, :] + 1j * ticks[:, None]
    places = (chip - transforms[:, 1, None, None]) / transforms[:, 0, None, None]
    # A face larger than its chip is read from block means of about the chip's pixel size, so that nothing aliases.
    blocks = np.maximum(np.rint(1 / np.abs(transforms[:, 0])), 1).astype(int)
    result = np.empty((len(transforms), side, side, 3), np.uint8)
    for block in np.unique(blocks).tolist():
        place = places[blocks == block]
        x0, x1 = _reach(place.real, 2 * block, picture.shape[1])
        y0, y1 = _reach(place.imag, 2 * block, picture.shape[0])
        level = torch.from_numpy(picture[y0:y1, x0:x1].astype(np.float32)).permute(2, 0, 1)[None]
        if block > 1:
            level = avg_pool2d(level, block, ceil_mode=True)
        place = (place - (x0 + 1j * y0) + (0.5 + 0.5j)) / block
        height, width = level.shape[2:]
        grid = np.stack([place.real * (2 / width) - 1, place.imag * (2 / height) - 1], -1).astype(np.float32)
        read = grid_sample(level, torch.from_numpy(grid).view(1, -1, side, 2), "bilinear", OUTSIDE, align_corners=False)
        faces = read.round_().to(torch.uint8)[0].permute(1, 2, 0)
        result[blocks == block] = faces.reshape(-1, side, side, 3).numpy()
    return result


def _reach(places: NDArray[np.float64], margin: int, length: int) -> tuple[int, int]:
    """The stretch of an axis that sampling at `places` reads, not empty and within the picture."""
    begin = int(np.clip(np.floor(places.min()) - margin, 0, length - 1))
    return begin, int(np.clip(np.ceil(places.max()) + margin, begin + 1, length))
