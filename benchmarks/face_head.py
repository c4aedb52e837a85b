"""Train DCBH for people nobody trained on: `trained` makes a head of any length from labelled faces.

The paper's losses alone memorise the training people. So the head starts as sign projections, which know nobody; small
steps turn these so that faces of one person agree in more bits than faces of others, DCBH's own losses beside; and
every batch has people whose photos are partly made up: a face moved by the difference of two photos of somebody else.
Directions are learned in principal coordinates, each divided by the fourth root of its variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from benchmarks.people import People
from benchmarks.projections import itq, rotations
from photohash.learn.examples import Examples
from photohash.learn.model import Model, encode
from photohash.learn.retrieval import found_by_codes
from photohash.learn.trainer import Recipe, Trained, train
from photohash.learn.trunks import Plain
from photohash.methods.dcbh import Dcbh
from photohash.methods.pairs import same_class
from photohash.nets.dcbh import DcbhHead
from photohash.nets.face_resnet import EMBEDDING, embedding

Vectors = NDArray[np.float32]

UNITS = 3  # M; six, as in the paper, do no better here for twice the weights
ROTATED = 80  # bits from which on the start is random: the embeddings span so many dimensions
GAIN = 0.4  # of the projections a head starts as, which have a deviation of one: far from where its ReLU would cut
SHARPNESS = 7.5  # tanh of so many margins stands for a bit in training
TEMPERATURE = 0.05  # of the bits' mean product, in -1..1
FACES_OF_ONE = 20  # at most, so that the most photographed do not outweigh the others
LEAST = 3  # faces that each person has in training; made up where there are fewer
SPAN = 1e-6  # of the variance, below which a principal coordinate is none
OWN, OWN_FACES = 0.1, 256  # weight of DCBH's losses, and how many faces of a batch they are taken of
RECIPE = Recipe(steps=100, batch=1024, per_class=LEAST, rate=1e-3, every=25)


@dataclass(frozen=True)
class Coordinates:
    """Principal coordinates of embeddings x, each divided by the fourth root of its variance: (x - mean) basis."""

    mean: Vectors
    basis: Vectors

    @classmethod
    def of(cls, vectors: Vectors) -> Coordinates:
        """Those of vectors (n, d)."""
        centred = (vectors - vectors.mean(0)).astype(np.float64)
        variances, directions = np.linalg.eigh(centred.T @ centred / len(centred))
        spans = variances > SPAN * variances.sum()
        basis = directions[:, spans] * variances[spans] ** -0.25
        return cls(vectors.mean(0), basis.astype(np.float32))

    def __call__(self, vectors: Vectors) -> Vectors:
        """The coordinates (n, k) of vectors (n, d)."""
        return np.asarray((vectors - self.mean) @ self.basis, np.float32)

    def directions(self, of_embeddings: Vectors) -> Vectors:
        """Directions (bits, d) as directions (bits, k) on coordinates."""
        return np.asarray(of_embeddings @ np.linalg.pinv(self.basis).T, np.float32)

    def folded(self, head: DcbhHead) -> DcbhHead:
        """A head on coordinates as the same head on embeddings."""
        whole = DcbhHead(len(self.mean), head.bits, head.units)
        whole.load_state_dict({**head.state_dict(), **self._layer(head)})
        return whole.eval()

    def _layer(self, head: DcbhHead) -> dict[str, Tensor]:
        weight = head.fc.weight.detach().double() @ torch.from_numpy(self.basis).double().T
        bias = head.fc.bias.detach().double() - weight @ torch.from_numpy(self.mean).double()
        return {"fc.weight": weight.float(), "fc.bias": bias.float()}


class OpenDcbh(Dcbh):
    """DCBH with a loss of pairs, for people nobody trained on.

    A face and another of its person are to agree in more bits than the face and all others of the batch: the mean over
    such pairs of log(1 + sum over others exp((s(i, other) - s(i, j)) / temperature)), s the mean product of the bits.
    `own` weighs DCBH's losses. The batch norm stays the identity that the head starts with.
    """

    def __init__(self, inputs: int, bits: int, classes: int, *, units: int = UNITS, own: float = OWN) -> None:
        super().__init__(inputs, bits, classes, units=units)
        self.own = own

    def train(self, mode: bool = True) -> OpenDcbh:
        super().train(mode)
        self.head.norm.eval()
        return self

    def loss(self, features: Tensor, labels: Tensor) -> Tensor:
        """The loss of pairs and, weighed, DCBH's."""
        bits = torch.tanh(SHARPNESS * self.margins(features))
        total = ranked(bits @ bits.T / self.bits, same_class(labels))
        if self.own:
            total = total + self.own * super().loss(features[:OWN_FACES], labels[:OWN_FACES])
        return total


