"""A training on disk between two looks: one file, there whole or not at all."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from photohash.types import UserError

NAME = "training.pt"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`identity` of the training, its step, best step and score, its looks as rows, and the three states."""

    identity: str
    step: int
    best_step: int
    best_score: float
    looks: list[dict[str, Any]]
    model: dict[str, Tensor]
    best: dict[str, Tensor]
    optimiser: dict[str, Any]


def write(folder: Path, checkpoint: Checkpoint) -> None:
    """Keep the checkpoint in `folder` in place of the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{NAME}.part"
    torch.save({name: getattr(checkpoint, name) for name in Checkpoint.__slots__}, part)
    part.replace(folder / NAME)


def read(folder: Path, identity: str, device: str) -> Checkpoint | None:
    """The checkpoint in `folder`, if there is one; UserError when it is damaged or of another training."""
    path = folder / NAME
    if not path.exists():
        return None
    try:
        kept = Checkpoint(**torch.load(path, map_location=device, weights_only=True))
    except (OSError, RuntimeError, TypeError, EOFError, pickle.UnpicklingError) as error:
        raise UserError(f"The training in {folder} cannot be read: give --out another folder.") from error
    if kept.identity != identity:
        raise UserError(f"{folder} holds another training (other pictures or settings): give --out another folder.")
    return kept
