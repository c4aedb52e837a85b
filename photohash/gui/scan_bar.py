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
    """Shown while a job runs."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scan")
        self._jobs = jobs
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
        titles = {
            "scan": self.tr("Looking for photos…"),
            "find": self.tr("Looking for faces…"),
            "similar": self.tr("Looking…"),
            "copies": self.tr("Comparing…"),
        }
        self._text.setText(titles.get(name, ""))
        self._bar.setRange(0, 0)
        self._pause.setChecked(False)
        self._pause.setVisible(name == "scan")
        self._stop.setEnabled(True)
        self.setVisible(name == "scan")

    def _show(self, name: str, progress: Progress) -> None:
        if name != "scan" or not progress.total:
            return
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        parts = [self.tr("{done} of {total} photos").format(done=f"{progress.done:,}", total=f"{progress.total:,}")]
        rate = progress.done / progress.seconds if progress.seconds > 1 else 0.0
        if rate:
            parts.append(self.tr("{rate} photos/s").format(rate=f"{rate:.1f}"))
            parts.append(self.tr("{time} left").format(time=duration((progress.total - progress.done) / rate)))
        if progress.failed:
            parts.append(self.tr("%n problem(s)", "", progress.failed))
        self._text.setText("  ·  ".join(parts))

    def _paused(self, paused: bool) -> None:
        self._jobs.pause(paused)
        self._pause.setToolTip(self.tr("Resume") if paused else self.tr("Pause"))
        self._pause.setAccessibleName(self._pause.toolTip())
        self._paint()

    def _stopping(self) -> None:
        self._stop.setEnabled(False)
        self._text.setText(self.tr("Stopping; everything found so far is kept…"))
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
