"""Photos that leave the window as files: dragged elsewhere, or copied."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl

from photohash.library import Library

MOST = 1000  # files at once: other programs choke on more


def files(library: Library, numbers: Sequence[int]) -> list[Path]:
    """One file of each photo that has one, in order."""
    photos = library.catalogue.photos(numbers[:MOST])
    return [photos[number].files[0] for number in numbers[:MOST] if number in photos]


def mime(paths: Sequence[Path]) -> QMimeData:
    """Files for programs that take files, their names for those that take text."""
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    made.setText("\n".join(map(str, paths)))
    return made
