from __future__ import annotations

import numpy as np
import pytest

from photohash.learn.examples import Examples, divide, divide_classes, tensor
from photohash.types import UserError


def some(counts: list[int]) -> Examples:
    labels = np.repeat(np.arange(len(counts)), counts)
    return Examples(
        np.arange(2.0 * len(labels), dtype=np.float32).reshape(-1, 2), labels, tuple("abcdefghij"[: len(counts)])
    )


def test_labels_and_inputs_must_agree() -> None:
    with pytest.raises(ValueError, match="one label"):
        Examples(np.zeros((3, 2), np.float32), np.zeros(2, np.int64), ("a",))
    with pytest.raises(ValueError, match="a name"):
        Examples(np.zeros((2, 2), np.float32), np.array([0, 1]), ("a",))


def test_the_digest_changes_with_everything() -> None:
    one = some([3, 3])
    moved = Examples(one.inputs + np.float32(1), one.labels, one.names)
    renamed = Examples(one.inputs, one.labels, ("a", "z"))
    relabelled = Examples(one.inputs, one.labels[::-1].copy(), one.names)
    digests = {each.digest() for each in (one, moved, renamed, relabelled, one.of(np.arange(5)))}
    assert len(digests) == 5
    assert some([3, 3]).digest() == one.digest()


def test_the_plain_inputs_of_views_are_the_first() -> None:
    views = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    assert np.array_equal(Examples(views, np.array([0, 0]), ("a",)).plain, views[:, 0])


def test_pictures_become_planes() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (2, 4, 4, 3), np.uint8)
    assert np.array_equal(tensor(pictures).numpy(), pictures.transpose(0, 3, 1, 2))


def test_each_class_is_divided_and_nothing_is_in_two_parts() -> None:
    parts = divide(some([20, 5, 3]), 0.2, 0.3, seed=1)
    counts = [np.bincount(part.labels, minlength=3).tolist() for part in (parts.train, parts.validation, parts.test)]
    assert counts == [[10, 2, 1], [4, 1, 1], [6, 2, 1]]
    every = np.concatenate([part.plain[:, 0] for part in (parts.train, parts.validation, parts.test)])
    assert sorted(every.tolist()) == [2.0 * n for n in range(28)]


def test_the_division_follows_the_seed() -> None:
    first, again, other = (divide(some([30, 30]), 0.2, 0.2, seed).test.plain.tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_class_of_two_is_refused_by_name() -> None:
    with pytest.raises(UserError, match="'b' has 2 usable pictures"):
        divide(some([5, 2]), 0.2, 0.2)


def test_classes_stay_whole_when_they_are_divided() -> None:
    parts = divide_classes(some([4] * 10), 0.2, 0.3)
    names = [set(part.names) for part in (parts.train, parts.validation, parts.test)]
    assert [len(each) for each in names] == [5, 2, 3]
    assert not names[0] & names[1]
    assert not names[0] & names[2]
    assert not names[1] & names[2]
    assert set(parts.test.labels.tolist()) == {0, 1, 2}
    for part in (parts.train, parts.validation, parts.test):
        assert all(part.plain[n, 0] // 8 == "abcdefghij".index(part.names[part.labels[n]]) for n in range(len(part)))


def test_too_few_classes_to_keep_some_whole() -> None:
    with pytest.raises(UserError, match="six or more"):
        divide_classes(some([4] * 5), 0.2, 0.2)
