"""Write the model cards of the shipped heads beside them: what each was trained on, how to remake it, its figures.

    python -m benchmarks.cards

Every figure is the manifest's, which the training command wrote; a test holds the cards against the manifests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from photohash.nets.manifest import Manifest, read, shipped

MEANS = {
    "face": """\
Makes a binary code of an aligned face, so that a search compares bits before it compares descriptors. It reads the
128-number embedding of dlib's face network (CC0 weights) and gives codes by DCBH's block hashing (Jang, Jeong, Lee,
Cho, *Deep clustering and block hashing network for face image retrieval*, ACCV 2018): linear layer, batch norm, ReLU,
then blocks of units, and a bit that says whether one unit dominates its block.""",
    "image": """\
Makes a binary code of a whole picture, so that "photos like this one" compares bits before it compares descriptors. It
reads the 1,280 features of EfficientNet-Lite0 (Apache 2.0 weights), scaled to unit length, and gives codes by the signs
of a small network, trained without labels to keep the order of the descriptors, by the Cauchy losses of DCH (Cao, Long,
Liu, Wang, *Deep Cauchy hashing for Hamming space retrieval*, CVPR 2018) and a cross-entropy of neighbourhoods.""",
}
LIMITS = {
    "face": """\
* The people of LFW are mostly adults in the news of 2002 to 2004, more men than women, few children, few old people,
  unevenly spread over the world: expect more mistakes for those who are rare there. None of the figures says how many.
* Siblings, and parents at their children's age, look alike to it.
* A confidence supposes that the share of all faces that are the person's is the prior above. It is a help for sorting
  photos, never a proof of who someone is.""",
    "image": """\
* It was trained without labels, to keep the order of its descriptors: what these do not see, such as text, exact places
  or people, it does not see either.
* The confidence speaks of altered copies of one picture, not of pictures with the same subject.""",
}
DATA = {
    "face": "LFW is published for research. The head holds no photo and no name, only the weights of its layer.",
    "image": """\
LFW and CIFAR-10 are published for research, the photo sets under MIT and Apache licences. The head holds no picture,
only the weights of its layers.""",
}
REMAKE = {"face": "train_face_head", "image": "train_image_head"}


def card(manifest: Manifest) -> str:
    """The model card of a head, in Markdown."""
    task, calibration = manifest.task, manifest.calibration
    sizes = ", ".join(f"{name} {value}" for name, value in manifest.sizes.items())
    meaning = (
        f"The confidence that two descriptors at distance d show the same is 1 / (1 + exp({calibration.slope:g} (d -"
        f" {calibration.midpoint:g}))),\nwhere {calibration.prior:.0%} of all pairs do."
    )
    checked = [
        (
            *(f"{r.start:.0%} to {r.stop:.0%}", f"{r.confidence:.2%}", f"{r.frequency:.2%}"),
            *(f"{r.same:,}", f"{r.different:,}"),
        )
        for r in calibration.reliability
    ]
    parts = [
        f"# {manifest.key}: {manifest.bits} bits",
        MEANS[task],
        "## Made of",
        table(
            ("", ""),
            [
                ("architecture", f"{manifest.architecture} ({sizes})"),
                ("backbone", f"{manifest.backbone}, columns {manifest.part[0]} to {manifest.part[1]}"),
                ("parent", manifest.parent or "none"),
                *flat(manifest.trained_on),
                ("SHA-256 of the weights", f"`{manifest.sha256}`"),
            ],
        ),
        DATA[task],
        "Remade by this command, from the development photo sets:",
        f"    python -m benchmarks.{REMAKE[task]} --out FOLDER --bits {manifest.bits} --version {manifest.version}",
        "## Measured",
        "On people and pictures that it was neither trained on nor chosen by:",
        table(("", ""), flat(manifest.quality)),
        "## Calibration",
        meaning,
        table(
            ("band", "up to distance", "share of different pairs within, as fitted"),
            [(name, f"{end:g}", f"{calibration.false_accepts[name]:g}") for name, end in calibration.bands.items()],
        ),
        "Held against pairs it was not fitted to:",
        table(("confidence", "said in the mean", "true", "pairs of the same", "of different"), checked),
        "## Limits",
        LIMITS[task],
    ]
    return "\n\n".join(parts) + "\n"


def flat(said: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Names and values, those of inner mappings after the name of these."""
    rows: list[tuple[str, str]] = []
    for name, value in said.items():
        if isinstance(value, Mapping):
            rows += flat(value, f"{before}{name}: ")
        else:
            rows.append((before + name, f"{value:,}" if isinstance(value, int) else f"{value}"))
    return rows


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def path_of(manifest: Path) -> Path:
    """Where the card of a manifest lies."""
    return manifest.with_suffix(".md")


def main() -> None:
    for path in shipped():
        path_of(path).write_text(card(read(path)), encoding="utf-8")
        print(path_of(path).name)


if __name__ == "__main__":
    main()
