"""Reader of the weight files that dlib's deep networks are serialised to.

Little endian throughout. An integer is one control byte (low 4 bits: number of bytes that follow, bit 7: negative) and
those bytes; a string is its length as such an integer and its bytes; a tensor is the integer 2 (format version), its
four sizes (samples, k, rows, columns) as integers, and the raw float32 values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photohash.types import UserError

# A layer's name as the file spells it: length as an integer of one byte, then the letters.
LAYER = re.compile(rb"\x01\x05con_4|\x01\x07affine_|\x01\x04fc_2")
TENSOR_VERSION = 2
LARGEST = 1 << 26  # values in one tensor; the face network's largest has 590,080


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer with parameters: its name in the file, `con_4`, `affine_` or `fc_2`, and the values, float32, flat."""

    name: str
    values: NDArray[np.float32]


def read(path: Path) -> list[Layer]:
    """The layers with parameters in forward order; `UserError` when the file is not there or not whole."""
    try:
        return parse(path.read_bytes())
    except (OSError, ValueError) as error:
        raise UserError(f"The face network in {path} is damaged ({error}): install photohash again.") from error


def parse(raw: bytes) -> list[Layer]:
    """The layers with parameters in `raw`, in forward order; `ValueError` when it is damaged."""
    layers = []
    at = 0
    while found := LAYER.search(raw, at):
        name = found.group()[2:].decode()
        at = found.end()
        if name == "fc_2":  # written with its outputs and inputs before the tensor
            at = integer(raw, integer(raw, at)[1])[1]
        values, at = tensor(raw, at)
        layers.append(Layer(name, values))
    if not layers:
        raise ValueError("no layer in it")
    return layers


def integer(raw: bytes, at: int) -> tuple[int, int]:
    """The integer at byte `at` and the byte after it."""
    control = raw[at] if at < len(raw) else 0
    size = control & 0x0F
    end = at + 1 + size
    if not 1 <= size <= 8 or end > len(raw):
        raise ValueError(f"no integer at byte {at}")
    value = int.from_bytes(raw[at + 1 : end], "little")
    return (-value if control & 0x80 else value), end


def tensor(raw: bytes, at: int) -> tuple[NDArray[np.float32], int]:
    """The values of the tensor at byte `at`, flat, and the byte after it."""
    version, at = integer(raw, at)
    if version != TENSOR_VERSION:
        raise ValueError(f"no tensor before byte {at}")
    shape = []
    for _ in range(4):
        size, at = integer(raw, at)
        shape.append(size)
    count = prod(shape)
    if min(shape) < 1 or count > LARGEST or at + 4 * count > len(raw):
        raise ValueError(f"a tensor of {' x '.join(map(str, shape))} does not fit at byte {at}")
    values = np.frombuffer(raw, "<f4", count, at).astype(np.float32)
    if not np.isfinite(values).all():
        raise ValueError(f"a value of the tensor at byte {at} is not a number")
    return values, at + 4 * count
