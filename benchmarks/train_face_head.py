"""Train the face head, DCBH, on the descriptors of LFW's training people and write it with its manifest.

    python -m benchmarks.train_face_head --out FOLDER [--bits 256] [--version 2]

`benchmarks.face_head` says how. It is kept at the step that is best for validation people, which may be the start. Test
people of LFW, and people of VGGFace2, are measured once, at the end: all figures are of the head that is written.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.face_head import RECIPE, ROTATED, UNITS, capped, learned
from benchmarks.faces import accuracies
from benchmarks.people import TEST, TRAIN, VALIDATION, People, held_out, lfw, pairs
from photohash.index.bits import pack
from photohash.learn import calibration, metrics
from photohash.learn.retrieval import Found, found_by_codes, found_by_distance, found_reranked
from photohash.nets import heads
from photohash.nets.device import set_threads
from photohash.nets.face_resnet import EMBEDDING, FaceBackbone, embedding
from photohash.nets.manifest import Manifest
from photohash.work.search import SHARE, SHORTLIST

FACES_OF_ONE = 10  # at most, in pairs, so that the most photographed do not outweigh the others
FAR = 1e-3


def distances(people: People) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The distances of all pairs of faces of one person, and of all pairs of faces of two."""
    few = capped(people, FACES_OF_ONE)
    vectors = embedding(few.descriptors)
    i, j = np.triu_indices(len(vectors), 1)
    of_pairs = metrics.euclidean(vectors, vectors)[i, j]
    same = few.labels[i] == few.labels[j]
    return of_pairs[same], of_pairs[~same]


def quality(hasher: heads.Hasher, people: People) -> dict[str, float]:
    """How well people are found: by code, by code then embedding as the program does, and by embedding, the bound.

    Re-centred codes have the threshold of each bit at the median of these people's margins.
    """
    vectors, labels, margins = embedding(people.descriptors), people.labels, hasher.margins(people.descriptors)
    shortlists = {"nearest 1 %": len(labels) // 100, "nearest 500": 500}
    codes = pack(margins >= 0)
    by_code = found_by_codes(codes, labels, list(shortlists.values()), FAR)
    centred = found_by_codes(pack(margins >= np.median(margins, 0)), labels, far=FAR)
    reranked = found_reranked(codes, vectors, labels, max(SHORTLIST, int(SHARE * len(labels))))
    figures: dict[str, float] = {
        **count(people),
        **named("code", by_code),
        **{f"true matches in the {name}": kept for name, kept in zip(shortlists, by_code.kept, strict=True)},
        **named("code re-centred", centred),
        "mAP, re-ranked": reranked.precision,
        "R@1, re-ranked": reranked.first,
        **named("embedding", found_by_distance(vectors, labels, far=FAR)),
    }
    return {name: round(value, 4) for name, value in figures.items()}


def named(way: str, found: Found) -> dict[str, float]:
    """The three measures of a way to search."""
    return {
        f"mAP, {way}": found.precision,
        f"R@1, {way}": found.first,
        f"TAR at FAR {FAR:g}, {way}": found.accepted,
    }


def count(people: People) -> dict[str, int]:
    """How many people and faces."""
    return {"people": len(np.unique(people.labels)), "faces": len(people.labels)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the face head on LFW and write it with its manifest.")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--bits", type=int, default=256)
    parser.add_argument("--version", type=int, default=2)
    asked = parser.parse_args()
    set_threads(1)
    everyone = lfw()
    train, validation, test = (everyone.share(*part) for part in (TRAIN, VALIDATION, TEST))
    begun = time.process_time()
    head, training = learned(train, validation, asked.bits)
    seconds = time.process_time() - begun
    for look in training.looks:
        print(f"step {look.step}: loss {look.loss:.3f}, validation mAP {look.score:.4f}")
    calibrated = calibration.fit(*distances(everyone.share(TRAIN[0], VALIDATION[1])))
    manifest = Manifest(
        task="face",
        name="dcbh",
        version=asked.version,
        architecture="dcbh",
        sizes={"inputs": EMBEDDING.stop, "bits": asked.bits, "units": UNITS},
        backbone=str(FaceBackbone.key),
        part=(EMBEDDING.start, EMBEDDING.stop),
        unit_length=False,
        calibration=calibration.reliable(*distances(test), calibrated),
        trained_on={
            "data": "LFW",
            **count(train),
            "start": "signs of random rotations" if asked.bits >= ROTATED else "ITQ",
            "losses": "pairs of codes, and DCBH's",
            "steps": RECIPE.steps,
            "step kept": training.step,
            "seconds of training, one core": round(seconds),
            "validation mAP at the start": round(training.looks[0].score, 4),
            "validation mAP": round(training.score, 4),
        },
    )
    sets = {"LFW test people": test, "VGGFace2": held_out()}
    hasher = heads.Hasher(manifest, head, "cpu")
    measured = {f"{name}: {what}": n for name, people in sets.items() for what, n in quality(hasher, people).items()}
    verified = round(float(accuracies(everyone, *pairs()).mean()) / 100, 4)
    checked = calibration.check(*distances(test), calibrated)
    said = replace(manifest, quality={"LFW verification, embedding": verified, **measured, **checked})
    asked.out.mkdir(parents=True, exist_ok=True)
    print(heads.save(said, head, asked.out))
    for name, value in said.quality.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
