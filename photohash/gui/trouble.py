"""What went wrong: one dialog with text to copy, and the exceptions that nobody caught."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from html import escape
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget

from photohash import __version__

log = logging.getLogger(__name__)


def tell(parent: QWidget | None, title: str, text: str, details: str = "") -> QMessageBox:
    """Show a message that does not stop the window; its details can be copied."""
    icon = QMessageBox.Icon.Warning if details else QMessageBox.Icon.Information
    box = QMessageBox(icon, "photohash", f"<b>{escape(title)}</b>", parent=parent)
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setInformativeText(text)
    said = box.findChild(QLabel, "qt_msgbox_informativelabel")
    if said:
        said.setTextFormat(Qt.TextFormat.PlainText)  # a file may be called <b>
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setModal(False)
    box.addButton(QMessageBox.StandardButton.Close)
    if details:
        box.setDetailedText(details)
        words = QCoreApplication.translate("Trouble", "Copy the details")
        copy = box.addButton(words, QMessageBox.ButtonRole.ActionRole)
        copy.clicked.disconnect()  # or else it would close the message
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
    box.show()
    return box


class Catcher(QObject):
    """Shows every exception that nobody caught, of any thread, once for each kind, and logs all of them."""

    caught = Signal(str)

    def __init__(self, log_file: Path) -> None:
        super().__init__()
        self._log_file = log_file
        self._shown: set[str] = set()
        self._boxes: list[QMessageBox] = []  # one without a parent lives no longer than its last reference
        self.caught.connect(self._show)

    def install(self) -> None:
        """From now on."""
        sys.excepthook = self._uncaught
        threading.excepthook = lambda args: self._uncaught(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        text = "".join(traceback.format_exception(kind, error, trace))
        log.error("uncaught: %s", text)
        self.caught.emit(text)

    def _show(self, text: str) -> None:
        last = text.strip().splitlines()[-1]
        if last in self._shown:
            return
        self._shown.add(last)
        said = QCoreApplication.translate(
            "Catcher", "Your photos are safe. Please report what is below; it is in {file} too."
        )
        box = tell(
            QApplication.activeWindow(),
            QCoreApplication.translate("Catcher", "An error of the program"),
            said.format(file=self._log_file),
            f"photohash {__version__}, Python {platform.python_version()}, {platform.platform()}\n\n{text}",
        )
        self._boxes.append(box)
        box.finished.connect(lambda: self._boxes.remove(box))
