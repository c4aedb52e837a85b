from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from photohash.index.bits import hamming_each, pack
from photohash.learn import evaluation, metrics
from photohash.learn.evaluation import Coded, evaluate
from photohash.nets import heads
from tests.learn.test_metrics import DATABASE, LABELS, QUERIES, plain


def coded(relaxed: np.ndarray, labels: np.ndarray) -> Coded:
    return Coded(pack(relaxed >= 0), relaxed, labels)


GOLDEN = (coded(QUERIES, np.array([0, 1, 2])), coded(DATABASE, LABELS))


def test_the_golden_vectors_whole() -> None:
    assert asdict(evaluate(*GOLDEN, radius=2)) == pytest.approx(
        {
            "precision": 4 / 9,
            "recall": 4 / 9,
            "empty": 0,
            "size": 10 / 3,
            "ball_map": 11 / 18,
            "ball_map_literature": 11 / 12,
            "ball_map_codes": 11 / 18,
            "mean_ap": 2 * 0.836111 / 3,
            "ones": 1 / 2,
            "worst_bit": 1 / 2,
            "distinct": 6,
        },
        abs=1e-6,
    )


def some(count: int, seed: int) -> Coded:
    random = np.random.default_rng(seed)
    labels = random.integers(0, 4, count)
    centres = np.random.default_rng(0).normal(size=(4, 12))
    return coded(np.tanh(centres[labels] + 0.5 * random.normal(size=(count, 12))), labels)


def test_a_protocol_naively(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "CELLS", 400)  # several blocks
    queries, database = some(30, 1), some(130, 2)
    precision, recall, sizes, real, left_out = [], [], [], [], 0
    for relaxed, label in zip(queries.relaxed, queries.labels, strict=True):
        inside = [n for n in range(130) if sum((relaxed >= 0) != (database.relaxed[n] >= 0)) <= 2]
        inside.sort(key=lambda n: -float(relaxed @ database.relaxed[n]))
        right = [bool(database.labels[n] == label) for n in inside]
        sizes.append(len(inside))
        precision.append(sum(right) / len(right) if right else 0)
        recall.append(sum(right) / (database.labels == label).sum())
        real.append(plain(right))
        left_out += bool(right) and not any(right)
    evaluated = evaluate(queries, database)
    assert evaluated.precision == pytest.approx(np.mean(precision))
    assert evaluated.recall == pytest.approx(np.mean(recall))
    assert evaluated.empty == pytest.approx(np.mean(np.array(sizes) == 0))
    assert evaluated.size == pytest.approx(np.mean(sizes))
    assert evaluated.ball_map == pytest.approx(np.mean(real))
    assert evaluated.ball_map_literature == pytest.approx(np.sum(real) / (30 - left_out))
    distances = ((queries.relaxed >= 0)[:, None] != (database.relaxed >= 0)).sum(2)
    found = metrics.levels(distances, queries.labels[:, None] == database.labels)
    assert evaluated.mean_ap == pytest.approx(metrics.average_precision(found).mean())
    near = metrics.average_precision(found.within(2), of_found=True)
    assert evaluated.ball_map_codes == pytest.approx(near.mean())
    ones = (database.relaxed >= 0).mean(0)
    assert evaluated.ones == pytest.approx(ones.mean())
    assert abs(evaluated.worst_bit - 0.5) == pytest.approx(np.abs(ones - 0.5).max())
    assert evaluated.distinct == len({tuple(row) for row in (database.relaxed >= 0).tolist()})
    assert np.array_equal(evaluation.levels(queries, database).items.sum(1), np.full(30, 130))


def test_the_order_of_the_database_changes_nothing() -> None:
    queries, database = some(20, 3), some(100, 4)
    order = np.random.default_rng(5).permutation(100)
    shuffled = Coded(database.codes[:, order], database.relaxed[order], database.labels[order])
    assert asdict(evaluate(queries, shuffled)) == pytest.approx(asdict(evaluate(queries, database)))


@pytest.mark.parametrize("bits", [12, 16, 24, 36, 48, 64])
def test_distances_of_packed_codes_are_those_of_the_bits(bits: int) -> None:
    """What packs +1 and -1 instead of 1 and 0 loses bits without a sign of it."""
    signs = np.random.default_rng(bits).random((40, bits)) < 0.5
    naive = [[sum(a != b for a, b in zip(one, other, strict=True)) for other in signs] for one in signs]
    codes = pack(signs)
    assert hamming_each(codes, codes).tolist() == naive
    assert np.array_equal(heads.pack(signs), codes)


def test_what_does_not_fit_together_is_refused() -> None:
    with pytest.raises(ValueError, match="3 items"):
        Coded(np.zeros((1, 3), np.uint64), np.zeros((4, 12)), np.zeros(3, np.int64))
    with pytest.raises(ValueError, match="3 items"):
        Coded(np.zeros((1, 3), np.uint64), np.zeros((3, 65)), np.zeros(3, np.int64))
