"""The import rule of the package, kept by a test instead of by memory."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import photohash

ROOT = Path(photohash.__file__).parent
LAYERS = [  # a module may import only from lines below its own, and from its own unit
    {"__main__"},
    {"cli"},
    {"gui"},
    {"demo"},
    {"library"},
    {"work"},
    {"learn"},
    {"methods"},
    {"nets", "media", "store", "index"},
    {"settings", "dirs", "flow"},
    {"types"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
HOME = {
    "PySide6": {"gui"},
    "torch": {"nets", "methods", "learn"},
    "torchvision": set(),  # a second of start and 170 MB for a suppression of boxes
    "facenet_pytorch": set(),  # its weights are read, its code is the benchmarks' peer
    "safetensors": {"nets", "learn"},
    "numba": {"nets"},
    "PIL": {"media"},
    "pi_heif": {"media"},
    "sqlite3": {"store"},
    "skimage": {"demo"},
    "matplotlib": {"demo", "learn"},
}


def unit(module: str) -> str:
    return module.split(".")[1] if "." in module else module


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "write absolute imports"
            assert node.module
            yield node.module
            if node.module == "photohash":
                yield from (f"photohash.{alias.name}" for alias in node.names)


def violations(source: str, here: str) -> list[str]:
    found = []
    for name in imports(ast.parse(source)):
        top = name.split(".")[0]
        if top == "photohash" and name not in ("photohash", "photohash.__version__", "photohash.resources"):
            there = unit(name)
            if there != here and RANK[there] <= RANK[here]:
                found.append(name)
        if here not in HOME.get(top, {here}):
            found.append(name)
    return found


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda f: f.relative_to(ROOT).as_posix())
def test_imports_point_downwards(file: Path) -> None:
    here = file.relative_to(ROOT).with_suffix("").parts[0]
    if here != "__init__":
        assert violations(file.read_text(encoding="utf-8"), here) == []


@pytest.mark.parametrize(
    ("source", "here"),
    [
        ("def f():\n    from photohash.library import Library", "work"),
        ("import photohash.store.db", "nets"),
        ("import torch", "library"),
        ("from PIL import Image", "cli"),
    ],
)
def test_the_rule_finds_planted_violations(source: str, here: str) -> None:
    assert violations(source, here)


@pytest.mark.parametrize(
    "module", ["photohash.library", "photohash.cli", "photohash.work.scan", "photohash.store.catalogue"]
)
def test_the_core_imports_without_qt_and_torch(module: str) -> None:
    code = f"import sys; sys.modules.update(dict.fromkeys(('torch', 'PySide6')))\nimport {module}"
    subprocess.run([sys.executable, "-c", code], check=True)
