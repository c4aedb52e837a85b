"""How well people nobody trained on are found by codes of 64 to 512 bits: shipped heads beside hashing without labels.

Every face that has another of its person searches all the others, leave-one-out: tie-aware mAP, R@1, and of all pairs
the true accept rate at a false accept rate of 1e-3. Peers are fitted to the same people that heads are trained on; what
starts at random is drawn several times. Asymmetric search weighs a differing bit by the query's margin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.people import People
from benchmarks.projections import Vectors, frame, hyperplanes, principal, rotations
from benchmarks.report import Row
from photohash.index.asymmetric import weighed
from photohash.index.bits import pack
from photohash.learn.retrieval import Found, Search, found, found_by_codes, found_by_distance, found_reranked
from photohash.nets import heads, manifest
from photohash.nets.face_resnet import embedding
from photohash.nets.heads import Hasher
from photohash.work.search import SHARE, SHORTLIST

BITS = (64, 128, 256, 512)
SEEDS = 3
FAR = 1e-3


def shipped_heads() -> list[Hasher]:
    """The newest shipped face head of each length, shortest first."""
    newest: dict[int, tuple[int, Hasher]] = {}
    for path in manifest.shipped():
        said = manifest.read(path)
        if said.task == "face" and said.version >= newest.get(said.bits, (0, None))[0]:
            newest[said.bits] = said.version, heads.load(path)
    return [newest[bits][1] for bits in sorted(newest)]


def retrieval(name: str, people: People, train: People, hashers: Sequence[Hasher], lengths: Sequence[int]) -> list[Row]:
    """By embedding, by the heads, and by peers of each length; each measure is held against the embedding's."""
    vectors, labels = embedding(people.descriptors), people.labels
    shortlists = sizes(len(labels))
    bound = found_by_distance(vectors, labels, list(shortlists.values()), FAR)
    rows = [Row(f"{name}: faces", len(labels), "faces"), *figures(f"{name}: float embedding", [bound], bound)]
    rows += [
        Row(f"{name}: float embedding, true matches in the {shortlist}", kept, "")
        for shortlist, kept in zip(shortlists, bound.kept, strict=True)
    ]
    for hasher in hashers:
        rows += of_head(f"{name}, {hasher.bits} bits: {hasher.key}", hasher, people, bound)
    for bits in lengths:
        rows += of_peers(f"{name}, {bits} bits", bits, people, train, bound)
    return rows


def sizes(count: int) -> dict[str, int]:
    """Shortlists of a library of so many faces; the last is what the program re-ranks."""
    return {
        "nearest 1 %": count // 100,
        "nearest 500": 500,
        "program's shortlist": max(SHORTLIST, int(SHARE * count)),
    }


def of_head(name: str, hasher: Hasher, people: People, bound: Found) -> list[Row]:
    """By code, by margins against codes, and re-ranked as the program does; and what shortlists keep."""
    labels, shortlists = people.labels, sizes(len(people.labels))
    codes, margins = hasher.encode(people.descriptors), hasher.margins(people.descriptors)
    wanted = list(shortlists.values())
    ways = {
        "": found_by_codes(codes, labels, wanted, FAR),
        ", asymmetric": found(by_margins(codes, margins), labels, wanted, FAR),
    }
    rows = []
    for way, measured in ways.items():
        rows += figures(name + way, [measured], bound)
        rows += [
            against(f"{name}{way}, true matches in the {shortlist}", kept, best)
            for shortlist, kept, best in zip(shortlists, measured.kept, bound.kept, strict=True)
        ]
    reranked = found_reranked(codes, embedding(people.descriptors), labels, wanted[-1])
    return [
        *rows,
        against(f"{name}, re-ranked as the program does, mAP", reranked.precision, bound.precision),
        against(f"{name}, re-ranked as the program does, R@1", reranked.first, bound.first),
    ]


def of_peers(name: str, bits: int, people: People, train: People, bound: Found) -> list[Row]:
    """Signs of projections: learned without labels, drawn at random, and plain."""
    fitted, vectors, labels = embedding(train.descriptors), embedding(people.descriptors), people.labels
    mean, width = fitted.mean(0), fitted.shape[1]
    beyond = f" (beyond {width} random rotations)" if bits > width else ""
    drawn: dict[str, Callable[[int], Vectors]] = {
        "random hyperplanes": partial(hyperplanes, width, bits),
        "random rotations": partial(rotations, width, bits),
        f"ITQ{beyond}": partial(frame, fitted, bits),
    }
    plain = {"sign of principal components": principal(fitted, bits)} if bits <= width else {}
    plain |= {"sign of the embedding": np.eye(width, dtype=np.float32)} if bits == width else {}
    rows = []
    for peer, draw in drawn.items():
        margins = [(vectors - mean) @ draw(seed).T for seed in range(SEEDS)]
        symmetric = [found_by_codes(pack(each >= 0), labels, far=FAR) for each in margins]
        rows += figures(f"{name}: {peer}", symmetric, bound)
        if peer.startswith("ITQ"):
            weighted = [found(by_margins(pack(each >= 0), each), labels, far=FAR) for each in margins]
            rows += figures(f"{name}: {peer}, asymmetric", weighted, bound)
    for peer, directions in plain.items():
        codes = pack((vectors - mean) @ directions.T >= 0)
        rows += figures(f"{name}: {peer}", [found_by_codes(codes, labels, far=FAR)], bound)
    return rows


def by_margins(codes: NDArray[np.uint64], margins: NDArray[np.float32]) -> Search:
    """The asymmetric distances of items, by their margins (n, bits), to all codes."""
    return lambda block: np.stack([weighed(codes, margins[item]) for item in block])


def figures(name: str, measured: Sequence[Found], bound: Found) -> list[Row]:
    """The three measures, of several draws in the mean with their standard deviation."""
    return [
        spread(f"{name}, mAP", [each.precision for each in measured], bound.precision),
        spread(f"{name}, R@1", [each.first for each in measured], bound.first),
        spread(f"{name}, TAR at FAR {FAR:g}", [each.accepted for each in measured], bound.accepted),
    ]


def spread(name: str, values: Sequence[float], bound: float) -> Row:
    """The mean of the draws and, where they are several, how far these lie apart."""
    apart = f"± {np.std(values, ddof=1):.4f}" if len(values) > 1 else ""
    return against(name, float(np.mean(values)), bound, apart)


def against(name: str, value: float, bound: float, unit: str = "") -> Row:
    """A figure by that of the embedding."""
    return Row(name, value, unit, bound, value / bound)
