"""What a file that cannot be read raises, and which errors are the drive's fault instead."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

# The device or the share went away, or the system is out of something: it would hit every file, so it is nobody's
# reason for refusing this one. Not every system has every name.
_NOT_THE_FILE = frozenset(
    getattr(errno, name)
    for name in (
        "EIO", "ENODEV", "ENXIO", "ESTALE", "ENOTCONN", "ENETDOWN", "ENETUNREACH", "ENETRESET", "EHOSTDOWN",
        "EHOSTUNREACH", "ETIMEDOUT", "ECONNABORTED", "ECONNRESET", "EREMOTEIO", "ENOMEDIUM", "ESHUTDOWN",
        "EMFILE", "ENFILE", "ENOMEM",
    )
    if hasattr(errno, name)
)  # fmt: skip

DAMAGED = (
    "The file is damaged, incomplete or of an unusual variant; if another program shows it, save it from there as JPEG."
)
UNKNOWN = "The content is not a picture of a kind that can be read, whatever the file is called."
TOO_LARGE = "The picture has more pixels than can be decoded safely; save a smaller version of it."


class Undecodable(Exception):
    """A file that cannot become a picture; `reason` is one clear sentence for its owner."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def drive_fault(error: Exception) -> bool:
    """Whether the error says that the drive or the system failed, not the file."""
    return isinstance(error, OSError) and error.errno in _NOT_THE_FILE


@contextmanager
def undecodable() -> Iterator[None]:
    """Turn whatever a file does to its reader into `Undecodable`, save for what is not the file's fault.

    OSErrors of a lost drive and MemoryError pass unchanged. Everything else is caught, because the decoders raise
    nearly every built-in exception on hostile files; the original stays attached as `__cause__`.
    """
    try:
        yield
    except (Undecodable, MemoryError):
        raise
    except FileNotFoundError as error:
        raise Undecodable("The file is no longer there; scan its folder again.") from error
    except PermissionError as error:
        raise Undecodable("The file may not be read; give yourself permission to read it and scan again.") from error
    except (IsADirectoryError, NotADirectoryError) as error:
        raise Undecodable("This is a folder, not a file.") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Undecodable(TOO_LARGE) from error
    except Exception as error:
        if drive_fault(error):
            raise
        raise Undecodable(DAMAGED) from error
