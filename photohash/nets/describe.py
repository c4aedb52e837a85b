"""Pictures through a backbone."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from photohash.nets.device import in_batches


def planes(pixels: NDArray[np.uint8]) -> Tensor:
    """Pictures uint8 (..., h, w, c) as a tensor (..., c, h, w), channels last in memory and not copied if possible."""
    return torch.from_numpy(np.require(pixels, requirements=["C", "W"])).movedim(-1, -3)


def describe(net: nn.Module, pictures: NDArray[np.uint8], side: int, device: str, batch: int) -> NDArray[np.float16]:
    """What `net` makes of RGB pictures uint8 (n, side, side, 3), float16 (n, d), `batch` of them at a time."""
    if pictures.shape[1:] != (side, side, 3):
        raise ValueError(f"pictures must be {side} x {side} x 3, not {pictures.shape[1:]}")

    def forward(part: NDArray[np.uint8]) -> NDArray[np.float16]:
        with torch.inference_mode():
            described: NDArray[np.float16] = net(planes(part).to(device).float()).half().cpu().numpy()
        return described

    return np.concatenate(in_batches(forward, pictures, batch))
