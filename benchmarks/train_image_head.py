"""Train the image head, DCH, on descriptors of photos, portraits and CIFAR-10 and write it with its manifest.

    python -m benchmarks.train_image_head --out FOLDER [--bits 128] [--version 2] [--steps 1000]

Without labels: what is near by descriptor is to be near by code (see `image_head`). The head is kept at the step at
which the codes of validation pictures find most of their ten nearest by descriptor, which may be the start. Test
pictures are measured once, at the end. Before the first time descriptors are made, which takes a quarter of an hour.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.image_head import Recipe, Trained, bits_of, distinct, trained
from benchmarks.likeness import Codes, Duplicates, by_code, by_descriptor, duplicates, unit
from benchmarks.more_pictures import more, part
from benchmarks.pictures import Pictures, pictures
from benchmarks.projections import itq, signs
from photohash.learn import calibration, metrics
from photohash.nets import heads
from photohash.nets.dch import DchHead
from photohash.nets.device import set_threads
from photohash.nets.efficientnet import WIDTH, ImageBackbone
from photohash.nets.manifest import Manifest

Vectors = NDArray[np.float32]


def training() -> Vectors:
    """Unit vectors (n, 1280) of all training pictures; of equal ones one."""
    return distinct(np.concatenate([unit(more("train").descriptors), copied()]))


def copied() -> Vectors:
    """Those of altered copies of portraits and of the photos that validation does not have."""
    chosen = pictures("train")
    photos = int((part("photos-train").kinds == "photo").sum())  # the first of that side's
    return unit(chosen.descriptors[chosen.copies & ((chosen.kinds == "lfw") | (chosen.originals < photos))])


def validation() -> Vectors:
    """Unit vectors (m, 1280) of pictures to choose by."""
    return unit(more("validation").descriptors)


def codes(head: DchHead, test: Pictures, shown: Duplicates) -> Codes:
    """The codes that a head gives to test pictures."""
    return Codes(*(heads.pack(bits_of(head, unit(each.descriptors))) for each in (test, shown)))


def distances(chosen: Pictures) -> tuple[Vectors, Vectors]:
    """Distances of photos and portraits to their altered copies, and of different ones.

    Two photos of the sets may show one scene, so that different means: at least one of the two is a portrait of LFW.
    """
    real = chosen.of(chosen.kinds != "cifar")
    rows = unit(real.descriptors)
    firsts = rows[~real.copies]
    place = np.searchsorted(real.originals[~real.copies], real.originals[real.copies])
    same = np.linalg.norm(rows[real.copies] - firsts[place], axis=1)
    portrait = real.kinds[~real.copies] == "lfw"
    i, j = np.triu_indices(len(firsts), 1)
    between = metrics.euclidean(firsts, firsts)[i, j]
    return same, between[portrait[i] | portrait[j]]


def quality(head: DchHead, rows: Vectors, bits: int) -> dict[str, object]:
    """All measured on test pictures: by code, by ITQ's of as many bits on the same training pictures, by descriptor."""
    test, shown = pictures("test"), duplicates()
    directions, mean = itq(rows, bits), rows.mean(0)
    peer = Codes(*(heads.pack(signs(unit(each.descriptors), directions, mean)) for each in (test, shown)))
    sides = {
        "by code": by_code(test, shown, codes(head, test, shown)),
        f"by ITQ of {bits} bits": by_code(test, shown, peer),
        "by descriptor": by_descriptor(test, shown),
    }
    count = int((~test.copies).sum())
    return {"measured on": f"{count} other pictures, leave-one-out"} | {
        side: {name: round(value, 4) for name, value in figures.items()} for side, figures in sides.items()
    }


def manifest(version: int, bits: int, recipe: Recipe, found: Trained, said: Mapping[str, object]) -> Manifest:
    """What is said of the head; `said` is what was measured."""
    fitted, held = distances(pictures("train")), distances(pictures("test"))
    calibrated = calibration.fit(*fitted)
    return Manifest(
        task="image",
        name="dch",
        version=version,
        architecture="dch",
        sizes={"inputs": WIDTH, "bits": bits, "hidden": recipe.hidden},
        backbone=str(ImageBackbone.key),
        part=(0, WIDTH),
        unit_length=True,
        calibration=calibration.reliable(*held, calibrated),
        trained_on={
            "data": "photos, windows of them, LFW, CIFAR-10, odd formats",
            "start": "ITQ",
            "steps of training kept": found.step,
            "recall@10 of validation pictures, at the start and as kept": [
                round(found.looks[0].score, 4),
                round(max(look.score for look in found.looks), 4),
            ],
        },
        quality={**said, **calibration.check(*held, calibrated)},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the image head and write it with its manifest.")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--bits", type=int, default=128)
    parser.add_argument("--version", type=int, default=2)
    parser.add_argument("--steps", type=int, default=Recipe().steps)
    asked = parser.parse_args()
    set_threads(1)
    recipe = replace(Recipe(), steps=asked.steps)
    rows = training()
    begun = time.perf_counter()
    found = trained(rows, validation(), asked.bits, recipe)
    print(f"trained on {len(rows)} pictures in {time.perf_counter() - begun:.0f} s")
    said = manifest(asked.version, asked.bits, recipe, found, quality(found.head, rows, asked.bits))
    said = replace(said, trained_on={**said.trained_on, "pictures": len(rows)})
    print(heads.save(said, found.head, asked.out))
    for name, value in said.quality.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
