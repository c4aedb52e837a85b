"""Search and self-join of binary codes beside faiss, one thread each, on random and on skewed codes.

Asymmetric search, which faiss has not, is held against the symmetric one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Row, run
from photohash.index.asymmetric import nearest_weighed
from photohash.index.bands import choose_bands
from photohash.index.bits import pack
from photohash.index.codefile import Codes
from photohash.index.groups import star_groups
from photohash.index.pairs import pairs_within
from photohash.index.search import nearest, nearest_each

SEED = 20
NEIGHBOURS = 100
SHORTLIST = 1000  # of the asymmetric search
# Queries of the self-join that faiss answers; its time for all is extrapolated.
ASKED = 200
DIMENSIONS, CLASSES, SPREAD = 32, 5000, 0.6


def timed(work: Callable[[], object]) -> float:
    """Seconds the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(one: Callable[[], object], other: Callable[[], object], turns: int) -> tuple[float, float]:
    """The shortest time of each, taken alternately so that both meet the same machine."""
    taken = [(timed(one), timed(other)) for _ in range(turns)]
    return min(t[0] for t in taken), min(t[1] for t in taken)


def uniform(n: int, bits: int, radius: int) -> Codes:
    """Random codes; 2 % of them in groups of 2 to 30 with up to `radius` bits flipped from the first of the group."""
    random = np.random.default_rng(SEED)
    words = random.integers(0, 2**64, (bits // 64, n), np.uint64)
    rows = random.permutation(n)[: n // 50]
    firsts = np.repeat(np.arange(len(rows)), random.integers(2, 31, len(rows)))[: len(rows)]
    leaders = np.searchsorted(firsts, firsts)  # the place of the first row of each row's group
    words[:, rows] = words[:, rows[leaders]]
    flips = np.where(leaders == np.arange(len(rows)), 0, random.integers(0, radius + 1, len(rows)))
    for flip in range(radius):
        flipped = rows[flips > flip]
        bit = random.integers(0, bits, len(flipped))
        words[bit // 64, flipped] ^= np.uint64(1) << (bit % 64).astype(np.uint64)
    return Codes(bits, np.arange(n), words)


def learned(n: int, bits: int) -> Codes:
    """Skewed, correlated bits as of trained hashes: signs of projections of a mixture with Zipf classes."""
    random = np.random.default_rng(SEED)
    centres = random.standard_normal((CLASSES, DIMENSIONS), np.float32)
    projection = random.standard_normal((DIMENSIONS, bits), np.float32)
    share = 1 / np.arange(1, CLASSES + 1)
    chosen = random.choice(CLASSES, n, p=share / share.sum())
    points = centres[chosen] + np.float32(SPREAD) * random.standard_normal((n, DIMENSIONS), np.float32)
    return Codes(bits, np.arange(n), pack(points @ projection >= 0))


def octets(words: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """The codes as faiss wants them: uint8 (n, bits / 8)."""
    return np.ascontiguousarray(words.T).view(np.uint8)


def flat(codes: Codes) -> faiss.IndexBinaryFlat:
    index = faiss.IndexBinaryFlat(codes.bits)
    index.add(octets(codes.words))
    return index


def search_rows(n: int, bits: int, queries: int) -> list[Row]:
    """Top-100 of n codes, for one query and for many independent ones."""
    codes = uniform(n, bits, bits // 10)
    asked = np.random.default_rng(SEED + 1).integers(0, 2**64, (bits // 64, queries), np.uint64)
    index, theirs = flat(codes), octets(asked)
    found, expected = nearest_each(codes, asked[:, :10], NEIGHBOURS), index.search(theirs[:10], NEIGHBOURS)
    if not np.array_equal(found.distances, expected[0]):
        raise SystemExit(f"photohash and faiss find different neighbours among {bits}-bit codes")
    one, faiss_one = in_turns(
        lambda: nearest(codes, asked[:, 0], NEIGHBOURS), lambda: index.search(theirs[:1], NEIGHBOURS), 50
    )
    each, faiss_each = in_turns(
        lambda: nearest_each(codes, asked, NEIGHBOURS), lambda: index.search(theirs, NEIGHBOURS), 2
    )
    label = f"top {NEIGHBOURS} of {n:,} x {bits} bits"
    return [
        Row(f"{label}, 1 query: time, faiss, times its time", one * 1e3, "ms", faiss_one * 1e3, one / faiss_one),
        Row(f"{label}, {queries:,} queries", each, "s", faiss_each, each / faiss_each),
    ]


def asymmetric_rows(n: int, bits: int) -> list[Row]:
    """Top-100 of n codes by a query's margins, held against the symmetric search for its signs."""
    codes = uniform(n, bits, bits // 10)
    margins = np.random.default_rng(SEED + 2).standard_normal(bits, np.float32)
    signs = pack(margins[None] >= 0)[:, 0]
    label = f"asymmetric, top {NEIGHBOURS} of {n:,} x {bits} bits"
    rows = []
    for shortlist, those in ((None, "all"), (SHORTLIST, f"the {SHORTLIST:,} nearest by Hamming distance")):
        weighing, counting = in_turns(
            partial(nearest_weighed, codes, margins, NEIGHBOURS, shortlist),
            partial(nearest, codes, signs, NEIGHBOURS),
            10,
        )
        name = f"{label}, of {those}: time, symmetric search, times its time"
        rows.append(Row(name, weighing * 1e3, "ms", counting * 1e3, weighing / counting))
    return rows


def pair_rows(name: str, codes: Codes, radius: int) -> list[Row]:
    """All pairs within the radius, beside a scan and beside hash tables of the same bands.

    faiss answers the first codes as queries, and its time is extrapolated to all; a table's time has its building.
    """
    n, asked = len(codes), min(ASKED, len(codes))
    start = time.perf_counter()
    i, j, distances = pairs_within(codes, radius)
    ours = time.perf_counter() - start
    index, queries = flat(codes), octets(codes.words[:, :asked])
    # faiss finds what is nearer than its radius.
    scanned = min(timed(lambda: index.range_search(queries, radius + 1)) for _ in range(3)) * n / asked
    # It finds each query itself, and a pair of two queries twice.
    expected = int(index.range_search(queries, radius + 1)[0][-1]) - asked
    met = int(np.sum(i < asked) + np.sum(j < asked))
    bands = choose_bands(codes.words, codes.bits, radius)
    tables = faiss.IndexBinaryMultiHash(codes.bits, len(bands), bands[0].width)
    tables.nflip = bands[0].flips
    built = timed(lambda: tables.add(octets(codes.words)))
    looked_up = built + min(timed(lambda: tables.range_search(queries, radius + 1)) for _ in range(3)) * n / asked
    start = time.perf_counter()
    groups = star_groups(n, i, j, np.arange(n))
    grouped = time.perf_counter() - start
    label = f"pairs of {n:,} {name} x {codes.bits} bits within {radius}"
    return [
        Row(f"{label}: time, faiss flat est., times faster", ours, "s", scanned, scanned / ours),
        Row(f"{label}: time, faiss MultiHash est., times faster", ours, "s", looked_up, looked_up / ours),
        Row(f"{label}: found", len(distances), "pairs"),
        Row(f"{label}: recall on {asked} codes", met, "pairs", expected, met / expected if expected else None),
        Row(f"{label}: {len(groups):,} star groups", grouped, "s"),
    ]


def measure(quick: bool) -> list[Row]:
    """The rows of the benchmark; `quick` takes a tenth of the codes and of the queries."""
    faiss.omp_set_num_threads(1)
    n, queries = (100_000, 100) if quick else (1_000_000, 1_000)
    rows = [row for bits in (64, 128, 256) for row in search_rows(n, bits, queries)]
    rows += [row for bits in (64, 128, 256) for row in asymmetric_rows(n, bits)]
    for n in (10_000, 100_000) if quick else (10_000, 100_000, 1_000_000):
        rows += pair_rows("random", uniform(n, 64, 4), 4)
        rows += pair_rows("random", uniform(n, 256, 24), 24)
        rows += pair_rows("skewed", learned(n, 64), 2)
    return rows


if __name__ == "__main__":
    run(measure, "Search and self-join of binary codes, one thread; the reference is faiss but where it is named.")
