from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from benchmarks.face_head import (
    GAIN,
    LEAST,
    RECIPE,
    TEMPERATURE,
    Coordinates,
    OpenDcbh,
    capped,
    learned,
    of_people,
    ranked,
    start,
    trained,
)
from benchmarks.people import People
from benchmarks.projections import itq, rotations
from photohash.methods.dcbh import Dcbh
from photohash.nets.dcbh import DcbhHead

WIDTH, BITS = 128, 96


def some_people(counts: list[int], seed: int) -> People:
    """So many faces of each person: a place in twenty of the embedding's dimensions, and noise."""
    random = np.random.default_rng(seed)
    spans = np.linalg.qr(random.normal(size=(WIDTH, 20)))[0] * np.linspace(1, 0.3, 20)
    labels = np.repeat(np.arange(len(counts)), counts)
    places = random.normal(size=(len(counts), 20))[labels] + 0.6 * random.normal(size=(len(labels), 20))
    descriptors = np.zeros((len(labels), 640), np.float16)
    descriptors[:, :WIDTH] = 0.1 * places @ spans.T + 0.1
    names = tuple(f"person {n}" for n in range(len(counts)))
    return People(tuple(map(str, labels)), names, labels, descriptors, np.ones(len(labels), bool))


@pytest.fixture(scope="module")
def people() -> People:
    return some_people([1] * 30 + [2, 3, 5, 25] * 5, 0)


@pytest.fixture(scope="module")
def vectors(people: People) -> NDArray[np.float32]:
    return people.descriptors[:, :WIDTH].astype(np.float32)


def test_coordinates_are_uncorrelated_with_the_square_root_of_the_variance(vectors: NDArray[np.float32]) -> None:
    coordinates = Coordinates.of(vectors)(vectors)
    covariance = np.cov(coordinates.T, bias=True)
    variances = np.linalg.eigvalsh(np.cov(vectors.T, bias=True))[-coordinates.shape[1] :]
    assert np.allclose(coordinates.mean(0), 0, atol=1e-5)
    assert np.allclose(covariance, np.diag(np.sqrt(variances)), atol=1e-4)


def test_directions_on_coordinates_are_the_directions_on_embeddings(vectors: NDArray[np.float32]) -> None:
    coordinates, turned = Coordinates.of(vectors), rotations(WIDTH, BITS)
    expected = (vectors - vectors.mean(0)) @ turned.T
    assert np.allclose(coordinates(vectors) @ coordinates.directions(turned).T, expected, atol=2e-3)


def test_a_folded_head_is_the_same_head_on_embeddings(vectors: NDArray[np.float32]) -> None:
    coordinates = Coordinates.of(vectors)
    head = DcbhHead(coordinates.basis.shape[1], BITS, 3).eval()
    with torch.inference_mode():
        inner = head.margins(torch.from_numpy(coordinates(vectors)))
        outer = coordinates.folded(head).margins(torch.from_numpy(vectors))
    assert torch.allclose(inner, outer, atol=1e-4)


def test_the_loss_of_pairs_is_its_formula() -> None:
    labels = np.array([0, 0, 1, 2, 2, 2])
    likeness = torch.from_numpy(np.random.default_rng(1).uniform(-0.2, 0.2, (6, 6)))
    similar = torch.from_numpy(labels[:, None] == labels)
    terms = []
    for i in range(6):
        for j in range(6):
            if i != j and labels[i] == labels[j]:
                gaps = [(likeness[i, k] - likeness[i, j]).item() for k in range(6) if labels[k] != labels[i]]
                terms.append(np.log1p(sum(np.exp(gap / TEMPERATURE) for gap in gaps)))
    assert ranked(likeness, similar).item() == pytest.approx(np.mean(terms))


def test_dcbh_s_own_losses_are_part_of_the_loss() -> None:
    features, labels = torch.randn(12, 20), torch.arange(12) // 3
    torch.manual_seed(0)
    method = OpenDcbh(20, BITS, 4, own=0.5)
    alone = OpenDcbh(20, BITS, 4, own=0.0)
    alone.load_state_dict(method.state_dict())
    own = Dcbh(20, BITS, 4, units=method.head.units)
    own.load_state_dict(method.state_dict())
    for each in (method, alone, own):
        each.eval()
    whole = method.loss(features, labels).item()
    assert whole == pytest.approx(alone.loss(features, labels).item() + 0.5 * own.loss(features, labels).item())


def test_training_mode_leaves_the_start_as_it_is() -> None:
    method = OpenDcbh(20, BITS, 4).eval()
    method.head.start_from(torch.randn(BITS, 20), torch.zeros(20), GAIN)
    inputs = torch.randn(50, 20) + 1
    before = method.margins(inputs)
    assert torch.equal(method.train().margins(inputs), before)


def test_faces_are_made_up_of_a_face_and_a_difference_of_somebody_else(people: People) -> None:
    coordinates = Coordinates.of(people.descriptors[:, :WIDTH].astype(np.float32))
    examples = of_people(people, coordinates, 0)
    assert np.bincount(examples.labels).tolist() == [LEAST] * 30 + [LEAST, LEAST, 5, 20] * 5
    real = len(capped(people, 20).labels)
    faces, labels = examples.plain[:real], examples.labels[:real]
    pairs = labels[:, None] == labels
    differences = (faces[:, None] - faces)[pairs]
    for made_up, label in zip(examples.plain[real:], examples.labels[real:], strict=True):
        moves = made_up - faces[labels == label]
        assert np.abs(differences[None] - moves[:, None]).max(2).min() < 1e-4


def test_at_most_so_many_faces_of_each(people: People) -> None:
    assert np.bincount(capped(people, 3).labels).tolist() == [1] * 30 + [2, 3, 3, 3] * 5


def test_a_head_is_no_worse_than_its_start_and_always_the_same(people: People) -> None:
    validation = some_people([4] * 30, 1)
    recipe = replace(RECIPE, steps=6, batch=96, every=2)
    head, training = learned(people, validation, BITS, recipe=recipe)
    assert training.score == max(look.score for look in training.looks) >= training.looks[0].score
    again = trained(people, validation, BITS, recipe=recipe)
    assert all(torch.equal(value, again.state_dict()[name]) for name, value in head.state_dict().items())


def test_few_bits_start_as_itq_and_many_as_rotations(vectors: NDArray[np.float32]) -> None:
    assert np.array_equal(start(vectors, 16, 1), itq(vectors, 16, 1))
    assert np.array_equal(start(vectors, BITS, 1), rotations(WIDTH, BITS, 1))
