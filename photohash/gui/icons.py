"""Line icons drawn from paths of our own, in the colours of the palette, sharp at every scale."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 20, 24, 32, 48, 64, 96)

# On a sheet of 24 x 24.
PATHS = {
    "library": '<rect x="3.5" y="4.5" width="7" height="6.5" rx="1.5"/><rect x="13.5" y="4.5" width="7" height="6.5"'
    ' rx="1.5"/><rect x="3.5" y="13.5" width="7" height="6.5" rx="1.5"/><rect x="13.5" y="13.5" width="7" height="6.5"'
    ' rx="1.5"/>',
    "find": '<circle cx="10.5" cy="10.5" r="7"/><path d="M15.7 15.7 L20.5 20.5"/><circle cx="10.5" cy="8.8" r="2.1"/>'
    '<path d="M6.9 14.6 c.6-2 1.9-3 3.6-3 s3 1 3.6 3"/>',
    "people": '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.8 19.5 c.5-4 2.9-6 6.2-6 s5.7 2 6.2 6"/>'
    '<path d="M15 5.3 a3.5 3.5 0 0 1 0 6.4"/><path d="M17.5 14.2 c2.2.8 3.4 2.6 3.7 5.3"/>',
    "copies": '<rect x="8" y="8" width="12.5" height="12.5" rx="2"/><path d="M16 8 V5.5 a2 2 0 0 0-2-2 H5.5'
    ' a2 2 0 0 0-2 2 V14 a2 2 0 0 0 2 2 H8"/>',
    "similar": '<circle cx="8" cy="12" r="4.5"/><circle cx="16" cy="12" r="4.5"/>',
    "problems": '<path d="M12 4 L21 19.5 H3 Z" stroke-linejoin="round"/><path d="M12 10 V14"/>'
    '<path d="M12 16.7 V16.9"/>',
    "fine": '<circle cx="12" cy="12" r="8.5"/><path d="M8 12.4 L10.8 15.2 L16 9.4"/>',
    "settings": '<path d="M4 7 H13 M17.5 7 H20 M4 12 H6.5 M11 12 H20 M4 17 H13 M17.5 17 H20"/>'
    '<circle cx="15.2" cy="7" r="2.2"/><circle cx="8.8" cy="12" r="2.2"/><circle cx="15.2" cy="17" r="2.2"/>',
    "add": '<path d="M3.5 18 V6.5 a1.5 1.5 0 0 1 1.5-1.5 h4 l2 2.5 h8 a1.5 1.5 0 0 1 1.5 1.5 v9 a1.5'
    ' 1.5 0 0 1-1.5 1.5 H5 A1.5 1.5 0 0 1 3.5 18 Z"/><path d="M12 11 V16 M9.5 13.5 H14.5"/>',
    "pause": '<path d="M8.5 5.5 V18.5 M15.5 5.5 V18.5"/>',
    "resume": '<path d="M8 5 L18.5 12 L8 19 Z" stroke-linejoin="round"/>',
    "stop": '<rect x="6.5" y="6.5" width="11" height="11" rx="1.5"/>',
    "close": '<path d="M6 6 L18 18 M18 6 L6 18"/>',
    "back": '<path d="M14.5 5 L7.5 12 L14.5 19"/>',
    "forward": '<path d="M9.5 5 L16.5 12 L9.5 19"/>',
    "refresh": '<path d="M19.5 12 a7.5 7.5 0 1 1-2.3-5.4"/><path d="M19.8 3.5 V7.5 H15.8"/>',
    "drop": '<rect x="3.5" y="5" width="17" height="14" rx="2" stroke-dasharray="3 2.6"/><circle cx="9" cy="10.2"'
    ' r="1.7"/><path d="M5 17.5 L10.5 13 L13.5 15.5 L16.5 12.5 L20 16"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11 V16"/><path d="M12 7.8 V8"/>',
    "folder": '<path d="M3.5 18 V6.5 a1.5 1.5 0 0 1 1.5-1.5 h4 l2 2.5 h8 a1.5 1.5 0 0 1 1.5 1.5 v9 a1.5'
    ' 1.5 0 0 1-1.5 1.5 H5 A1.5 1.5 0 0 1 3.5 18 Z"/>',
}


@cache
def icon(name: str, colour: str) -> QIcon:
    """The icon of a name in a colour such as #202124."""
    made = QIcon()
    for size in SIZES:
        made.addPixmap(picture(name, colour, size))
    return made


def picture(name: str, colour: str, size: int, scale: float = 1.0) -> QPixmap:
    """The icon as a pixmap of `size` logical pixels."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke-width="1.6"'
        f' stroke-linecap="round" stroke="{colour}">{PATHS[name]}</svg>'
    )
    side = round(size * scale)
    image = QImage(QSize(side, side), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    image.setDevicePixelRatio(scale)
    return QPixmap.fromImage(image)
