"""What is said of a model beside its weights; free of torch, so that a scan that finds nothing new never loads it."""

from __future__ import annotations

import hashlib
import importlib.resources
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photohash.types import ModelKey, UserError


@dataclass(frozen=True, slots=True)
class Reliability:
    """What became of the pairs with a confidence from `start` to `stop`, `share` of all pairs.

    `confidence` is what was said of them in the mean and `frequency` the share that did show the same, where the prior
    of the calibration holds; counted on so many pairs that are the `same` and so many `different` ones.
    """

    start: float
    stop: float
    share: float
    confidence: float
    frequency: float
    same: int
    different: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a distance between two descriptors means.

    The confidence that both show the same is 1 / (1 + exp(slope (distance - midpoint))) where `prior` of all pairs do;
    `bands` are the largest distances of same, likely and maybe; `false_accepts` the share of pairs that are not the
    same and still lie within each. `reliability` is the confidence held against pairs that it was not fitted to.
    """

    slope: float
    midpoint: float
    prior: float
    bands: dict[str, float]
    false_accepts: dict[str, float]
    reliability: tuple[Reliability, ...] = ()

    def confidence(self, distances: NDArray[np.floating]) -> NDArray[np.float64]:
        """The probability that two descriptors at these distances show the same, in 0..1."""
        exponents = np.clip(self.slope * (np.asarray(distances, np.float64) - self.midpoint), -700, 700)
        return 1 / (1 + np.exp(exponents))


@dataclass(frozen=True, slots=True)
class Manifest:
    """All about a head but its weights.

    `architecture` names the network and `sizes` are its arguments; it reads the columns `part` of the descriptors of
    `backbone`, scaled to unit length first if `unit_length`; so do distances. `parent` is the head it was trained from,
    `trained_on` and `quality` say with what and how well; `sha256` is that of the weights.
    """

    task: str
    name: str
    version: int
    architecture: str
    sizes: dict[str, int]
    backbone: str
    part: tuple[int, int]
    unit_length: bool
    calibration: Calibration
    parent: str | None = None
    trained_on: dict[str, Any] = field(default_factory=dict)
    quality: dict[str, Any] = field(default_factory=dict)
    sha256: str = ""

    @property
    def key(self) -> ModelKey:
        """Which head it is."""
        return ModelKey(self.task, self.name, self.version)

    @property
    def bits(self) -> int:
        """The length of a code."""
        return self.sizes["bits"]

    @property
    def digest(self) -> bytes:
        """16 bytes that change with whatever changes a code."""
        said = [self.architecture, self.sizes, self.backbone, self.part, self.unit_length, self.sha256]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()[:16]


def shipped() -> list[Path]:
    """The manifests of the heads that come with the program."""
    folder = importlib.resources.files("photohash.resources") / "models"
    return sorted(Path(str(file)) for file in folder.iterdir() if file.name.endswith(".json"))


def newest() -> dict[str, Path]:
    """Task -> the manifest of the newest shipped head for it."""
    found = sorted((manifest.version, manifest.task, path) for path in shipped() for manifest in [read(path)])
    return {task: path for _, task, path in found}


def read(path: Path) -> Manifest:
    """The manifest at `path`; `UserError` when it is missing or damaged."""
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UserError(f"The model {path} cannot be used ({error}): choose another model or reinstall.") from error


def parse(said: Mapping[str, Any]) -> Manifest:
    """The manifest of its JSON; `TypeError`, `KeyError` or `ValueError` when that is not one."""
    start, stop = said["part"]
    table = tuple(Reliability(**row) for row in said["calibration"].get("reliability", ()))
    calibration = Calibration(**{**said["calibration"], "reliability": table})
    return Manifest(**{**said, "part": (int(start), int(stop)), "calibration": calibration})
