"""Which substrings of a code to sort, so that no pair within a radius is missed and few others are met.

Cut the code into m parts. Two codes within radius r differ in at most floor((r - b) / m) bits of some part b: if every
part had one bit more, the sum would exceed r (the pigeonhole principle; Norouzi, Punjani and Fleet, "Fast exact search
in Hamming space with multi-index hashing", 2014, propositions 1 and 2). A band is the beginning of such a part.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from photohash.index.bits import WORD

# Bits of a band: the table of the widest one has 2 ** 24 entries of 4 bytes.
NARROWEST, WIDEST = 8, 24
# Codes looked at to learn how uneven the bits are.
SAMPLE = 1 << 14
# Seconds per candidate pair, per code sorted, per bucket met and per table entry, on one core; only ratios matter.
PER_CANDIDATE, PER_CODE, PER_BUCKET, PER_ENTRY = 1e-8, 4e-8, 1e-8, 1e-9


@dataclass(frozen=True, slots=True)
class Band:
    """The bits `low` to `low + width` of a code; partners differ in up to `flips` of them."""

    low: int
    width: int
    flips: int

    def keys(self, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """The band of every code, uint64 (n,), below 2 ** width."""
        word, shift = divmod(self.low, WORD)
        keys: NDArray[np.uint64] = words[word] >> np.uint64(shift)
        if shift + self.width > WORD:
            keys |= words[word + 1] << np.uint64(WORD - shift)
        keys &= np.uint64((1 << self.width) - 1)
        return keys

    def masks(self) -> list[int]:
        """Every choice of 1 to `flips` bits of the band, as the number to exclusive-or a key with."""
        sizes = range(1, self.flips + 1)
        return [sum(1 << bit for bit in bits) for size in sizes for bits in combinations(range(self.width), size)]

    def seconds(self, n: int, chance: float) -> float:
        """The estimated time to join n codes of which two agree in the band with this chance.

        Partners with flipped bits are taken to be as many as equal ones: for uneven bits there are fewer.
        """
        joins = sum(comb(self.width, size) for size in range(self.flips + 1))
        entries = 1 << self.width
        candidates = n * n / 2 * chance * joins
        return n * PER_CODE + entries * PER_ENTRY + joins * min(n, entries) * PER_BUCKET + candidates * PER_CANDIDATE


def choose_bands(words: NDArray[np.uint64], bits: int, radius: int) -> list[Band]:
    """The fastest bands for all pairs within `radius` of codes uint64 (words, n), by estimate.

    Many narrow bands meet many strangers, few wide ones need many flips. Chances to agree are measured on a sample,
    for learned bits are uneven and depend on each other. No bits are better than even, independent ones: that gives
    each choice a least cost, and the search ends where the next least cost exceeds the best measured one.
    """
    n = words.shape[1]
    choices = [
        split(bits, radius, parts, width)
        for parts in range(1, min(radius + 1, bits) + 1)
        for width in range(min(NARROWEST, bits // parts), min(WIDEST, bits // parts) + 1)
    ]
    least = [sum(band.seconds(n, 2.0**-band.width) for band in bands) for bands in choices]
    sample = words[:, :: max(1, n // SAMPLE)]
    best, fastest = choices[0], np.inf
    for choice in np.argsort(least, kind="stable"):
        if least[choice] >= fastest:
            break
        seconds = sum(band.seconds(n, agreement(band.keys(sample))) for band in choices[choice])
        if seconds < fastest:
            best, fastest = choices[choice], seconds
    return best


def split(bits: int, radius: int, parts: int, width: int) -> list[Band]:
    """One band of `width` bits at the beginning of each of `parts` equal parts of the code."""
    return [Band(bits * part // parts, width, (radius - part) // parts) for part in range(parts)]


def agreement(keys: NDArray[np.uint64]) -> float:
    """The share of pairs with equal keys."""
    counts = np.unique(keys, return_counts=True)[1]
    return float(np.sum(counts * (counts - 1)) / max(len(keys) * (len(keys) - 1), 1))
