"""How well pictures that look alike are found: what a code keeps of the ten nearest by descriptor.

On pictures the head was not trained on: photos, portraits of LFW (other people) and CIFAR-10's test set (here as
slightly lossy JPEG, enlarged). Then altered copies search their originals.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray
from skimage.data import rocket

from benchmarks import report
from benchmarks.pictures import Pictures, few_pictures, pictures
from benchmarks.projections import hyperplanes, itq, signs
from benchmarks.report import Row
from benchmarks.train_image_head import vectors
from photohash.index.bits import hamming_each
from photohash.learn import metrics
from photohash.learn.retrieval import kept_neighbours
from photohash.nets import heads
from photohash.nets.device import set_threads
from photohash.nets.efficientnet import ImageBackbone, fit
from photohash.nets.manifest import newest

NEAREST = 10
SHORTLISTS = (100, 200)
PICTURES = 32  # to time the backbone with
TIMES = 20


def neighbours(name: str, codes: NDArray[np.uint64], rows: NDArray[np.float32]) -> list[Row]:
    """Recall of the ten nearest by descriptor: among ten by code, and re-ranked among more."""
    kept = kept_neighbours(codes, rows, NEAREST, NEAREST)
    reranked = [
        Row(f"{name}, {size} re-ranked", kept_neighbours(codes, rows, NEAREST, size), "recall@10", 1.0)
        for size in SHORTLISTS
    ]
    return [Row(f"{name}, by code alone", kept, "recall@10", 1.0), *reranked]


def copies(test: Pictures, codes: NDArray[np.uint64]) -> list[Row]:
    """How often an altered copy finds its original first, by descriptor and by code."""
    rows, first = vectors(test), ~test.copies
    wanted = test.originals[test.copies][:, None] == test.originals[first]
    exact = metrics.euclidean(rows[test.copies], rows[first])
    hamming = hamming_each(codes[:, first], codes[:, test.copies])
    by_vector = float(np.take_along_axis(wanted, exact.argmin(1)[:, None], 1).mean())
    by_code = float(metrics.precision_at(metrics.levels(hamming, wanted), 1).mean())
    return [Row("altered copies find their original, by code", by_code, "R@1", by_vector, by_code / by_vector)]


def speed() -> list[Row]:
    """Pictures that the backbone describes in a second, and how long one takes to be fitted, on one thread."""
    photo = np.tile(rocket(), (2, 2, 1))[:768, :1024]
    fitted = np.stack([fit(photo)] * PICTURES)
    backbone = ImageBackbone("cpu")
    backbone.describe(fitted[:2])
    begun = time.perf_counter()
    backbone.describe(fitted)
    described = time.perf_counter()
    for _ in range(TIMES):
        fit(photo)
    done = time.perf_counter()
    return [
        Row("backbone, one thread", PICTURES / (described - begun), "pictures/s"),
        Row("fitting 1024 x 768 to 224 x 224, one thread", 1e3 * (done - described) / TIMES, "ms"),
    ]


def measure(quick: bool) -> list[Row]:
    set_threads(1)
    test = few_pictures("test") if quick else pictures("test")
    rows, firsts = vectors(test), ~test.copies
    hasher = heads.load(newest()["image"])
    bits = hasher.bits
    codes = hasher.encode(test.descriptors)
    own = neighbours(f"{hasher.key}, {bits} bits", codes[:, firsts], rows[firsts])
    others = [] if quick else peers(rows[firsts], bits)
    return [Row("pictures", int(firsts.sum()), ""), *own, *others, *copies(test, codes), *speed()]


def peers(rows: NDArray[np.float32], bits: int) -> list[Row]:
    """Codes without training from pairs, fitted to the pictures that the head was trained on."""
    train = vectors(pictures("train"))
    mean = train.mean(0)
    directions_of = {
        f"ITQ, {bits} bits": itq(train, bits),
        f"random hyperplanes, {bits} bits": hyperplanes(train.shape[1], bits),
        "ITQ, 64 bits": itq(train, 64),
        "ITQ, 256 bits": itq(train, 256),
    }
    table = []
    for name, directions in directions_of.items():
        table += neighbours(name, heads.pack(signs(rows, directions, mean)), rows)
    return table


if __name__ == "__main__":
    report.run(measure, "Likeness of pictures by code.")
