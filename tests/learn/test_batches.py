from __future__ import annotations

import numpy as np

from photohash.learn.batches import chosen, inputs_of, moved
from photohash.learn.examples import Examples

LABELS = np.repeat(np.arange(6), [2, 9, 9, 9, 9, 30])


def test_balanced_batches_have_as_many_of_each_class_they_have() -> None:
    for step in range(20):
        rows = chosen(LABELS, "balanced", 12, 4, seed=0, step=step)
        present, counts = np.unique(LABELS[rows], return_counts=True)
        assert len(present) == 3
        assert counts.tolist() == [4, 4, 4]
        large = rows[np.isin(LABELS[rows], np.arange(1, 6))]
        assert len(np.unique(large)) == len(large)  # a class with enough examples gives no example twice


def test_every_class_is_met() -> None:
    met = np.concatenate([LABELS[chosen(LABELS, "balanced", 12, 4, 0, step)] for step in range(40)])
    assert set(met.tolist()) == set(range(6))


def test_fewer_classes_than_a_batch_wants_fill_it() -> None:
    rows = chosen(np.array([0, 0, 1]), "balanced", 8, 2, 0, 0)
    assert len(rows) == 8
    assert np.bincount(np.array([0, 0, 1])[rows]).tolist() == [4, 4]


def test_an_epoch_has_everything_once_and_each_its_own_order() -> None:
    count, batch = len(LABELS), 17
    rows = np.concatenate([chosen(LABELS, "shuffled", batch, 4, 3, step) for step in range(2 * count)])
    first, second = rows[:count], rows[count : 2 * count]
    assert sorted(first.tolist()) == sorted(second.tolist()) == list(range(count))
    assert first.tolist() != second.tolist()


def test_the_fixed_order_is_the_order_they_lie_in() -> None:
    assert chosen(LABELS, "fixed", 50, 4, 0, 1).tolist() == [n % len(LABELS) for n in range(50, 100)]


def test_a_step_is_the_same_whatever_came_before() -> None:
    for order in ("balanced", "shuffled", "fixed"):
        assert chosen(LABELS, order, 16, 4, 5, 7).tolist() == chosen(LABELS, order, 16, 4, 5, 7).tolist()
    assert chosen(LABELS, "balanced", 16, 4, 5, 7).tolist() != chosen(LABELS, "balanced", 16, 4, 6, 7).tolist()


def test_views_are_drawn_only_to_augment() -> None:
    views = np.arange(60, dtype=np.float32).reshape(5, 6, 2)
    examples = Examples(views, np.zeros(5, np.int64), ("a",))
    rows = np.array([4, 0, 2])
    assert np.array_equal(inputs_of(examples, rows, False, 0, 0), views[rows, 0])
    drawn = [inputs_of(examples, rows, True, 0, step) for step in range(40)]
    for n, row in enumerate(rows):
        assert {tuple(each[n]) for each in drawn} == {tuple(view) for view in views[row]}


def test_moved_pictures_are_mirrored_and_shifted_with_their_edges_repeated() -> None:
    side = 16
    picture = np.random.default_rng(1).integers(0, 256, (side, side, 3), np.uint8)
    wide = np.pad(picture, ((2, 2), (2, 2), (0, 0)), "edge")
    possible = set()
    for y in range(5):
        for x in range(5):
            part = wide[y : y + side, x : x + side]
            possible |= {part.tobytes(), part[:, ::-1].tobytes()}
    results = [each.tobytes() for each in moved(np.repeat(picture[None], 300, 0), np.random.default_rng(2))]
    assert set(results) <= possible
    assert len(set(results)) > 40  # of 50