def ranked(likeness: Tensor, similar: Tensor) -> Tensor:
    """The mean over similar pairs (i, j) of softplus(logsumexp over dissimilar k of (s_ik - s_ij) / temperature)."""
    itself = torch.eye(len(likeness), dtype=torch.bool, device=likeness.device)
    logits = likeness / TEMPERATURE
    others = logits.masked_fill(similar | itself, -torch.inf).logsumexp(1, keepdim=True)
    return functional.softplus(others - logits)[similar & ~itself].mean()


def trained(people: People, validation: People, bits: int, seed: int = 0, recipe: Recipe = RECIPE) -> DcbhHead:
    """A head of `bits` on embeddings, trained on `people` and kept at the step best for `validation` people."""
    return learned(people, validation, bits, seed, recipe)[0]


def learned(
    people: People,
    validation: People,
    bits: int,
    seed: int = 0,
    recipe: Recipe = RECIPE,
    units: int = UNITS,
    own: float = OWN,
) -> tuple[DcbhHead, Trained]:
    """The head, and how its training went."""
    vectors = embedding(people.descriptors)
    coordinates = Coordinates.of(vectors)
    examples = of_people(people, coordinates, seed)
    torch.manual_seed(seed)
    width = coordinates.basis.shape[1]
    method = OpenDcbh(width, bits, len(examples.names), units=units, own=own)
    directions = coordinates.directions(start(vectors, bits, seed))
    directions /= (examples.plain @ directions.T).std(0).mean()
    method.head.start_from(torch.from_numpy(directions), torch.zeros(width), GAIN)
    held = coordinates(embedding(validation.descriptors))

    def score(model: Model) -> float:
        return found_by_codes(encode(model, held)[0], validation.labels).precision

    done = train(Model(Plain(width), method), examples, score, recipe)
    return coordinates.folded(method.head), done


def start(vectors: Vectors, bits: int, seed: int) -> Vectors:
    """The directions (bits, 128) that a head starts as, by which validation people are found better: few are ITQ's."""
    return itq(vectors, bits, seed) if bits < ROTATED else rotations(EMBEDDING.stop, bits, seed)


def of_people(people: People, coordinates: Coordinates, seed: int) -> Examples:
    """The faces of people in coordinates, at most 20 of each, and made up ones for who has fewer than three."""
    random = np.random.default_rng(seed)
    faces = capped(people, FACES_OF_ONE, seed)
    names, labels = np.unique(faces.labels, return_inverse=True)
    inputs = coordinates(embedding(faces.descriptors))
    moves = differences(inputs, labels, random)
    lacking = np.repeat(np.arange(len(names)), np.maximum(LEAST - np.bincount(labels), 0))
    first = np.unique(labels, return_index=True)[1]
    made_up = inputs[first[lacking]] + moves[random.integers(len(moves), size=len(lacking))]
    return Examples(
        np.concatenate([inputs, made_up]),
        np.concatenate([labels, lacking]).astype(np.int64),
        tuple(people.names[name] for name in names),
    )


def differences(inputs: Vectors, labels: NDArray[np.int64], random: np.random.Generator) -> Vectors:
    """The differences of two faces of one person: as many of each person as he has faces, (m, k)."""
    pairs = []
    for label in np.flatnonzero(np.bincount(labels) > 1):
        members = random.permutation(np.flatnonzero(labels == label))
        pairs.append(inputs[members] - inputs[np.roll(members, 1)])
    return np.concatenate(pairs)


def capped(people: People, most: int, seed: int = 0) -> People:
    """At most `most` faces of each person."""
    order = np.random.default_rng(seed).permutation(len(people.labels))
    nth = np.zeros(len(order), np.int64)
    seen: dict[int, int] = {}
    for n in order:
        label = int(people.labels[n])
        nth[n] = seen[label] = seen.get(label, -1) + 1
    return people.of(nth < most)
