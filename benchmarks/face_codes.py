"""How well people nobody trained on are found by codes of 64 to 512 bits: DCBH heads beside hashing without labels.

Every face that has another of its person searches all the others, leave-one-out: tie-aware mAP, R@1, and of all pairs
the true accept rate at a false accept rate of 1e-3. Peers are fitted to the same people that heads are trained on; what
starts at random is drawn several times. Asymmetric search weighs a differing bit by the query's margin. Everything is
held against the float embedding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.face_head import trained
from benchmarks.people import People
from benchmarks.projections import Vectors, frame, hyperplanes, principal, rotations
from benchmarks.report import Row
from photohash.index.asymmetric import weighed
from photohash.index.bits import hamming_each, pack
from photohash.learn.retrieval import (
    Found,
    Search,
    found,
    found_by_codes,
    found_by_distance,
    found_reranked,
    kept_within,
)
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


def trained_heads(train: People, validation: People, shipped: Sequence[Hasher]) -> list[Hasher]:
    """Heads of the lengths that are not shipped, trained now as the face head is; they share its manifest otherwise."""
    lacking = [bits for bits in BITS if bits not in [hasher.bits for hasher in shipped]]
    like = shipped[-1].manifest
    made = []
    for bits in lacking:
        net = trained(train, validation, bits)
        sizes = like.sizes | {"bits": bits, "units": net.units}
        made.append(Hasher(replace(like, name="dcbh-trained-now", version=0, sizes=sizes), net, "cpu"))
    return made


def retrieval(name: str, people: People, train: People, hashers: Sequence[Hasher], lengths: Sequence[int]) -> list[Row]:
    """People among themselves: by embedding, by the heads, and by peers of each length."""
    bound, rows = by_embedding(name, people.descriptors, people.labels, FAR)
    for hasher in hashers:
        rows += by_head(name, hasher, people.descriptors, people.labels, bound, FAR)
    for bits in lengths:
        rows += by_peers(f"{name}, {bits} bits", bits, people, train, bound)
    return rows


def among(name: str, people: People, others: People, hashers: Sequence[Hasher]) -> list[Row]:
    """People in a library of so many others that one face in a hundred is more than the photos of a person.

    Each of the others is taken for a person of one photo, so that it neither searches nor is wanted.
    """
    descriptors = np.concatenate([people.descriptors, others.descriptors])
    labels = np.concatenate([people.labels, 1 + people.labels.max() + np.arange(len(others.labels))])
    bound, rows = by_embedding(name, descriptors, labels)
    for hasher in hashers:
        rows += by_head(name, hasher, descriptors, labels, bound)
        rows += shown(f"{name}, {hasher.bits} bits: {hasher.key}", hasher, descriptors, np.arange(len(people.labels)))
    return rows


def shown(name: str, hasher: Hasher, descriptors: NDArray[np.float16], asking: NDArray[np.int64]) -> list[Row]:
    """Of the faces that a search without codes would show, those within the last band, the share in each shortlist."""
    codes, band = hasher.encode(descriptors), max(hasher.bands.values())
    searches = {"": by_codes(codes), ", asymmetric": by_margins(codes, hasher.margins(descriptors))}
    wanted = sizes(len(descriptors))
    return [
        against(f"{name}{way}, within the last band and in the {shortlist}", kept, 1.0)
        for way, search in searches.items()
        for shortlist, kept in zip(
            wanted, kept_within(search, embedding(descriptors), asking, band, list(wanted.values())), strict=True
        )
    ]


def by_embedding(
    name: str, descriptors: NDArray[np.float16], labels: NDArray[np.int64], far: float | None = None
) -> tuple[Found, list[Row]]:
    """What no code can be expected to exceed by much."""
    bound = found_by_distance(embedding(descriptors), labels, list(sizes(len(labels)).values()), far)
    rows = [Row(f"{name}: faces", len(labels), "faces"), *figures(f"{name}: float embedding", [bound], bound)]
    return bound, rows + shortlists(f"{name}: float embedding", bound, bound, len(labels))


def by_head(
    name: str,
    hasher: Hasher,
    descriptors: NDArray[np.float16],
    labels: NDArray[np.int64],
    bound: Found,
    far: float | None = None,
) -> list[Row]:
    """By code, by margins against codes, and re-ranked as the program does; and what shortlists keep."""
    name = f"{name}, {hasher.bits} bits: {hasher.key}"
    codes, wanted = hasher.encode(descriptors), list(sizes(len(labels)).values())
    symmetric = found_by_codes(codes, labels, wanted, far)
    asymmetric = found(by_margins(codes, hasher.margins(descriptors)), labels, wanted, far)
    reranked = found_reranked(codes, embedding(descriptors), labels, wanted[-1])
    return [
        *figures(name, [symmetric], bound),
        *shortlists(name, symmetric, bound, len(labels)),
        *figures(f"{name}, asymmetric", [asymmetric], bound),
        *shortlists(f"{name}, asymmetric", asymmetric, bound, len(labels)),
        *figures(f"{name}, the program's shortlist re-ranked", [reranked], bound),
    ]


def by_peers(name: str, bits: int, people: People, train: People, bound: Found) -> list[Row]:
    """Signs of projections: learned without labels, drawn at random, and plain."""
    fitted, vectors, labels = embedding(train.descriptors), embedding(people.descriptors), people.labels
    mean, width = fitted.mean(0), fitted.shape[1]
    learned = "ITQ" if bits <= width else f"ITQ (beyond {width} random rotations)"
    drawn: dict[str, Callable[[int], Vectors]] = {
        "random hyperplanes": partial(hyperplanes, width, bits),
        "random rotations": partial(rotations, width, bits),
        learned: partial(frame, fitted, bits),
    }
    plain = {"sign of principal components": principal(fitted, bits)} if bits <= width else {}
    plain |= {"sign of the embedding": np.eye(width, dtype=np.float32)} if bits == width else {}
    rows = []
    for peer, draw in drawn.items():
        margins = [(vectors - mean) @ draw(seed).T for seed in range(SEEDS)]
        codes = [pack(each >= 0) for each in margins]
        rows += figures(f"{name}: {peer}", [found_by_codes(each, labels, far=FAR) for each in codes], bound)
        if peer == learned:
            searches = [by_margins(*each) for each in zip(codes, margins, strict=True)]
            asymmetric = [found(search, labels, far=FAR) for search in searches]
            rows += figures(f"{name}: {peer}, asymmetric", asymmetric, bound)
    for peer, directions in plain.items():
        signs = pack((vectors - mean) @ directions.T >= 0)
        rows += figures(f"{name}: {peer}", [found_by_codes(signs, labels, far=FAR)], bound)
    return rows


def by_codes(codes: NDArray[np.uint64]) -> Search:
    """The Hamming distances of items to all codes."""
    return lambda block: hamming_each(codes, codes[:, block])


def by_margins(codes: NDArray[np.uint64], margins: NDArray[np.float32]) -> Search:
    """The asymmetric distances of items, by their margins (n, bits), to all codes."""
    return lambda block: np.stack([weighed(codes, margins[item]) for item in block])


def sizes(count: int) -> dict[str, int]:
    """Shortlists of a library of so many faces; the last is what the program re-ranks."""
    program = max(SHORTLIST, int(SHARE * count))
    return {"nearest 1 %": count // 100, "nearest 500": 500, f"program's {program:,}": program}


def shortlists(name: str, measured: Found, bound: Found, count: int) -> list[Row]:
    """The share of each query's true matches in each shortlist; a person may have more photos than that holds."""
    return [
        against(f"{name}, true matches in the {shortlist}", kept, most)
        for shortlist, kept, most in zip(sizes(count), measured.kept, bound.kept, strict=True)
    ]


def figures(name: str, draws: Sequence[Found], bound: Found) -> list[Row]:
    """The measures that were taken, of several draws in the mean with their standard deviation."""
    taken = {
        "mAP": ([each.precision for each in draws], bound.precision),
        "R@1": ([each.first for each in draws], bound.first),
        f"TAR at FAR {FAR:g}": ([each.accepted for each in draws], bound.accepted),
    }
    rows = []
    for measure, (values, most) in taken.items():
        apart = f"± {np.std(values, ddof=1):.4f}" if len(values) > 1 else ""
        if not np.isnan(values).any():
            rows.append(against(f"{name}, {measure}", float(np.mean(values)), most, apart))
    return rows


def against(name: str, value: float, bound: float, unit: str = "") -> Row:
    """A figure by that of the embedding."""
    return Row(name, value, unit, bound, value / bound)
