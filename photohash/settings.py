"""The user's choices: one frozen record, kept as JSON."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices with their defaults; None means: choose for this computer."""

    device: str | None = None
    decode_threads: int | None = None
    network_threads: int | None = None


TYPES: dict[str, type] = {"device": str, "decode_threads": int, "network_threads": int}


def load(path: Path) -> Settings:
    """The settings in `path`; what is missing or of a wrong type is the default, with a line in the log."""
    try:
        raw: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        log.warning("settings in %s cannot be read (%s): defaults are used", path, error)
        return Settings()
    chosen: dict[str, Any] = {}
    for name, value in raw.items() if isinstance(raw, dict) else ():
        kind = TYPES.get(name)
        if kind is None or value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, kind) or (isinstance(value, int) and value < 1):
            log.warning("setting %r in %s has the wrong value %r: the default is used", name, path, value)
        else:
            chosen[name] = value
    return Settings(**chosen)


def save(path: Path, settings: Settings) -> None:
    """Write the settings, keeping keys that a later version may have put there."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raw = {}
    kept = raw if isinstance(raw, dict) else {}
    kept |= {f.name: getattr(settings, f.name) for f in fields(settings)}
    part = path.with_suffix(".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    part.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    part.replace(path)
