"""Train the face head, DCBH, on the descriptors of LFW's training people and write it with its manifest.

    python -m benchmarks.train_face_head --out FOLDER [--bits 256] [--version 1] [--steps 200]

It starts as sign projections: of several pairs of random rotations the one by which validation people are found best
(ITQ's rotation does no better here once bits are as many as dimensions). From there it is trained with DCBH's loss in
small steps and kept at the step that is best for validation people, which may be the start. Test people are measured
once, at the end.
"""

from __future__ import annotations

import argparse
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.faces import SHORTLIST, accuracies
from benchmarks.people import TEST, TRAIN, VALIDATION, People, lfw, pairs
from benchmarks.projections import frame, rotations
from photohash.learn import calibration, metrics
from photohash.learn.retrieval import found_by_codes, found_by_distance, found_reranked
from photohash.methods.dcbh import Dcbh
from photohash.nets import heads
from photohash.nets.dcbh import UNITS, DcbhHead
from photohash.nets.face_resnet import EMBEDDING, FaceBackbone, embedding
from photohash.nets.manifest import Manifest

GAIN = 8.0  # of the projections the head starts as: those of embeddings have a deviation of about 0.1
STARTS = 16
FACES_OF_ONE = 10  # at most, so that the most photographed do not outweigh the others
BATCH = 256
EVERY = 25  # steps between two looks at the validation people
RATE, CLASSIFIER_RATE = 1e-4, 1e-2


def start(train: People, directions: NDArray[np.float32]) -> DcbhHead:
    """The head as the signs of `directions` (bits, 128) on embeddings less the training people's mean."""
    mean = embedding(train.descriptors).mean(0)
    head = DcbhHead(EMBEDDING.stop, len(directions))
    head.start_from(torch.from_numpy(directions), torch.from_numpy(mean), GAIN)
    return head.eval()


def best_start(train: People, validation: People, bits: int) -> DcbhHead:
    """Of ITQ's projections and several random rotations those by which validation people are found best."""
    drawn = [rotations(EMBEDDING.stop, bits, seed) for seed in range(STARTS)]
    learned = [frame(embedding(train.descriptors), bits, seed) for seed in range(2)]
    candidates = [start(train, directions) for directions in (*learned, *drawn)]
    scores = [score(head, validation) for head in candidates]
    print(f"validation mAP: ITQ {scores[:2]}, random rotations {min(scores[2:]):.4f} to {max(scores[2:]):.4f}")
    return candidates[int(np.argmax(scores))]


def bits_of(head: DcbhHead, people: People) -> NDArray[np.bool_]:
    """The codes of faces, unpacked: bool (n, bits)."""
    with torch.inference_mode():
        bits: NDArray[np.bool_] = (head.margins(torch.from_numpy(embedding(people.descriptors))) >= 0).numpy()
    return bits


def score(head: DcbhHead, people: People) -> float:
    """The mean average precision of leave-one-out retrieval by codes."""
    return found_by_codes(heads.pack(bits_of(head, people)), people.labels).precision


def capped(people: People, most: int, seed: int = 0) -> People:
    """At most `most` faces of each person."""
    order = np.random.default_rng(seed).permutation(len(people.labels))
    nth = np.zeros(len(order), np.int64)
    seen: dict[int, int] = {}
    for n in order:
        label = int(people.labels[n])
        nth[n] = seen[label] = seen.get(label, -1) + 1
    return people.of(nth < most)


def distances(people: People) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The distances of all pairs of faces of one person, and of all pairs of faces of two."""
    few = capped(people, FACES_OF_ONE)
    vectors = embedding(few.descriptors)
    i, j = np.triu_indices(len(vectors), 1)
    of_pairs = metrics.euclidean(vectors, vectors)[i, j]
    same = few.labels[i] == few.labels[j]
    return of_pairs[same], of_pairs[~same]


def fine_tune(head: DcbhHead, train: People, validation: People, steps: int) -> tuple[DcbhHead, int]:
    """The head at the step at which validation people are found best, and that step; 0 is the start.

    The batch norm stays as it is, so that the head of each step is the one that is measured.
    """
    torch.manual_seed(0)
    several = train.of(np.bincount(train.labels)[train.labels] > 1)
    vectors = torch.from_numpy(embedding(several.descriptors))
    labels = torch.from_numpy(np.unique(several.labels, return_inverse=True)[1])
    method = Dcbh(EMBEDDING.stop, head.bits, int(labels.max()) + 1, units=head.units)
    method.head = head
    groups = [(head.fc, RATE), (method.classified, CLASSIFIER_RATE)]
    optimiser = torch.optim.Adam([{"params": module.parameters(), "lr": rate} for module, rate in groups])
    best, best_score, best_step = deepcopy(head), score(head, validation), 0
    for step in range(1, steps + 1):
        batch = torch.randint(len(vectors), (BATCH,))
        value = method.loss(vectors[batch], labels[batch])
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        if step % EVERY == 0:
            reached = score(head, validation)
            print(f"step {step}: loss {value.item():.3f}, validation mAP {reached:.4f}")
            if reached > best_score:
                best, best_score, best_step = deepcopy(head), reached, step
    return best, best_step


def quality(head: DcbhHead, people: People) -> dict[str, float]:
    """How well people nobody trained on are found: by code, by code then embedding, and by embedding, the bound."""
    codes, vectors = heads.pack(bits_of(head, people)), embedding(people.descriptors)
    ways = {
        "code": found_by_codes(codes, people.labels),
        "re-ranked": found_reranked(codes, vectors, people.labels, SHORTLIST),
        "embedding": found_by_distance(vectors, people.labels),
    }
    figures = {f"mAP, {way}": found.precision for way, found in ways.items()}
    figures |= {f"R@1, {way}": found.first for way, found in ways.items()}
    return {name: round(value, 4) for name, value in figures.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the face head on LFW and write it with its manifest.")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--bits", type=int, default=256)
    parser.add_argument("--version", type=int, default=1)
    parser.add_argument("--steps", type=int, default=200)
    asked = parser.parse_args()
    everyone = lfw()
    train, validation, test = (everyone.share(*part) for part in (TRAIN, VALIDATION, TEST))
    head, step = fine_tune(best_start(train, validation, asked.bits), train, validation, asked.steps)
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
            "people": len(np.unique(train.labels)),
            "faces": len(train.labels),
            "start": "sign projections",
            "steps of training kept": step,
        },
        quality={
            "LFW verification, embedding": round(float(accuracies(everyone, *pairs()).mean()) / 100, 4),
            "measured on": f"{len(np.unique(test.labels))} other people of LFW, {len(test.labels)} faces",
            **quality(head, test),
            **calibration.check(*distances(test), calibrated),
        },
    )
    print(heads.save(manifest, head, asked.out))
    for name, value in manifest.quality.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
