"""What codes of whole pictures are worth: how they keep the order of descriptors, and what they find.

Measured on test pictures: photos, portraits of LFW (other people) and CIFAR-10's test set (here as slightly lossy JPEG,
enlarged). Ties count exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.data import require
from benchmarks.pictures import Pictures, opened
from photohash.index.bits import hamming_each
from photohash.learn import metrics
from photohash.nets.efficientnet import ImageBackbone, fit

NEAREST = 10
SHORTLISTS = (NEAREST, 100, 200)  # by code alone, and to be ordered by descriptor
BLOCK = 256  # queries at a time, so that their distances to everything fit into memory
KINDS = {"photo": "photos", "lfw": "portraits", "cifar": "CIFAR-10"}
CLASS = 1_000  # pictures of each class in CIFAR-10's test set
DUPLICATES = "neardup/imagededup_tests/tests/data"
NAME = len("ukbench00120")  # of the object that a file shows, before what was done to it

Distances = NDArray[np.integer] | NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes uint64 (words, n) of test pictures and (words, m) of the near-duplicates."""

    pictures: NDArray[np.uint64]
    duplicates: NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Described files, float16 (m, 1280), of which each shows the object `labels` int (m,), some of them alone."""

    descriptors: NDArray[np.float16]
    labels: NDArray[np.int64]


def unit(descriptors: NDArray[np.float16]) -> NDArray[np.float32]:
    """Descriptors scaled to unit length, float32 (n, 1280)."""
    plain = descriptors.astype(np.float32)
    rows: NDArray[np.float32] = plain / np.linalg.norm(plain, axis=1, keepdims=True)
    return rows


def recalls(codes: NDArray[np.uint64], rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """The share of each item's ten nearest by vector among the nearest by code, for each shortlist: (n, shortlists)."""
    shares = []
    for at in range(0, len(rows), BLOCK):
        block = np.arange(at, min(at + BLOCK, len(rows)))
        other = np.arange(len(rows)) != block[:, None]
        exact = metrics.euclidean(rows[block], rows)
        exact[~other] = np.inf
        wanted = np.zeros(exact.shape, bool)
        np.put_along_axis(wanted, np.argpartition(exact, NEAREST, 1)[:, :NEAREST], True, 1)
        hamming = hamming_each(codes, codes[:, block])
        near = metrics.levels(hamming[other].reshape(len(block), -1), wanted[other].reshape(len(block), -1))
        shares.append(np.stack([metrics.recall_at(near, size) for size in SHORTLISTS], 1))
    return np.concatenate(shares)


def order(chosen: Pictures, codes: NDArray[np.uint64]) -> dict[str, float]:
    """Recall of the ten nearest by descriptor among all originals: of all queries by shortlist, and of each kind."""
    firsts = ~chosen.copies
    kept, kinds = recalls(codes[:, firsts], unit(chosen.descriptors[firsts])), chosen.kinds[firsts]
    figures = {"recall@10": float(kept[:, 0].mean())}
    for kind, name in KINDS.items():
        figures[f"recall@10, {name}"] = float(kept[kinds == kind, 0].mean())
    for column, size in enumerate(SHORTLISTS[1:], 1):
        figures[f"recall@10, {size} re-ranked"] = float(kept[:, column].mean())
    return figures


def classes(chosen: Pictures) -> NDArray[np.int64]:
    """The class numbers of CIFAR-10's originals, which are spread evenly over the names of the test set, in order."""
    count = int((~chosen.copies & (chosen.kinds == "cifar")).sum())
    return np.linspace(0, 10 * CLASS - 1, count).astype(np.int64) // CLASS


def found(distances: Distances, labels: NDArray[np.int64]) -> tuple[float, float]:
    """Precision of the ten nearest and mean average precision by label, leave-one-out; distances (n, n)."""
    near = others(distances, labels[:, None] == labels)
    return float(metrics.precision_at(near, NEAREST).mean()), float(metrics.average_precision(near).mean())


def others(distances: Distances, relevant: NDArray[np.bool_]) -> metrics.Levels:
    """The levels of distances (n, m) to all items but the first, the second and so on, which are the queries."""
    other = np.arange(distances.shape[1]) != np.arange(len(distances))[:, None]
    shape = len(distances), distances.shape[1] - 1
    return metrics.levels(distances[other].reshape(shape), relevant[other].reshape(shape))


def copies(distances: Distances, chosen: Pictures) -> float:
    """How often an altered copy finds its original first; distances (copies, originals)."""
    wanted = chosen.originals[chosen.copies][:, None] == chosen.originals[~chosen.copies]
    return float(metrics.precision_at(metrics.levels(distances, wanted), 1).mean())


def duplicates() -> Duplicates:
    """The photos of objects that come with copies made by others: resized, mirrored, turned, in other formats."""
    files: dict[bytes, Path] = {}
    for file in sorted((require(DUPLICATES)).rglob("ukbench*")):
        if file.suffix in (".jpg", ".jpeg", ".png", ".webp", ".bmp") and "corrupt" not in file.name:
            files.setdefault(file.read_bytes(), file)  # a copy bit by bit would prove nothing
    names = [file.name[:NAME] for file in files.values()]
    described = ImageBackbone("cpu").describe(np.stack([fitted(file) for file in files.values()]))
    return Duplicates(described, np.unique(names, return_inverse=True)[1].astype(np.int64))


def fitted(file: Path) -> NDArray[np.uint8]:
    """A file as the backbone takes it."""
    return fit(np.array(opened(file)))


def copies_of_others(distances: Distances, shown: Duplicates) -> float:
    """How often a file with copies finds one of them first; distances (m, m + n) to all files and to other pictures."""
    count = len(shown.labels)
    relevant = np.zeros(distances.shape, bool)
    relevant[:, :count] = shown.labels[:, None] == shown.labels
    several = np.bincount(shown.labels)[shown.labels] > 1
    return float(metrics.precision_at(others(distances, relevant), 1)[several].mean())


def by_code(chosen: Pictures, shown: Duplicates, codes: Codes) -> dict[str, float]:
    """All figures of codes."""
    pictures, firsts = codes.pictures, ~chosen.copies
    cifar = pictures[:, firsts & (chosen.kinds == "cifar")]
    every = np.concatenate([codes.duplicates, pictures[:, firsts & (chosen.kinds != "photo")]], axis=1)
    precision, mean = found(hamming_each(cifar, cifar), classes(chosen))
    return order(chosen, pictures) | {
        "precision@10 by class": precision,
        "mAP by class": mean,
        "altered copies find their original": copies(
            hamming_each(pictures[:, firsts], pictures[:, chosen.copies]), chosen
        ),
        "near-duplicates find each other": copies_of_others(hamming_each(every, codes.duplicates), shown),
    }


def by_descriptor(chosen: Pictures, shown: Duplicates) -> dict[str, float]:
    """The figures of descriptors that are not 1 by definition."""
    rows, firsts, copied = unit(chosen.descriptors), ~chosen.copies, unit(shown.descriptors)
    cifar = rows[firsts & (chosen.kinds == "cifar")]
    every = np.concatenate([copied, rows[firsts & (chosen.kinds != "photo")]])
    precision, mean = found(metrics.euclidean(cifar, cifar), classes(chosen))
    return {
        "precision@10 by class": precision,
        "mAP by class": mean,
        "altered copies find their original": copies(metrics.euclidean(rows[chosen.copies], rows[firsts]), chosen),
        "near-duplicates find each other": copies_of_others(metrics.euclidean(copied, every), shown),
    }
