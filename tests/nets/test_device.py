from __future__ import annotations

import platform

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from photohash.nets import device
from photohash.types import UserError


class Memory:
    """A function that can hold only so many inputs at once."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.tried: list[int] = []

    def __call__(self, inputs: NDArray[np.int64]) -> NDArray[np.int64]:
        self.tried.append(len(inputs))
        if len(inputs) > self.room:
            raise torch.OutOfMemoryError("no room")
        return inputs * 2


def test_batches_cover_all_inputs_in_order() -> None:
    run = Memory(4)
    results = device.in_batches(run, np.arange(10), 4)
    assert run.tried == [4, 4, 2]
    assert np.array_equal(np.concatenate(results), np.arange(10) * 2)


def test_batch_is_halved_for_good_when_memory_ends() -> None:
    run = Memory(2)
    results = device.in_batches(run, np.arange(7), 8)
    assert run.tried == [7, 4, 2, 2, 2, 1]
    assert np.array_equal(np.concatenate(results), np.arange(7) * 2)


def test_single_input_that_does_not_fit_is_an_error() -> None:
    run = Memory(0)
    with pytest.raises(torch.OutOfMemoryError):
        device.in_batches(run, np.arange(3), 2)
    assert run.tried == [2, 1]


def test_no_inputs_are_one_empty_batch() -> None:
    run = Memory(1)
    assert [len(result) for result in device.in_batches(run, np.arange(0), 4)] == [0]
    assert run.tried == [0]


@pytest.mark.parametrize(
    ("present", "best"),
    [({"cuda", "mps", "cpu"}, "cuda"), ({"mps", "cpu"}, "mps"), ({"cpu"}, "cpu")],
)
def test_best_present_device_is_chosen(present: set[str], best: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in present)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: "mps" in present)
    assert device.choose(None) == best
    assert {device.choose(name) for name in present} == present


@pytest.mark.parametrize("name", ["cuda", "gpu", ""])
def test_absent_device_is_refused_in_one_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(UserError, match=rf"no device '{name}'.*choose cpu\."):
        device.choose(name)


def test_cpu_is_described_with_its_threads() -> None:
    assert f"threads: {torch.get_num_threads()}" in device.describe("cpu")


def test_threads_are_set() -> None:
    before = torch.get_num_threads()
    try:
        device.set_threads(1)
        assert torch.get_num_threads() == 1
    finally:
        device.set_threads(before)


def test_heaps_are_shared_where_the_c_library_can() -> None:
    assert device.share_heaps() == (platform.libc_ver()[0] == "glibc")
