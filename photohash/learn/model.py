"""A network that hashes: a trunk that makes features of what it is given, and a method that makes codes of features."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from photohash.learn.examples import Inputs, tensor
from photohash.learn.trunks import Trunk
from photohash.methods.method import Method
from photohash.nets.heads import pack

BATCH = 512


class Model(nn.Module):
    """Descriptors float (n, d), or pictures uint8 (n, 3, side, side), to codes."""

    def __init__(self, trunk: Trunk, method: Method) -> None:
        super().__init__()
        self.trunk = trunk
        self.method = method

    def forward(self, inputs: Tensor) -> Tensor:
        """The features (n, inputs of the method)."""
        features: Tensor = self.trunk(inputs)
        return features.float()

    def loss(self, inputs: Tensor, labels: Tensor) -> Tensor:
        """The loss of a batch."""
        return self.method.loss(self(inputs), labels)


def encode(
    model: Model, inputs: Inputs, device: str = "cpu", batch: int = BATCH
) -> tuple[NDArray[np.uint64], NDArray[np.float32]]:
    """Codes uint64 (words, n) and relaxed codes float32 (n, bits) of inputs, as in use: nothing is learnt from them."""
    was_training = model.training
    model.eval()
    bits, relaxed = [], []
    with torch.inference_mode():
        for at in range(0, max(1, len(inputs)), batch):
            features = model(tensor(inputs[at : at + batch]).to(device))
            bits.append((model.method.margins(features) >= 0).cpu().numpy())
            relaxed.append(model.method.relaxed(features).float().cpu().numpy())
    model.train(was_training)
    return pack(np.concatenate(bits)), np.concatenate(relaxed)
