"""Where things live on this computer."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from photohash.types import UserError


@dataclass(frozen=True, slots=True)
class Dirs:
    """The folders of one installation: settings, what must last, what can be remade, logs."""

    config: Path
    data: Path
    cache: Path
    log: Path

    @property
    def catalogue(self) -> Path:
        """The database of everything the user would mourn."""
        return self.data / "catalogue.db"

    @property
    def cached(self) -> Path:
        """The database of everything a scan can remake."""
        return self.cache / "cache.db"

    @property
    def models(self) -> Path:
        """Heads trained on this computer."""
        return self.data / "models"

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.config / "settings.json"

    def make(self) -> None:
        """Create the folders; raises UserError where that is not allowed."""
        for folder in (self.config, self.data, self.cache, self.log):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise UserError(
                    f"The folder {folder} cannot be made ({error.strerror}):"
                    " set PHOTOHASH_HOME to a folder you can write to."
                ) from error


def find_dirs() -> Dirs:
    """The system's usual folders, or one folder for all of them when `PHOTOHASH_HOME` is set."""
    home = os.environ.get("PHOTOHASH_HOME")
    if home:
        root = Path(home).expanduser().absolute()
        return Dirs(root / "config", root / "data", root / "cache", root / "log")
    app = platformdirs.PlatformDirs("photohash", appauthor=False)
    return Dirs(app.user_config_path, app.user_data_path, app.user_cache_path, app.user_log_path)
