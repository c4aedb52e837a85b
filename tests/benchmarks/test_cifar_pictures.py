"""The split of CIFAR-10 and what is kept of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import platformdirs
import pytest

from benchmarks.cifar_pictures import CLASSES, kept, split

LABELS = np.repeat(np.arange(10), 6000)


def test_split_is_the_protocol_of_the_papers() -> None:
    chosen = split(LABELS)
    assert np.bincount(LABELS[chosen.queries]).tolist() == [100] * 10
    assert np.bincount(LABELS[chosen.training]).tolist() == [500] * 10
    assert np.bincount(LABELS[chosen.database]).tolist() == [5400] * 10
    together = np.concatenate([chosen.queries, chosen.training, chosen.database])
    assert np.array_equal(np.sort(together), np.arange(60_000))
    assert np.bincount(LABELS[chosen.training[chosen.held]]).tolist() == [100] * len(CLASSES)


def test_split_depends_on_the_seed_alone() -> None:
    assert np.array_equal(split(LABELS, 1).queries, split(LABELS, 1).queries)
    assert not np.array_equal(split(LABELS, 1).queries, split(LABELS, 2).queries)


def test_what_was_made_is_kept_until_its_source_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / name)
    source = tmp_path / "source.py"
    source.write_text("one")
    made = []

    def make() -> dict[str, np.ndarray]:
        made.append(1)
        return {"values": np.arange(3)}

    for _ in range(2):
        assert kept("some", make, source)["values"].tolist() == [0, 1, 2]
    assert len(made) == 1
    source.write_text("two")
    kept("some", make, source)
    assert len(made) == 2
