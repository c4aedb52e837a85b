"""Where the networks run, on how many threads, and in batches that fit into memory."""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Callable
from typing import Protocol, Self, TypeVar

import torch

from photohash.types import UserError


class Sliceable(Protocol):
    """What can be cut into batches."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> Self: ...


Inputs = TypeVar("Inputs", bound=Sliceable)
Result = TypeVar("Result")

M_ARENA_MAX = -8  # of glibc's malloc.h


def _present() -> list[str]:
    """The devices that torch can use here, the best first."""
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    return [name for name, there in present.items() if there]


def choose(name: str | None) -> str:
    """Return the device to run on: `name` if it is there, the best one present if `name` is None.

    The order is cuda, mps, cpu. Raises UserError for a device that is unknown or absent.
    """
    present = _present()
    if name is None:
        return present[0]
    if name not in present:
        raise UserError(f"This computer has no device '{name}' that torch can use: choose {' or '.join(present)}.")
    return name


def describe(device: str) -> str:
    """Return the name of the hardware behind `device`, for people."""
    if device == "cuda":
        return torch.cuda.get_device_name()
    processor = platform.processor() or platform.machine()
    if device == "mps":
        return f"Apple GPU ({processor})"
    return f"{processor} ({torch.backends.cpu.get_cpu_capability()}), torch threads: {torch.get_num_threads()}"


def set_threads(count: int) -> None:
    """Let each torch operation on the CPU use `count` threads.

    Torch threads that outnumber the free cores wait for one another by spinning, which costs a factor of ten; a scan
    that decodes in threads of its own has to leave them a core.
    """
    torch.set_num_threads(count)


def share_heaps() -> bool:
    """Let all threads of this process allocate from two heaps; whether the C library (glibc) knows how.

    By default it gives each thread a heap of its own and keeps what was freed there, which the memory rows of
    `benchmarks.scan` show; sharing costs no time there.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return mallopt is not None and bool(mallopt(M_ARENA_MAX, 2))


def in_batches(function: Callable[[Inputs], Result], inputs: Inputs, batch: int) -> list[Result]:
    """Return what `function` makes of each run of at most `batch` inputs, in order.

    `inputs` is anything with a length and slices: an array, a tensor, a list. When the memory of the device does not
    suffice, the batch is halved for good; if one input is too many, torch.OutOfMemoryError is raised. No inputs are one
    empty batch, so that the results can always be joined.
    """
    results: list[Result] = []
    start = 0
    while start < len(inputs) or not results:
        try:
            results.append(function(inputs[start : start + batch]))
            start += batch
            continue
        except torch.OutOfMemoryError:
            if batch == 1:
                raise
        # Outside the except clause: the traceback held what the failed attempt had allocated.
        batch = (batch + 1) // 2
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
    return results
