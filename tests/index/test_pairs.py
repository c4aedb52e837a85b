from __future__ import annotations

import numpy as np
import pytest

from photohash.index import pairs as module
from photohash.index.bands import split
from photohash.index.bits import pack
from photohash.index.codefile import Codes
from photohash.index.pairs import pairs_within


def near_duplicates(n: int, bits: int, seed: int, share: float = 0.5) -> tuple[Codes, np.ndarray]:
    """Random codes, half of them a few flipped bits from an earlier one; and their bits."""
    random = np.random.default_rng(seed)
    rows = random.random((n, bits)) < share
    for row in range(n // 2, n):
        rows[row] = rows[random.integers(row)]
        flipped = random.choice(bits, random.integers(0, min(bits, 9)), replace=False)
        rows[row, flipped] = ~rows[row, flipped]
    rows = rows[random.permutation(n)]
    return Codes(bits, np.arange(n), pack(rows)), rows


def by_comparing_all(rows: np.ndarray, radius: int) -> list[tuple[int, int, int]]:
    ones = rows.astype(np.int64)
    distances = ones @ (1 - ones.T) + (1 - ones) @ ones.T
    return [(i, j, distances[i, j]) for i, j in np.argwhere(np.triu(distances <= radius, 1))]


def found(codes: Codes, radius: int, heavy: int = module.HEAVY) -> list[tuple[int, int, int]]:
    return list(zip(*(part.tolist() for part in pairs_within(codes, radius, heavy)), strict=True))


@pytest.mark.parametrize(
    ("bits", "radius"),
    [(1, 0), (1, 1), (8, 3), (8, 8), (48, 5), (64, 0), (64, 1), (64, 4), (64, 10), (100, 6), (128, 9), (256, 24)],
)
def test_pairs_are_those_of_comparing_all(bits: int, radius: int) -> None:
    codes, rows = near_duplicates(300, bits, seed=bits)
    expected = by_comparing_all(rows, radius)
    assert expected
    assert found(codes, radius) == expected


@pytest.mark.parametrize("share", [0.02, 0.2])
def test_skewed_codes_are_joined_exactly(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 1000)  # many blocks, some of one long run
    monkeypatch.setattr(module, "PENDING", 500)  # and duplicates dropped on the way
    codes, rows = near_duplicates(400, 64, seed=10, share=share)
    assert found(codes, 4) == by_comparing_all(rows, 4)


@pytest.mark.parametrize(("parts", "width"), [(1, 5), (2, 12), (3, 21), (4, 16), (5, 12), (5, 3)])
def test_every_choice_of_bands_finds_the_same(parts: int, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "choose_bands", lambda words, bits, radius: split(bits, radius, parts, width))
    codes, rows = near_duplicates(250, 64, seed=11)
    assert found(codes, 4) == by_comparing_all(rows, 4)


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_codes_have_no_pairs(n: int) -> None:
    assert found(Codes(64, np.arange(n), np.zeros((1, n), np.uint64)), 4) == []


def test_a_heavy_bucket_is_compared_with_its_first_only() -> None:
    codes, rows = near_duplicates(200, 64, seed=12)
    rows[50:150] = False  # a hundred black frames
    rows[100, 3] = rows[101, 60] = True
    codes = Codes(64, codes.ids, pack(rows))
    black = range(50, 150)
    everything = by_comparing_all(rows, 2)
    assert found(codes, 2, heavy=100) == everything
    limited = found(codes, 2, heavy=90)
    assert limited == [pair for pair in everything if pair[0] not in black or pair[1] not in black or pair[0] == 50]
    assert sum(pair[0] == 50 for pair in limited) >= 99


def test_a_heavy_bucket_meets_those_around_by_its_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "choose_bands", lambda words, bits, radius: split(bits, radius, 1, 8))
    rows = np.zeros((40, 8), np.bool_)
    rows[[7, 31], 2] = True  # two items one bit from the other 38
    pairs = found(Codes(8, np.arange(40), pack(rows)), 1, heavy=20)
    firsts = [(0, other) for other in range(1, 40)]
    assert [pair[:2] for pair in pairs] == [*firsts, (7, 31)]


def test_a_hundred_thousand_equal_codes_give_as_many_pairs() -> None:
    i, j, distances = pairs_within(Codes(64, np.arange(100_000), np.ones((1, 100_000), np.uint64)), 4)
    assert not i.any()
    assert not distances.any()
    np.testing.assert_array_equal(j, np.arange(1, 100_000))


def test_a_negative_radius_is_refused() -> None:
    with pytest.raises(ValueError, match="radius"):
        pairs_within(Codes(64, np.arange(2), np.zeros((1, 2), np.uint64)), -1)
