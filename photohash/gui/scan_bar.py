"""How far the running job is, at the foot of the window: pause, resume, stop."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QWidget

from photohash.gui import icons
from photohash.gui.jobs import Jobs
from photohash.gui.parts import tool
from photohash.gui.theme import colour
from photohash.types import Progress


class ScanBar(QFrame):
    """Shown while a scan runs."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scan")
        self._jobs = jobs
        self._last: Progress | None = None
        self._since: tuple[int, float] | None = None  # photos and seconds that the rate counts from
        self._stopped = False
        self._text = QLabel()
        self._text.setAccessibleName(self.tr("Progress"))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._pause = tool(self.tr("Pause"), checkable=True)
        self._stop = tool(self.tr("Stop"))
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 8, 12, 8)
        row.setSpacing(14)
        row.addWidget(self._text)
        row.addWidget(self._bar, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._pause)
        row.addWidget(self._stop)
        self._pause.toggled.connect(self._paused)
        self._stop.clicked.connect(self._stopping)
        jobs.started.connect(self._begin)
        jobs.progressed.connect(self._show)
        for signal in (jobs.done, jobs.failed, jobs.stopped):
            signal.connect(self.hide)
        self._paint()
        self.hide()

    def _begin(self, name: str) -> None:
        self._last = None
        self._stopped = False
        self._text.setText(self.tr("Looking for photos…"))
        self._bar.setRange(0, 0)
        self._pause.setChecked(False)
        self._since = 0, 0.0
        self._stop.setEnabled(True)
        self._pause.setEnabled(True)
        self.setVisible(name == "scan")

    def _show(self, name: str, progress: Progress) -> None:
        if name != "scan" or not progress.total:
            return
        self._last = progress
        self._since = self._since or (progress.done, progress.seconds)
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        self._say()

    def _say(self) -> None:
        if self._stopped:
            self._text.setText(self.tr("Stopping; everything found so far is kept…"))
        elif self._last:
            self._text.setText("  ·  ".join(self._told(self._last)))

    def _told(self, now: Progress) -> list[str]:
        parts = [self.tr("{done} of {total} photos").format(done=f"{now.done:,}", total=f"{now.total:,}")]
        rate = self._rate(now)
        if self._pause.isChecked():
            parts.insert(0, self.tr("Paused"))
        elif now.stage == "loading networks":
            parts.insert(0, self.tr("Getting ready…"))
        elif rate:
            parts.append(self.tr("{rate} photos/s").format(rate=f"{rate:.1f}"))
            parts.append(self.tr("{time} left").format(time=duration((now.total - now.done) / rate)))
        if now.failed:
            parts.append(self.tr("%n problem(s)", "", now.failed))
        return parts

    def _rate(self, now: Progress) -> float:
        """Photos per second since the scan or its last pause began, when that is long enough to tell."""
        done, seconds = self._since or (now.done, now.seconds)
        return (now.done - done) / (now.seconds - seconds) if now.seconds > seconds + 1 else 0.0

    def _paused(self, paused: bool) -> None:
        self._jobs.pause(paused)
        self._pause.setToolTip(self.tr("Resume") if paused else self.tr("Pause"))
        self._pause.setAccessibleName(self._pause.toolTip())
        self._since = None  # the time of a pause belongs to no photo
        self._paint()
        self._say()

    def _stopping(self) -> None:
        self._stop.setEnabled(False)
        self._pause.setEnabled(False)
        self._stopped = True
        self._say()
        self._jobs.cancel()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def _paint(self) -> None:
        line = colour(self.palette())
        self._pause.setIcon(icons.icon("resume" if self._pause.isChecked() else "pause", line))
        self._stop.setIcon(icons.icon("stop", line))


def duration(seconds: float) -> str:
    """Seconds as a clock shows them."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
