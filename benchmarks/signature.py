"""Copies against other shots: the distances of the signature and the verdicts on aligned thumbnails.

Copies are edits of real pictures that leave them the same picture; other shots are edits that move something, real
bursts, and other photos. One half of the pictures proposes the radius and the thresholds; the figures that count come
from the other half, other people and other sources, with the constants as they stand in the code.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence
from skimage.data import astronaut

from benchmarks.data import require
from benchmarks.edits import COPIES, SHOTS, jpeg, scaled
from benchmarks.report import Row, run
from photohash.media import compare, encode, signature
from photohash.media.decode import decode
from photohash.media.errors import Undecodable

Pixels = NDArray[np.uint8]
HALVES = {
    "tuning": ("photos/faceapi_bbt", "photos/ageitgey_examples"),
    "test": ("photos/azure_family_face", "photos/r4j4n_4friends", "neardup"),
}
SMALLEST = 192  # pixels of the short side, so that a quarter of it still shows something
VISIBLE = 20.0  # grey levels: what moved must change the mean of some 16 pixel block by this, or nobody can see it


@dataclass
class Measured:
    """Distances and verdicts by kind of edit."""

    distances: dict[str, list[int]] = field(default_factory=dict)
    verdicts: dict[str, list[compare.Verdict]] = field(default_factory=dict)

    def add(self, kind: str, a: Pixels, b: Pixels) -> None:
        x, y = signature.signature(a), signature.signature(b)
        if x is not None and y is not None:
            self.distances.setdefault(kind, []).append(int(np.bitwise_count(x ^ y).sum()))
            self.verdicts.setdefault(kind, []).append(compare.same_picture(encode.to_jpeg(a), encode.to_jpeg(b)))

    def found(self, kind: str) -> list[bool]:
        """Which pairs pass both checks, as in the application."""
        pairs = zip(self.distances[kind], self.verdicts[kind], strict=True)
        return [distance <= signature.RADIUS and verdict.same for distance, verdict in pairs]


def pictures(half: str, faces: int, step: int = 1) -> Iterator[Image.Image]:
    """Every picture of the half's folders once, and a photo of each of `faces` people, other people in each half."""
    people = sorted(require("lfw").joinpath("images").iterdir())[list(HALVES).index(half) :: 2]
    files = [file for name in HALVES[half] for file in sorted(require(name).rglob("*"))]
    files += [min(person.iterdir()) for person in people[:: max(1, len(people) // faces)]]
    seen = set()
    for file in files[::step]:
        if file.suffix.lower() not in (".jpg", ".jpeg", ".png"):
            continue
        try:
            pixels = decode(file).pixels
        except Undecodable:
            continue
        if min(pixels.shape[:2]) >= SMALLEST and (key := pixels.tobytes()) not in seen:
            seen.add(key)
            yield Image.fromarray(pixels)


def thumb(picture: Image.Image) -> Pixels:
    return encode.thumbnail(np.asarray(picture))


def differs(a: Pixels, b: Pixels) -> bool:
    """Whether somebody could see a difference in place; pictures cut to another size always differ."""
    if a.shape != b.shape:
        return True
    change = np.abs(a.astype(np.float32) - b).mean(-1)[: a.shape[0] // 16 * 16, : a.shape[1] // 16 * 16]
    blocks = change.reshape(change.shape[0] // 16, 16, change.shape[1] // 16, 16).mean((1, 3))
    return bool(blocks.max(initial=0) > VISIBLE)


def edited(half: str, faces: int, step: int) -> tuple[Measured, Measured, list[NDArray[np.uint64]]]:
    copies, shots, signatures = Measured(), Measured(), []
    rng = random.Random(0)
    for picture in pictures(half, faces, step):
        base = thumb(picture)
        code = signature.signature(base)
        if code is None:
            continue
        signatures.append(code)
        for kind, edit in COPIES.items():
            copies.add(kind, base, thumb(edit(picture, rng)))
        for kind, edit in SHOTS.items():
            other = thumb(edit(picture, rng))
            if differs(base, other):
                shots.add(kind, base, other)
    return copies, shots, signatures


def bursts(shots: Measured) -> None:
    """Frames one after the other of a burst and of animations: real shots of one scene."""
    root = require("formats")
    for file in (*root.rglob("bird_burst.heic"), *root.rglob("chi.gif"), *require("neardup").rglob("giphy.gif")):
        with Image.open(file) as picture:
            frames = [thumb(frame.convert("RGB")) for frame in ImageSequence.Iterator(picture)][:20]
        for a, b in pairwise(frames):
            if differs(a, b):
                shots.add("frames of a burst or animation", a, b)


def named(copies: Measured, shots: Measured) -> None:
    """The near-duplicate sets' own copies, with what their names say."""
    folder = require("neardup") / "imagededup_tests/tests/data"
    base = thumb(Image.fromarray(decode(folder / "base_images/ukbench00120.jpg").pixels))
    for name, kind, into in (
        ("resize", "squashed to a square by others", copies),
        ("hflip", "mirrored", shots),
        ("rotation", "turned", shots),
    ):
        into.add(kind, base, thumb(Image.fromarray(decode(folder / f"mixed_images/ukbench00120_{name}.jpg").pixels)))
    pair = [
        decode(folder / f"{name}").pixels
        for name in ("base_images/ukbench09380.jpg", "formats_images/ukbench09380.webp")
    ]
    copies.add("another format by others", *(encode.thumbnail(pixels) for pixels in pair))


def strangers(signatures: Sequence[NDArray[np.uint64]]) -> NDArray[np.int64]:
    """Distances of all pairs of different photos, sorted; pairs below 8 bits are copies within the sets."""
    codes = np.stack(signatures)
    distances = np.bitwise_count(codes[:, None] ^ codes[None]).sum(-1, dtype=np.int64)
    pairs = np.sort(distances[np.triu_indices(len(codes), 1)])
    return pairs[pairs > 8]


def flatness(faces: int) -> list[Row]:
    """How many copies of pictures stay within the radius when their contrast is taken away, to place `FLAT`."""
    rows = []
    photos = [np.asarray(picture, np.float32) for picture in islice(pictures("tuning", faces), 60)]
    for contrast in (2, 3, 4, 5, 6, 8):
        distances = []
        for values in photos:
            spread = signature.grey(values.astype(np.uint8)).std()
            faded = Image.fromarray(
                np.clip(128 + (values - values.mean()) * contrast / spread, 0, 255).astype(np.uint8)
            )
            a, b = (signature.code(signature.grey(thumb(p))) for p in (faded, jpeg(scaled(faded, 0.5), 60)))
            distances.append(np.bitwise_count(a ^ b).sum())
        within = 100 * float(np.mean(np.array(distances) <= signature.RADIUS))
        rows.append(Row(f"contrast {contrast}: half, JPEG 60 within the radius", within, "%", signature.FLAT))
    return rows


def summary(half: str, copies: Measured, shots: Measured, signatures: Sequence[NDArray[np.uint64]]) -> list[Row]:
    distances = np.concatenate([np.array(values) for values in copies.distances.values()])
    apart = strangers(signatures)
    right = [same for kind in copies.distances for same in copies.found(kind)]
    wrong = [same for kind in shots.distances for same in shots.found(kind)]
    rows = [
        Row(f"{half}: copies, median distance", float(np.median(distances)), "bits"),
        Row(f"{half}: copies, 99 %", float(np.percentile(distances, 99)), "bits"),
        Row(f"{half}: copies, largest", float(distances.max()), "bits"),
        Row(f"{half}: {len(apart):,} pairs of other photos, nearest", float(apart[0]), "bits"),
        Row(f"{half}: other photos within the radius", float((apart <= signature.RADIUS).sum()), "pairs"),
        Row(f"{half}: recall over {len(right)} copies", 100 * float(np.mean(right)), "%"),
        Row(f"{half}: {len(wrong)} other shots taken for copies", 100 * float(np.mean(wrong)), "%"),
        Row(f"{half}: precision over both", 100 * sum(right) / max(1, sum(right) + sum(wrong)), "%"),
    ]
    rows += [
        Row(f"{half}: found, {kind} ({len(copies.distances[kind])})", 100 * float(np.mean(copies.found(kind))), "%")
        for kind in copies.distances
    ]
    rows += [
        Row(
            f"{half}: taken for a copy, {kind} ({len(shots.distances[kind])})",
            100 * float(np.mean(shots.found(kind))),
            "%",
        )
        for kind in shots.distances
    ]
    return rows


def proposals(copies: Measured, shots: Measured) -> list[Row]:
    """What the tuning half proposes, held against the constant in the code."""
    farthest = max(max(values) for values in copies.distances.values())
    good = [verdict for values in copies.verdicts.values() for verdict in values]
    bad = [verdict for values in shots.verdicts.values() for verdict in values]

    def at(verdicts: list[compare.Verdict], name: str, percent: float) -> float:
        return float(np.percentile([getattr(v, name) for v in verdicts], percent, method="lower"))

    return [
        Row("proposed RADIUS, farthest copy in steps of 8", -(-farthest // 8) * 8, "bits", signature.RADIUS),
        Row("proposed MIN_CORRELATION, 0.5 % of copies", at(good, "correlation", 0.5), "", compare.MIN_CORRELATION),
        Row("... 99 % of other shots", at(bad, "correlation", 99), ""),
        Row("proposed MAX_DIFFERENCE, 99.5 % of copies", at(good, "difference", 99.5), "", compare.MAX_DIFFERENCE),
        Row("... 1 % of other shots", at(bad, "difference", 1), ""),
        Row("proposed MAX_COLOUR, 99.5 % of copies", at(good, "colour", 99.5), "levels", compare.MAX_COLOUR),
        *(Row(f"... {kind}, 5 %", at(shots.verdicts[kind], "colour", 5), "levels") for kind in ("black and white",)),
    ]


def speed(copies: int = 50) -> list[Row]:
    pixels = encode.thumbnail(astronaut())
    a, b = encode.to_jpeg(pixels), encode.to_jpeg(pixels, 60)
    rows = []
    for name, work in (
        ("signature", lambda: signature.signature(pixels)),
        ("same_picture", lambda: compare.same_picture(a, b)),
    ):
        work()
        start = time.perf_counter()
        for _ in range(copies):
            work()
        rows.append(Row(f"{name} of 320 pixel thumbnails", (time.perf_counter() - start) / copies * 1e3, "ms"))
    return rows


def measure(quick: bool) -> list[Row]:
    faces = 30 if quick else 150
    rows: list[Row] = []
    for half in HALVES:
        copies, shots, signatures = edited(half, faces, 3 if quick else 1)
        if half == "tuning":
            rows += proposals(copies, shots)
        else:
            named(copies, shots)
            bursts(shots)
        rows += summary(half, copies, shots, signatures)
    return rows + flatness(faces) + speed()


if __name__ == "__main__":
    run(measure, "Copies against other shots: signature distances and verdicts on thumbnails.")
