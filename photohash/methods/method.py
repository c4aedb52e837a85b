"""What every hashing method is: a code layer on the features of a trunk, and the loss that trains it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from torch import Tensor, nn


class Method(nn.Module, ABC):
    """A code layer with its loss, on features float (n, inputs) of examples in `classes` classes.

    Everything that training changes is a parameter or a buffer, so that a state dict is all there is to keep.
    """

    def __init__(self, inputs: int, bits: int, classes: int) -> None:
        super().__init__()
        self.inputs = inputs
        self.bits = bits
        self.classes = classes

    @abstractmethod
    def margins(self, features: Tensor) -> Tensor:
        """What the code is the sign of, (n, bits): a bit is 1 where its margin is not negative."""

    @abstractmethod
    def relaxed(self, features: Tensor) -> Tensor:
        """The real-valued codes, (n, bits), whose inner products order what lies in a Hamming ball."""

    @abstractmethod
    def loss(self, features: Tensor, labels: Tensor) -> Tensor:
        """The loss, a float32 scalar, of a batch with class numbers `labels` int64 (n,)."""

    def groups(self, rate: float, decay: float) -> list[dict[str, Any]]:
        """The optimiser's parameter groups for a learning rate and a weight decay; a method may favour some of them."""
        return [{"params": list(self.parameters()), "lr": rate, "weight_decay": decay}]
