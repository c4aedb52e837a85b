"""Light and dark: two palettes, and the little that the platform's style leaves open."""

from __future__ import annotations

import importlib.resources
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

Theme = Literal["system", "light", "dark"]
Roles = QPalette.ColorRole

LIGHT = {
    Roles.Window: "#f6f6f7",
    Roles.WindowText: "#1d1d1f",
    Roles.Base: "#ffffff",
    Roles.AlternateBase: "#e8e8eb",
    Roles.Text: "#1d1d1f",
    Roles.Button: "#ffffff",
    Roles.ButtonText: "#1d1d1f",
    Roles.BrightText: "#ffffff",
    Roles.Highlight: "#2368d1",
    Roles.HighlightedText: "#ffffff",
    Roles.PlaceholderText: "#6e6e73",
    Roles.ToolTipBase: "#ffffff",
    Roles.ToolTipText: "#1d1d1f",
    Roles.Link: "#2368d1",
    Roles.Mid: "#d4d4d8",
    Roles.Midlight: "#e4e4e7",
    Roles.Light: "#ffffff",
    Roles.Dark: "#b8b8bd",
    Roles.Shadow: "#9a9aa0",
}
DARK = {
    Roles.Window: "#1e1f22",
    Roles.WindowText: "#ececef",
    Roles.Base: "#17181a",
    Roles.AlternateBase: "#2c2d31",
    Roles.Text: "#ececef",
    Roles.Button: "#2f3035",
    Roles.ButtonText: "#ececef",
    Roles.BrightText: "#ffffff",
    Roles.Highlight: "#4c8df0",
    Roles.HighlightedText: "#ffffff",
    Roles.PlaceholderText: "#9b9ba3",
    Roles.ToolTipBase: "#2f3035",
    Roles.ToolTipText: "#ececef",
    Roles.Link: "#6aa3f5",
    Roles.Mid: "#3a3b40",
    Roles.Midlight: "#34353a",
    Roles.Light: "#45464c",
    Roles.Dark: "#101113",
    Roles.Shadow: "#000000",
}

STYLE = """
QToolTip {{ padding: 5px 7px; border: 1px solid {line}; background: {button}; color: {text}; }}
QWidget#sidebar {{ background: {side}; border-right: 1px solid {line}; }}
QListView#pages {{ background: transparent; border: none; outline: 0; padding: 6px; }}
QListView#pages::item {{ padding: 8px 10px; border-radius: 7px; margin: 1px 2px; color: {text}; }}
QListView#pages::item:hover {{ background: {hover}; }}
QListView#pages::item:selected {{ background: {chosen}; color: {text}; }}
QFrame#bar {{ background: {window}; border-bottom: 1px solid {line}; }}
QFrame#scan {{ background: {side}; border-top: 1px solid {line}; }}
QFrame#panel {{ background: {window}; border-left: 1px solid {line}; }}
QPushButton {{ padding: 6px 14px; border: 1px solid {line}; border-radius: 7px; background: {button}; color: {text}; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed {{ background: {chosen}; }}
QPushButton:disabled {{ color: {dim}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton#primary {{ background: {accent}; border-color: {accent}; color: white; font-weight: 600; }}
QPushButton#primary:hover {{ background: {accented}; }}
QToolButton {{ padding: 5px; border: 1px solid transparent; border-radius: 6px; background: transparent; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:checked {{ background: {chosen}; }}
QToolButton:focus {{ border-color: {accent}; }}
QComboBox, QLineEdit, QSpinBox {{ padding: 5px 9px; border: 1px solid {line}; border-radius: 7px; background: {base}; }}
QComboBox::drop-down {{ border: none; width: 26px; }}
QComboBox::down-arrow {{ image: url("{down}"); width: 12px; height: 12px; }}
QComboBox:focus, QLineEdit:focus, QSpinBox:focus {{ border-color: {accent}; }}
QProgressBar {{ border: none; border-radius: 3px; background: {line}; max-height: 6px; }}
QProgressBar::chunk {{ border-radius: 3px; background: {accent}; }}
QLabel#title {{ font-size: 20px; font-weight: 600; }}
QLabel#heading {{ font-weight: 600; }}
QLabel#quiet {{ color: {dim}; }}
QScrollBar:vertical {{ width: 12px; background: transparent; margin: 2px; }}
QScrollBar::handle:vertical {{ border-radius: 4px; background: {handle}; min-height: 40px; }}
QScrollBar::handle:vertical:hover {{ background: {dim}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QTreeView, QTableView {{ border: none; background: {base}; }}
"""


def apply(app: QApplication, theme: Theme) -> None:
    """Dress the application; "system" follows the desktop, now and when it changes."""
    hints = QGuiApplication.styleHints()
    dark = theme == "dark" or (theme == "system" and hints.colorScheme() == Qt.ColorScheme.Dark)
    colours = DARK if dark else LIGHT
    palette = QPalette()
    for role, colour in colours.items():
        palette.setColor(role, QColor(colour))
    for role in (Roles.WindowText, Roles.Text, Roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours[Roles.PlaceholderText]))
    app.setStyle("Fusion")
    app.setPalette(palette)
    app.setStyleSheet(
        STYLE.format(
            down=(_icons() / f"down-{'dark' if dark else 'light'}.svg").as_posix(),
            window=colours[Roles.Window],
            base=colours[Roles.Base],
            button=colours[Roles.Button],
            text=colours[Roles.Text],
            dim=colours[Roles.PlaceholderText],
            line=colours[Roles.Mid],
            accent=colours[Roles.Highlight],
            accented="#3f7fe0" if not dark else "#66a0f5",
            side="#efeff1" if not dark else "#191a1c",
            hover="#e9e9ec" if not dark else "#303136",
            chosen="#dcdce1" if not dark else "#3a3b42",
            handle="#c4c4c9" if not dark else "#4a4b52",
        )
    )


def colour(palette: QPalette, role: QPalette.ColorRole = Roles.WindowText) -> str:
    """A palette's colour as icons take it."""
    return palette.color(role).name()


def _icons() -> Path:
    """The folder of the few pictures that a style sheet can only take from files."""
    return Path(str(importlib.resources.files("photohash.resources") / "icons"))
