"""The bit-packed snapshot of one model's codes: read in one step, trusted only if it matches the catalogue."""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photohash.index.bits import WORD

# Magic, bits, rows, stamp, model digest; then CRC-32 over these and the body: int64 ids, uint64 words word by word.
HEADER = struct.Struct("<8sIIQ16s")
CHECK = struct.Struct("<I")
MAGIC = b"PHCODES1"


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """The codes of one model: item `ids[i]` has the code `words[:, i]`.

    `ids` is int64 (n,), strictly ascending, so that the order of rows is the order of ids; `words` is uint64
    (ceil(bits / 64), n). Raises ValueError when the three do not fit together.
    """

    bits: int
    ids: NDArray[np.int64]
    words: NDArray[np.uint64]

    def __post_init__(self) -> None:
        shape = (-(-self.bits // WORD), len(self.ids))
        if self.bits < 1 or self.words.shape != shape or self.words.dtype != np.uint64:
            raise ValueError(
                f"{self.bits}-bit codes need uint64 words {shape}, not {self.words.dtype} {self.words.shape}"
            )
        if self.ids.ndim != 1 or self.ids.dtype != np.int64 or not np.all(self.ids[1:] > self.ids[:-1]):
            raise ValueError("the ids of codes are int64, one per code, each greater than the one before")

    def __len__(self) -> int:
        return len(self.ids)


def save(path: Path, codes: Codes, model: bytes, stamp: int) -> None:
    """Write the codes of `model`, a digest of 16 bytes, as the catalogue had them at `stamp`.

    The file is written beside and swapped in once it is on the disk, so a crash leaves the old one or none.
    Raises ValueError for a digest of another length and OSError when the folder cannot be written.
    """
    if len(model) != 16:
        raise ValueError(f"a model digest has 16 bytes, not {len(model)}")
    header = HEADER.pack(MAGIC, codes.bits, len(codes), stamp, model)
    body = codes.ids.astype("<i8", copy=False).tobytes() + codes.words.astype("<u8", copy=False).tobytes()
    part = path.with_name(path.name + ".part")
    with part.open("wb") as out:
        out.write(header + CHECK.pack(zlib.crc32(body, zlib.crc32(header))))
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


def load(path: Path, model: bytes, stamp: int) -> Codes | None:
    """Read the codes, or None when the file is missing, damaged, or not about this model at this stamp."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    if len(raw) < HEADER.size + CHECK.size:
        return None
    magic, bits, rows, written, digest = HEADER.unpack_from(raw)
    if (magic, digest, written) != (MAGIC, model, stamp):
        return None
    height = -(-bits // WORD)
    body = memoryview(raw)[HEADER.size + CHECK.size :]
    if len(body) != 8 * rows * (1 + height):
        return None
    if CHECK.unpack_from(raw, HEADER.size)[0] != zlib.crc32(body, zlib.crc32(raw[: HEADER.size])):
        return None
    ids = np.frombuffer(body, "<i8", rows).astype(np.int64, copy=False)
    words = np.frombuffer(body, "<u8", rows * height, 8 * rows).astype(np.uint64, copy=False)
    return Codes(bits, ids, words.reshape(height, rows))
