from __future__ import annotations

import errno
import struct

import pytest
from PIL import Image

from photohash.media.errors import Undecodable, undecodable


@pytest.mark.parametrize(
    "error",
    [
        ValueError("bad"), KeyError(1), SyntaxError("bad"), struct.error("bad"), IndexError(), OSError("truncated"),
        OSError(errno.EINVAL, "seek"), PermissionError(errno.EACCES, "no"), FileNotFoundError(errno.ENOENT, "gone"),
        IsADirectoryError(errno.EISDIR, "folder"), Image.DecompressionBombError("huge"), RuntimeError(), EOFError(),
    ],
)  # fmt: skip
def test_the_file_is_at_fault(error: Exception) -> None:
    with pytest.raises(Undecodable) as caught, undecodable():
        raise error
    assert caught.value.__cause__ is error
    assert caught.value.reason == str(caught.value)
    assert caught.value.reason.endswith(".")


@pytest.mark.parametrize(
    "error", [MemoryError(), *(OSError(getattr(errno, n), n) for n in ("EIO", "ENODEV", "ENXIO", "EMFILE"))]
)
def test_the_drive_or_the_computer_is_at_fault(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, undecodable():
        raise error
    assert caught.value is error


def test_the_first_reason_stays() -> None:
    with pytest.raises(Undecodable, match="mine"), undecodable():
        raise Undecodable("mine")
