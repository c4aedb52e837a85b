"""Binary codes packed 64 to a word, and the distance between them.

Codes lie word by word, `words[word, item]`: a scan reads every word as one run of memory, several times faster than
item by item for codes of more than one word. Bit b of a code is bit b % 64 of word b // 64.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WORD = 64
# Words compared at once, 2 MiB: a quarter of it is a seventh slower by its many calls, twice as much gains nothing.
CACHED = 1 << 18


def pack(bits: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Pack codes, bool (n, bits), into uint64 (ceil(bits / 64), n); the last word is filled with zeros.

    Raises ValueError when `bits` is not a bool matrix.
    """
    if bits.ndim != 2 or bits.dtype != np.bool_:
        raise ValueError(f"codes to pack are a bool matrix (n, bits), not {bits.dtype} {bits.shape}")
    octets = np.packbits(bits, axis=1, bitorder="little")
    missing = -octets.shape[1] % (WORD // 8)
    rows = np.pad(octets, ((0, 0), (0, missing))).view("<u8")
    return np.ascontiguousarray(rows.T, dtype=np.uint64)


def unpack(words: NDArray[np.uint64], bits: int) -> NDArray[np.bool_]:
    """Unpack uint64 (words, n) into bool (n, bits): the inverse of `pack`."""
    octets = np.ascontiguousarray(words.T, dtype="<u8").view(np.uint8)
    return np.unpackbits(octets, axis=1, count=bits, bitorder="little").astype(np.bool_)


def distance_type(words: int) -> type[np.unsignedinteger]:
    """The smallest unsigned type that holds every distance between codes of so many words."""
    return np.uint8 if words * WORD <= np.iinfo(np.uint8).max else np.uint16


def hamming(words: NDArray[np.uint64], query: NDArray[np.uint64]) -> NDArray[np.unsignedinteger]:
    """Hamming distances of n codes, uint64 (words, n), to one code, uint64 (words,).

    The result is uint8 (n,) to 192 bits and uint16 (n,) beyond, where 256 differing bits are possible.
    """
    distances: NDArray[np.unsignedinteger] = hamming_each(words, query[:, None])[0]
    return distances


def hamming_each(words: NDArray[np.uint64], queries: NDArray[np.uint64]) -> NDArray[np.unsignedinteger]:
    """Hamming distances of n codes, uint64 (words, n), to q codes, uint64 (words, q): unsigned (q, n)."""
    height, items = words.shape
    if queries.shape[0] != height:
        raise ValueError(f"the codes have {height} words and the queries {queries.shape[0]}: they are of two models")
    distances = np.empty((queries.shape[1], items), distance_type(height))
    step = CACHED // height
    differing = np.empty((height, step), np.uint64)
    counted = np.empty((height, step), np.uint8)
    for start in range(0, items, step):
        block = words[:, start : start + step]
        width = block.shape[1]
        for row, query in zip(distances, queries.T, strict=True):
            np.bitwise_xor(block, query[:, None], out=differing[:, :width])
            np.bitwise_count(differing[:, :width], out=counted[:, :width])
            np.add.reduce(counted[:, :width], axis=0, dtype=distances.dtype, out=row[start : start + width])
    return distances
