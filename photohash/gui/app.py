"""The application: one event loop, one window, exceptions caught."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication, QMessageBox

from photohash.dirs import Dirs
from photohash.gui import language, theme
from photohash.gui.trouble import Catcher
from photohash.gui.window import Window
from photohash.settings import Settings
from photohash.types import UserError


def run(dirs: Dirs, settings: Settings, folders: Sequence[Path] = ()) -> int:
    """Open the window, scan `folders` if there are any, and return when it is closed.

    Raises UserError where there is no display to open it on, and where the library cannot be opened.
    """
    if sys.platform == "linux" and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        raise UserError("There is no display for a window here: use `photohash scan FOLDER` and the other commands.")
    app = QApplication.instance() or QApplication(["photohash"])
    assert isinstance(app, QApplication)
    app.setApplicationName("photohash")
    app.setApplicationDisplayName("photohash")
    app.setDesktopFileName("photohash")
    language.install(app)
    theme.apply(app, "system")
    app.styleHints().colorSchemeChanged.connect(lambda scheme: theme.apply(app, "system"))
    catcher = Catcher(dirs.log / "photohash.log")
    catcher.install()
    try:
        window = Window(dirs, settings)
    except UserError as error:  # whoever started it with a click sees no terminal
        QMessageBox.critical(None, "photohash", str(error))
        raise
    window.show()
    if folders:
        window.scan(folders)
    return app.exec()
