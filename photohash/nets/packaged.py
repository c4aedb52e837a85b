"""Where a data file lies inside an installed package."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from photohash.types import UserError


def packaged_file(package: str, inside: str) -> Path:
    """Return the path of `inside` (written with slashes) in the folder of `package`, which is not imported.

    Raises UserError if the package or the file is missing.
    """
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder, inside)
        if path.is_file():
            return path
    raise UserError(f"The file {inside} of the package {package} is missing: install photohash again.")
