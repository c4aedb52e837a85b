from __future__ import annotations

import numpy as np
import pytest

from photohash.index import bits as module
from photohash.index.bits import hamming, hamming_each, pack, unpack


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.mark.parametrize("bits", [1, 7, 48, 63, 64, 65, 100, 128, 256])
def test_packing_puts_bit_b_into_bit_b_of_its_word(bits: int, random: np.random.Generator) -> None:
    codes = random.random((11, bits)) < 0.5
    words = pack(codes)
    expected = [
        [sum(1 << (b % 64) for b in range(bits) if b // 64 == word and code[b]) for code in codes]
        for word in range(-(-bits // 64))
    ]
    assert words.dtype == np.uint64
    assert words.flags.c_contiguous
    assert words.tolist() == expected


@pytest.mark.parametrize("bits", [1, 64, 100, 256])
@pytest.mark.parametrize("n", [0, 1, 9])
def test_unpacking_gives_the_bits_back(bits: int, n: int, random: np.random.Generator) -> None:
    codes = random.random((n, bits)) < 0.5
    assert pack(codes).shape == (-(-bits // 64), n)
    np.testing.assert_array_equal(unpack(pack(codes), bits), codes)
    assert unpack(pack(codes), bits).dtype == np.bool_


@pytest.mark.parametrize("wrong", [np.zeros((2, 8), np.uint8), np.zeros(8, np.bool_)])
def test_only_a_bool_matrix_is_packed(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="bool matrix"):
        pack(wrong)


@pytest.mark.parametrize("bits", [20, 64, 128, 192, 256, 300])
def test_distance_counts_differing_bits(
    bits: int, random: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CACHED", 64)  # several blocks, the last one partly filled
    codes, queries = random.random((203, bits)) < 0.5, random.random((3, bits)) < 0.5
    expected = np.array([[np.sum(code != query) for code in codes] for query in queries])
    np.testing.assert_array_equal(hamming_each(pack(codes), pack(queries)), expected)
    np.testing.assert_array_equal(hamming(pack(codes), pack(queries)[:, 1]), expected[1])


@pytest.mark.parametrize(("words", "kind"), [(1, np.uint8), (3, np.uint8), (4, np.uint16), (5, np.uint16)])
def test_opposite_codes_do_not_overflow(words: int, kind: type) -> None:
    none, every = np.zeros(words, np.uint64), np.full((words, 2), 2**64 - 1, np.uint64)
    distances = hamming(every, none)
    assert distances.dtype == kind
    assert distances.tolist() == [64 * words] * 2


def test_codes_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="two models"):
        hamming(np.zeros((2, 5), np.uint64), np.zeros(1, np.uint64))
