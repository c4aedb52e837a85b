from __future__ import annotations

import struct
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from photohash.nets import dlib_file
from photohash.nets.face_resnet import weights_file
from photohash.types import UserError


def integer(value: int) -> bytes:
    size = max(1, (abs(value).bit_length() + 7) // 8)
    return bytes([size | (0x80 if value < 0 else 0)]) + abs(value).to_bytes(size, "little")


def tensor(values: list[float], shape: tuple[int, int, int, int] | None = None) -> bytes:
    sizes = shape or (1, 1, 1, len(values))
    return b"".join(map(integer, (2, *sizes))) + struct.pack(f"<{len(values)}f", *values)


def name(text: str) -> bytes:
    return integer(len(text)) + text.encode()


FILE = (
    b"head"
    + name("con_4")
    + tensor([0.5, -2.0, 3.0])
    + b"\x01\x00between"
    + name("affine_")
    + tensor([1.0, 0.25], (2, 1, 1, 1))
    + name("fc_2")
    + integer(128)
    + integer(256)
    + tensor([7.0])
    + b"tail"
)


@pytest.mark.parametrize("value", [0, 1, 127, 128, 255, 256, 65536, -1, -300, 2**40])
def test_integers(value: int) -> None:
    assert dlib_file.integer(b"x" + integer(value) + b"y", 1) == (value, 1 + len(integer(value)))


def test_layers_in_order() -> None:
    layers = dlib_file.parse(FILE)
    assert [layer.name for layer in layers] == ["con_4", "affine_", "fc_2"]
    assert [layer.values.tolist() for layer in layers] == [[0.5, -2.0, 3.0], [1.0, 0.25], [7.0]]


def test_a_name_inside_a_tensor_is_no_layer() -> None:
    (inside,) = struct.unpack("<2f", name("con_4") + b"\0")[:1]
    values = [inside, struct.unpack("<2f", name("con_4") + b"\0")[1]]
    layers = dlib_file.parse(name("con_4") + tensor(values))
    assert len(layers) == 1


@pytest.mark.parametrize("length", range(len(FILE) - len(b"tail")))
def test_a_cut_file_loses_layers_or_is_refused(length: int) -> None:
    """Where it is cut between layers the count tells; inside one the reader does."""
    try:
        layers = dlib_file.parse(FILE[:length])
    except ValueError:
        return
    assert len(layers) < 3


@pytest.mark.parametrize("values", [[float("nan")], [float("inf")]])
def test_values_that_are_no_numbers_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="not a number"):
        dlib_file.parse(name("con_4") + tensor(values))


def test_a_giant_tensor_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        dlib_file.parse(name("con_4") + tensor([1.0], (2**20, 2**20, 2**20, 1)))


def test_the_user_hears_of_a_damaged_or_missing_file(tmp_path: Path) -> None:
    (tmp_path / "damaged").write_bytes(b"not a network")
    for file in ("damaged", "missing"):
        with pytest.raises(UserError, match="install photohash again"):
            dlib_file.read(tmp_path / file)


def test_the_real_file() -> None:
    layers = dlib_file.read(weights_file())
    assert Counter(layer.name for layer in layers) == {"con_4": 29, "affine_": 29, "fc_2": 1}
    assert layers[0].values.shape == (32 * 3 * 7 * 7 + 32,)
    assert layers[-1].values.shape == (256 * 128,)
    assert all(layer.values.dtype == np.float32 for layer in layers)
