"""The language of the window: Qt's own texts and ours, by the system's locale."""

from __future__ import annotations

import importlib.resources
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

PLAIN = "en"  # the language the texts are written in; its file has the plurals alone


def install(app: QCoreApplication, locale: QLocale | None = None) -> str:
    """Speak the language of the locale where there is a translation, English elsewhere; which one it is.

    Texts that a translation lacks are English.
    """
    wanted = locale or QLocale()
    folder = translations()
    ours = QTranslator(app)
    if ours.load(wanted, "photohash", "_", str(folder)):
        qts = QTranslator(app)
        if qts.load(wanted, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            app.installTranslator(qts)
    else:
        ours.load(f"photohash_{PLAIN}", str(folder))
    app.installTranslator(ours)
    return ours.language().split("_")[0] or PLAIN


def translations() -> Path:
    """The folder of the compiled translations."""
    return Path(str(importlib.resources.files("photohash.resources") / "translations"))
