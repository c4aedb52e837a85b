from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from benchmarks.image_head import (
    GAIN,
    Batch,
    Batches,
    Recipe,
    Vectors,
    bits_of,
    cauchy_graded,
    distinct,
    loss,
    neighbours,
    score,
    trained,
    widened,
)
from benchmarks.projections import itq
from photohash.nets.dch import DchHead

RECIPE = Recipe(hidden=16, directions=12, anchors=16, each=8, near=20, mixed=10, reach=14.0, steps=60, every=60)


def unit(count: int, seed: int) -> Vectors:
    """Unit vectors (count, 24) that depend on three hidden numbers, and not linearly."""
    waves = np.random.default_rng(0)
    places = np.random.default_rng(seed).uniform(-1, 1, (count, 3))
    plain = np.cos(places @ waves.normal(size=(3, 24)) * 2 + waves.uniform(0, 6, 24)) + 0.3
    rows: Vectors = (plain / np.linalg.norm(plain, axis=1, keepdims=True)).astype(np.float32)
    return rows


def test_neighbours_naively() -> None:
    rows = unit(60, 0)
    nearest, reach = neighbours(torch.from_numpy(rows), 15)
    for n, row in enumerate(rows):
        squares = ((rows - row) ** 2).sum(1)
        squares[n] = np.inf
        assert nearest[n].tolist() == np.argsort(squares)[:15].tolist()
        assert reach[n].item() == pytest.approx(max(np.sort(squares)[9], 0.1), abs=1e-5)


def test_of_equal_pictures_the_first_stays() -> None:
    rows = unit(40, 1)
    twice = np.concatenate([rows[:30], rows[5:8], rows[30:], rows[5:6]])
    assert np.array_equal(distinct(twice), distinct(rows))
    assert np.array_equal(distinct(np.eye(6, dtype=np.float32)), np.eye(6, dtype=np.float32))


def test_batches_hold_the_distances_of_their_anchors() -> None:
    torch.manual_seed(0)
    rows = unit(80, 2)
    batches = Batches(rows, replace(RECIPE, directions=24, mix=0.0))
    batch = batches.draw()
    squares = torch.cdist(batch.reduced[:16], batch.reduced).square()  # with all axes nothing of a distance is lost
    itself = ~torch.isfinite(batch.distances)
    assert itself[torch.arange(16), torch.arange(16)].all()
    assert (squares[itself] < 1e-5).all()
    own = batches.reach[[int(torch.cdist(batches.reduced, row[None]).argmin()) for row in batch.reduced[:16]]]
    assert torch.allclose(batch.distances[~itself], (squares / own[:, None])[~itself], atol=1e-4)


def test_the_cauchy_loss_of_graded_pairs_naively() -> None:
    random = np.random.default_rng(3)
    distances, similar = random.uniform(1, 60, (4, 9)), random.uniform(size=(4, 9))
    others = random.uniform(size=(4, 9)) < 0.8
    near = far = alike = unlike = 0.0
    for d, s, counted in zip(distances.flat, similar.flat, others.flat, strict=True):
        if counted:
            near, alike = near + s * np.log(1 + d / 16), alike + s
            far, unlike = far + (1 - s) * np.log(1 + 16 / d), unlike + 1 - s
    given = cauchy_graded(torch.from_numpy(distances), torch.from_numpy(similar), torch.from_numpy(others), 16.0)
    assert given.item() == pytest.approx(near / alike + far / unlike)


def test_distances_in_the_loss_are_those_of_signs() -> None:
    torch.manual_seed(0)
    recipe = replace(RECIPE, quantisation=0.0)
    batch = Batches(unit(80, 4), recipe).draw()
    head = DchHead(12, 64)
    before = loss(head, batch, recipe)
    with torch.no_grad():
        head.fc.weight *= 7
    assert loss(head, batch, recipe).item() == pytest.approx(before.item(), rel=1e-5)
    before.backward()  # type: ignore[no-untyped-call]
    assert head.fc.weight.grad is not None
    assert head.fc.weight.grad.abs().max() > 0


def test_the_loss_is_less_where_codes_keep_the_order() -> None:
    reduced = torch.eye(64)[[0, 1, 2]] + 1e-3
    near_second = Batch(reduced, torch.tensor([[torch.inf, 0.1, 4.0]]))
    head = DchHead(64, 64)
    with torch.no_grad():
        head.fc.weight.fill_(-1.0)
        head.fc.weight[:, 0] = head.fc.weight[:, 1] = 1.0  # the codes of 0 and 1 are equal, that of 2 is opposite
        head.fc.bias.fill_(0.0)
    recipe = replace(RECIPE, quantisation=0.0)
    near_third = Batch(reduced, near_second.distances[:, [0, 2, 1]])
    assert loss(head, near_second, recipe) < loss(head, near_third, recipe) - 1


def test_a_widened_head_gives_the_same_margins() -> None:
    torch.manual_seed(0)
    rows = torch.from_numpy(unit(50, 5))
    axes, mean = torch.linalg.qr(torch.randn(24, 10))[0], rows.mean(0)
    small = DchHead(10, 16, 7)
    assert small.bend is not None
    torch.nn.init.normal_(small.bend.weight)
    wide = widened(small, axes, mean)
    assert torch.allclose(wide.margins(rows), small.margins((rows - mean) @ axes), atol=1e-5)
    fresh = DchHead(24, 16, 7)
    fresh.load_state_dict(wide.state_dict())  # as it is read from its file


def test_training_starts_as_itq_and_gains_on_others() -> None:
    rows, others = unit(800, 6), unit(300, 7)
    given = trained(rows, others, 12, RECIPE)
    start = DchHead(24, 12)
    start.start_from(torch.from_numpy(itq(rows, 12)), torch.from_numpy(rows.mean(0)), GAIN)
    assert [look.step for look in given.looks] == [0, 60]
    assert given.looks[0].score == pytest.approx(score(start, others), abs=0.03)  # ITQ of the same space
    assert given.step > 0
    assert score(given.head, others) == max(look.score for look in given.looks) > given.looks[0].score
    assert bits_of(given.head, others).shape == (300, 12)
