from __future__ import annotations

import numpy as np
import pytest

from benchmarks.likeness import Duplicates, classes, copies, copies_of_others, found, recalls, unit
from benchmarks.pictures import Pictures
from photohash.nets.heads import pack

PLAIN = np.random.default_rng(0).normal(size=(300, 8)).astype(np.float16)


def test_unit_length() -> None:
    assert np.linalg.norm(unit(PLAIN), axis=1) == pytest.approx(np.ones(300), abs=1e-6)


def test_recalls_naively() -> None:
    rows = unit(PLAIN)
    bits = rows[:, :6] > 0  # many ties
    given = recalls(pack(bits), rows)
    for item in range(0, 300, 17):
        others = np.delete(np.arange(300), item)
        wanted = others[np.argsort(((rows[others] - rows[item]) ** 2).sum(1))[:10]]
        hamming = {other: int((bits[other] != bits[item]).sum()) for other in others}
        for column, size in enumerate((10, 100, 200)):
            share = 0.0
            for one in wanted:
                nearer = sum(d < hamming[one] for d in hamming.values())
                tied = sum(d == hamming[one] for d in hamming.values())
                share += min(max((size - nearer) / tied, 0), 1) / 10
            assert given[item, column] == pytest.approx(share)


def test_classes_follow_the_order_of_the_names() -> None:
    kinds = np.array(["photo"] * 3 + ["cifar"] * 40)
    flags = np.array([False] * 23 + [False, True] * 10)
    chosen = Pictures(np.zeros((43, 4), np.float16), np.arange(43), flags, kinds)
    assert classes(chosen).tolist() == [n for n in range(10) for _ in range(3)]


def test_found_leaves_the_query_out() -> None:
    distances = np.array([[0, 1, 5], [1, 0, 2], [5, 2, 0]])
    precision, mean = found(distances, np.array([0, 0, 1]))
    assert precision == pytest.approx(0.1 * 2 / 3)
    assert mean == pytest.approx(2 / 3)  # the third has none to find


def test_an_altered_copy_finds_its_original_first_or_not() -> None:
    flags = np.array([False, True, False, True, True])
    chosen = Pictures(np.zeros((5, 4), np.float16), np.array([0, 0, 1, 1, 1]), flags, np.array(["photo"] * 5))
    distances = np.array([[1, 2], [3, 3], [1, 2]])  # right, a tie, wrong
    assert copies(distances, chosen) == pytest.approx(0.5)


def test_near_duplicates_search_among_themselves_and_strangers() -> None:
    shown = Duplicates(np.zeros((4, 4), np.float16), np.array([0, 0, 1, 0]))
    distances = np.array(
        [
            [0, 1, 2, 3, 4],  # finds the second
            [1, 0, 2, 3, 0],  # a stranger is as near as the file itself, and nearer than the first
            [9, 9, 0, 9, 9],  # has no copy: does not count
            [5, 6, 7, 0, 9],
        ]
    )
    assert copies_of_others(distances, shown) == pytest.approx(2 / 3)
