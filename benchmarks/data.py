"""Where the development photo sets lie: `PHOTOHASH_DATA`, or `shared/data` beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

DATA = Path(os.environ.get("PHOTOHASH_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


def require(name: str) -> Path:
    """The folder of one set; ends the program with a sentence when it is not there."""
    folder = DATA / name
    if not folder.exists():
        raise SystemExit(f"{folder} is missing: set PHOTOHASH_DATA to the folder that holds '{name}'.")
    return folder
