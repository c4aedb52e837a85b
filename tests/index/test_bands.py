from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from photohash.index import bands as module
from photohash.index.bands import Band, agreement, choose_bands, split
from photohash.index.bits import pack


@pytest.mark.parametrize(("low", "width"), [(0, 8), (5, 20), (60, 10), (40, 24), (64, 12), (120, 8), (127, 1)])
def test_a_band_reads_its_bits_across_words(low: int, width: int) -> None:
    rows = np.random.default_rng(7).random((20, 128)) < 0.5
    expected = [sum(1 << b for b in range(width) if row[low + b]) for row in rows]
    assert Band(low, width, 0).keys(pack(rows)).tolist() == expected


@pytest.mark.parametrize(("width", "flips"), [(1, 1), (6, 0), (6, 1), (6, 3), (3, 5)])
def test_masks_are_all_small_numbers_of_bits(width: int, flips: int) -> None:
    masks = Band(0, width, flips).masks()
    assert sorted(masks) == [mask for mask in range(1, 1 << width) if mask.bit_count() <= flips]


@pytest.mark.parametrize(("bits", "radius"), [(8, 0), (8, 2), (9, 4), (10, 7)])
def test_no_difference_within_the_radius_escapes_every_band(bits: int, radius: int) -> None:
    differences = [np.array(bit) for bit in product([0, 1], repeat=bits) if sum(bit) <= radius]
    for parts in range(1, min(radius + 1, bits) + 1):
        for width in range(1, bits // parts + 1):
            bands = split(bits, radius, parts, width)
            assert all(band.low + band.width <= bits for band in bands)
            for difference in differences:
                assert any(difference[band.low : band.low + band.width].sum() <= band.flips for band in bands)


def test_agreement_is_the_share_of_equal_pairs() -> None:
    keys = np.array([3, 1, 3, 3, 2, 1], np.uint64)
    equal = [keys[a] == keys[b] for a in range(6) for b in range(a)]
    assert agreement(keys) == pytest.approx(np.mean(equal))
    assert agreement(keys[:1]) == 0


@pytest.mark.parametrize(("n", "radius"), [(2_000, 4), (200_000, 4), (200_000, 2)])
def test_no_choice_is_estimated_faster(n: int, radius: int) -> None:
    words = pack(np.random.default_rng(8).random((n, 64)) < 0.3)
    sample = words[:, :: max(1, n // module.SAMPLE)]

    def cost(bands: list[Band]) -> float:
        return sum(band.seconds(n, agreement(band.keys(sample))) for band in bands)

    everything = [
        split(64, radius, parts, width)
        for parts in range(1, radius + 2)
        for width in range(module.NARROWEST, min(module.WIDEST, 64 // parts) + 1)
    ]
    assert cost(choose_bands(words, 64, radius)) == pytest.approx(min(map(cost, everything)))


def test_uneven_bits_call_for_wider_bands() -> None:
    random = np.random.default_rng(9)
    even, uneven = (pack(random.random((100_000, 64)) < share) for share in (0.5, 0.2))
    assert choose_bands(uneven, 64, 4)[0].width > choose_bands(even, 64, 4)[0].width
