"""The most memory that this process has held at once."""

from __future__ import annotations

import sys
from pathlib import Path


def peak_bytes() -> int:
    """Bytes of the largest resident set so far; 0 on Windows, which has no such figure in the standard library.

    Linux's own record is preferred: `getrusage` there also counts what the parent held when it started the process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) << 10 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
