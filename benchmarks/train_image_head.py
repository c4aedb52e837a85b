"""Train the image head, DCH, on descriptors of photos, portraits and CIFAR-10 and write it with its manifest.

    python -m benchmarks.train_image_head --out FOLDER [--bits 128] [--version 1] [--steps 200]

Without labels: two pictures are similar when one is among the nearest of the other by descriptor. The head starts as
ITQ, is trained with the Cauchy losses in small steps and kept at the step at which the codes of validation pictures
find most of their float neighbours, which may be the start. Test pictures are measured once, at the end.
"""

from __future__ import annotations

import argparse
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.pictures import Pictures, pictures
from benchmarks.projections import itq
from photohash.learn import calibration, metrics
from photohash.learn.retrieval import kept_neighbours
from photohash.methods.dch import Dch
from photohash.nets import heads
from photohash.nets.dch import DchHead
from photohash.nets.efficientnet import WIDTH, ImageBackbone
from photohash.nets.manifest import Manifest

GAIN = 20.0  # of the projections the head starts as: those of unit vectors have a deviation of about 0.05
GAMMA, QUANTISATION = 10.0, 0.1  # of the Cauchy losses
NEIGHBOURS = 20  # that count as similar
BATCH, RATE = 256, 1e-5
EVERY = 25  # steps between two looks at the validation pictures
VALIDATION = 5  # every fifth original and its copies


def vectors(chosen: Pictures) -> NDArray[np.float32]:
    """Descriptors scaled to unit length, float32 (n, 1280)."""
    plain = chosen.descriptors.astype(np.float32)
    unit: NDArray[np.float32] = plain / np.linalg.norm(plain, axis=1, keepdims=True)
    return unit


def bits_of(head: DchHead, rows: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The codes of vectors, unpacked: bool (n, bits)."""
    with torch.inference_mode():
        bits: NDArray[np.bool_] = (head.margins(torch.from_numpy(rows)) >= 0).numpy()
    return bits


def score(head: DchHead, rows: NDArray[np.float32]) -> float:
    """How many of the ten nearest by descriptor are among the ten nearest by code."""
    return kept_neighbours(heads.pack(bits_of(head, rows)), rows, 10, 10)


def fine_tune(
    head: DchHead, train: NDArray[np.float32], validation: NDArray[np.float32], steps: int
) -> tuple[DchHead, int]:
    """The head at the step that is best for the validation pictures, and that step; 0 is the start."""
    torch.manual_seed(0)
    rows = torch.from_numpy(train)
    distances = torch.cdist(rows, rows)
    nearest = distances.topk(NEIGHBOURS + 1, largest=False)  # the first is the picture itself
    reach = nearest.values[:, -1]
    method = Dch(WIDTH, head.fc.out_features, 2, gamma=GAMMA, quantisation=QUANTISATION)
    optimiser = torch.optim.Adam(head.parameters(), lr=RATE)
    best, best_score, best_step = deepcopy(head), score(head, validation), 0
    print(f"start: validation recall@10 {best_score:.4f}")
    for step in range(1, steps + 1):
        some = torch.randint(len(rows), (BATCH // 2,))
        near = nearest.indices[some, torch.randint(1, NEIGHBOURS + 1, (BATCH // 2,))]
        batch = torch.cat([some, near])  # pairs at random would hardly ever be similar
        similar = distances[batch][:, batch] <= torch.maximum(reach[batch][:, None], reach[batch])
        loss = method.of_codes(head(rows[batch]), similar)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        if step % EVERY == 0:
            reached = score(head, validation)
            print(f"step {step}: loss {loss.item():.3f}, validation recall@10 {reached:.4f}")
            if reached > best_score:
                best, best_score, best_step = deepcopy(head), reached, step
    return best, best_step


def distances(chosen: Pictures) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Distances of photos and portraits to their altered copies, and of different ones.

    Two photos of the sets may show one scene, so that different means: at least one of the two is a portrait of LFW.
    """
    real = chosen.of(chosen.kinds != "cifar")
    rows = vectors(real)
    firsts = rows[~real.copies]
    place = np.searchsorted(real.originals[~real.copies], real.originals[real.copies])
    same = np.linalg.norm(rows[real.copies] - firsts[place], axis=1)
    portrait = real.kinds[~real.copies] == "lfw"
    i, j = np.triu_indices(len(firsts), 1)
    between = metrics.euclidean(firsts, firsts)[i, j]
    return same, between[portrait[i] | portrait[j]]


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the image head and write it with its manifest.")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--bits", type=int, default=128)
    parser.add_argument("--version", type=int, default=1)
    parser.add_argument("--steps", type=int, default=200)
    asked = parser.parse_args()
    trained, test = pictures("train"), pictures("test")
    held = trained.originals % VALIDATION == 0
    train = vectors(trained.of(~held))
    head = DchHead(WIDTH, asked.bits)
    head.start_from(torch.from_numpy(itq(train, asked.bits)), torch.from_numpy(train.mean(0)), GAIN)
    head, step = fine_tune(head, train, vectors(trained.of(held & ~trained.copies)), asked.steps)
    calibrated = calibration.fit(*distances(trained))
    tested = vectors(test.of(~test.copies))
    manifest = Manifest(
        task="image",
        name="dch",
        version=asked.version,
        architecture="dch",
        sizes={"inputs": WIDTH, "bits": asked.bits},
        backbone=str(ImageBackbone.key),
        part=(0, WIDTH),
        unit_length=True,
        calibration=calibration.reliable(*distances(test), calibrated),
        trained_on={
            "data": "photos, LFW, CIFAR-10 and altered copies",
            "pictures": len(train),
            "start": "ITQ",
            "steps of training kept": step,
        },
        quality={
            "measured on": f"{len(tested)} other pictures, leave-one-out",
            "recall@10 of the ten nearest by descriptor": round(score(head, tested), 4),
            "the same in a shortlist of 200": round(
                kept_neighbours(heads.pack(bits_of(head, tested)), tested, 10, 200), 4
            ),
            **calibration.check(*distances(test), calibrated),
        },
    )
    print(heads.save(manifest, head, asked.out))
    for name, value in manifest.quality.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
