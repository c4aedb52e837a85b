"""How well pictures that look alike are found: what a code keeps of the ten nearest by descriptor, and what it finds.

    python -m benchmarks.images [--quick] [--json FILE]

On pictures the head was not trained on (see `likeness`). Beside the shipped head stand one trained in this run at half
its length, and ITQ and random hyperplanes on the same training pictures; the gain over ITQ comes with the range in
which it lies for 95 % of samples of the queries.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from skimage.data import rocket

from benchmarks import report
from benchmarks.image_head import trained
from benchmarks.likeness import Codes, Duplicates, by_code, by_descriptor, duplicates, recalls, unit
from benchmarks.pictures import Pictures, few_pictures, pictures
from benchmarks.projections import hyperplanes, itq, signs
from benchmarks.report import Row
from benchmarks.train_image_head import codes, training, validation
from photohash.nets import heads
from photohash.nets.device import set_threads
from photohash.nets.efficientnet import ImageBackbone, fit
from photohash.nets.manifest import newest

PICTURES = 32  # to time the backbone with
TIMES = 20
SAMPLES = 1_000  # of the queries, with repetition


def rows(name: str, figures: Mapping[str, float], exact: Mapping[str, float]) -> list[Row]:
    """The figures of one kind of code; what descriptors themselves reach is the reference, 1 where it is their own."""
    table = []
    for figure, value in figures.items():
        reference = exact.get(figure, 1.0)
        table.append(Row(f"{name}: {figure}", value, "", reference, value / reference))
    return table


def gain(name: str, learnt: NDArray[np.uint64], plain: NDArray[np.uint64], vectors: NDArray[np.float32]) -> list[Row]:
    """The gain in recall@10 of some codes over others, and between what it lies for 95 % of samples of the queries."""
    gains = recalls(learnt, vectors)[:, 0] - recalls(plain, vectors)[:, 0]
    random = np.random.default_rng(0)
    means = [float(random.choice(gains, len(gains)).mean()) for _ in range(SAMPLES)]
    low, high = np.quantile(means, [0.025, 0.975])
    return [
        Row(f"{name}: gain in recall@10", float(gains.mean()), ""),
        Row(f"{name}: at least", float(low), ""),
        Row(f"{name}: at most", float(high), ""),
    ]


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
    test, shown = few_pictures("test") if quick else pictures("test"), duplicates()
    exact = by_descriptor(test, shown)
    hasher = heads.load(newest()["image"])
    own = Codes(hasher.encode(test.descriptors), hasher.encode(shown.descriptors))
    table = rows(f"{hasher.key}, {hasher.bits} bits", by_code(test, shown, own), exact)
    others = [] if quick else peers(test, shown, exact, own, hasher.bits)
    return [Row("pictures", int((~test.copies).sum()), ""), *table, *others, *speed()]


def peers(test: Pictures, shown: Duplicates, exact: Mapping[str, float], own: Codes, bits: int) -> list[Row]:
    """A head of half the length, and codes without training from neighbours, all from the same training pictures."""
    train = training()
    half = codes(trained(train, validation(), bits // 2).head, test, shown)
    mean = train.mean(0)

    def projected(directions: NDArray[np.float32]) -> Codes:
        return Codes(*(heads.pack(signs(unit(each.descriptors), directions, mean)) for each in (test, shown)))

    plain = {length: projected(itq(train, length)) for length in (bits, bits // 2)}
    table = rows(f"trained now, {bits // 2} bits", by_code(test, shown, half), exact)
    for length, peer in plain.items():
        table += rows(f"ITQ, {length} bits", by_code(test, shown, peer), exact)
        random = projected(hyperplanes(train.shape[1], length))
        table += rows(f"random hyperplanes, {length} bits", by_code(test, shown, random), exact)
    firsts = ~test.copies
    vectors = unit(test.descriptors[firsts])
    for length, learnt in ((bits, own), (bits // 2, half)):
        table += gain(f"{length} bits over ITQ", learnt.pictures[:, firsts], plain[length].pictures[:, firsts], vectors)
    return table


if __name__ == "__main__":
    report.run(measure, "Likeness of pictures by code.")
