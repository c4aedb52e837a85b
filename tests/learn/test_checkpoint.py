from __future__ import annotations

from pathlib import Path

import pytest
import torch

from photohash.learn.checkpoint import NAME, Checkpoint, read, write
from photohash.types import UserError


def kept(identity: str = "one", step: int = 5) -> Checkpoint:
    state = {"weight": torch.arange(3.0)}
    return Checkpoint(
        identity, step, 3, 0.5, [{"step": 0, "loss": 1.5}], state, state, {"state": {}, "param_groups": []}
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write(tmp_path / "new", kept())
    found = read(tmp_path / "new", "one", "cpu")
    assert found is not None
    assert (found.step, found.best_step, found.best_score, found.looks) == (5, 3, 0.5, [{"step": 0, "loss": 1.5}])
    assert torch.equal(found.model["weight"], torch.arange(3.0))


def test_the_next_takes_the_place_of_the_last_whole(tmp_path: Path) -> None:
    write(tmp_path, kept(step=5))
    (tmp_path / f"{NAME}.part").write_bytes(b"cut off while it was written")
    found = read(tmp_path, "one", "cpu")
    assert found is not None
    assert found.step == 5
    write(tmp_path, kept(step=6))
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


def test_none_of_another_and_damaged_ones(tmp_path: Path) -> None:
    assert read(tmp_path, "one", "cpu") is None
    write(tmp_path, kept("two"))
    with pytest.raises(UserError, match="another training"):
        read(tmp_path, "one", "cpu")
    torch.save({"step": 1}, tmp_path / NAME)
    with pytest.raises(UserError, match="cannot be read"):
        read(tmp_path, "one", "cpu")


def test_a_checkpoint_cannot_carry_code(tmp_path: Path) -> None:
    torch.save({"step": Path}, tmp_path / NAME)
    with pytest.raises(UserError, match="cannot be read"):
        read(tmp_path, "one", "cpu")
