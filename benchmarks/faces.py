"""How well people are told apart and found: LFW verification, and retrieval by embedding and by code.

Verification is LFW's view 2, 10 folds of 600 pairs, by the program's own way from file to embedding. No network in it
was trained on LFW's photos, but the template of the chips was chosen by tuning people's, so the pairs of test people
alone stand beside. Heads are trained on half of LFW's people, so retrieval is measured on its test people and on 30
people of VGGFace2, these among themselves and in a library of strangers.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from benchmarks import report
from benchmarks.face_codes import BITS, among, retrieval, shipped_heads, trained_heads
from benchmarks.people import TEST, TRAIN, VALIDATION, People, held_out, lfw, pairs, place
from benchmarks.report import Row
from photohash.learn.verification import verification as verify
from photohash.nets import heads
from photohash.nets.device import set_threads
from photohash.nets.face_resnet import SIDE, FaceBackbone, embedding
from photohash.nets.manifest import newest

QUICK_FOLDS, QUICK_PEOPLE = 1, 5
FOLD = 600
CHIPS = 64  # to time the backbone with


def verification(folds: int) -> tuple[People, list[Row]]:
    """Verification on the first folds of pairs; and the described photos, all of them or those of the pairs."""
    listed, same = pairs()
    listed, same = listed[: folds * FOLD], same[: folds * FOLD]
    everyone = lfw(None if folds == 10 else [photo for pair in listed for photo in pair])
    accuracy = accuracies(everyone, listed, same)
    rows = [
        Row("LFW photos described", len(everyone.files), "photos"),
        Row("of these without a face found (their middle was taken)", int((~everyone.found).sum()), "photos"),
        Row(f"verification, {len(same):,} pairs in 10 folds", float(accuracy.mean()), "%", 99.0),
        Row("standard error of the 10 folds", float(accuracy.std() / np.sqrt(10)), "%"),
    ]
    if folds == 10:
        tested = np.array([all(place(photo.split("/")[0]) >= TEST[0] for photo in pair) for pair in listed])
        of_test = [pair for pair, is_tested in zip(listed, tested, strict=True) if is_tested]
        name = f"verification, the {len(of_test):,} of these pairs that are of test people"
        rows.append(Row(name, float(accuracies(everyone, of_test, same[tested]).mean()), "%"))
    return everyone, rows


def accuracies(everyone: People, listed: list[tuple[str, str]], same: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How many percent of the pairs of photos are told right in each of 10 folds."""
    at = {file: n for n, file in enumerate(everyone.files)}
    vectors = embedding(everyone.descriptors)
    one, other = (vectors[[at[pair[n]] for pair in listed]] for n in (0, 1))
    return 100 * verify(np.linalg.norm(one - other, axis=1), same, 10)


def speed() -> list[Row]:
    """Chips that the backbone describes and descriptors that the head hashes in a second, on one thread."""
    chips: NDArray[np.uint8] = np.random.default_rng(0).integers(0, 256, (CHIPS, SIDE, SIDE, 3), np.uint8)
    backbone, hasher = FaceBackbone("cpu"), heads.load(newest()["face"])
    descriptors = np.repeat(backbone.describe(chips), 64, axis=0)  # and warmed up with it
    begun = time.perf_counter()
    backbone.describe(chips)
    described = time.perf_counter()
    hasher.encode(descriptors)
    hashed = time.perf_counter()
    return [
        Row("backbone, one thread", CHIPS / (described - begun), "faces/s"),
        Row("head, one thread", len(descriptors) / (hashed - described), "faces/s"),
    ]


def measure(quick: bool) -> list[Row]:
    set_threads(1)
    everyone, rows = verification(QUICK_FOLDS if quick else 10)
    train, test = everyone.share(*TRAIN), everyone.share(*TEST)
    hashers = shipped_heads()
    if quick:  # a fold's photos hold too few of one person to search in or to train by
        rows += retrieval("few of VGGFace2", held_out(QUICK_PEOPLE), train, hashers, (hashers[-1].bits,))
    else:
        begun = time.perf_counter()
        hashers += trained_heads(train, everyone.share(*VALIDATION), hashers)
        rows.append(Row("training the heads that are not shipped", time.perf_counter() - begun, "s"))
        rows += retrieval("LFW test people", test, train, hashers, BITS)
        strangers = held_out()
        rows += retrieval("VGGFace2", strangers, train, hashers, BITS)
        rows += among("VGGFace2 among all of LFW", strangers, everyone, hashers)
    return rows + speed()


if __name__ == "__main__":
    report.run(measure, "Verification and retrieval of faces.")
