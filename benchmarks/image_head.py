"""Training of the image head without labels: codes that keep the order of the descriptors.

In a batch each anchor stands before near pictures, its own and those of all other anchors. By descriptor each of them
has a share in the anchor's neighbourhood, and by code another; the loss is the cross-entropy of the two, beside DCH's
own: the Cauchy cross-entropy, with graded similarity, and the Cauchy quantisation. Distances are those of the signs;
gradients pass the signs as if they were tanh.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from math import cos, pi

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.projections import itq
from photohash.learn.retrieval import kept_neighbours
from photohash.methods.dch import cauchy_quantisation
from photohash.methods.pairs import angular_distances
from photohash.nets import heads
from photohash.nets.dch import DchHead

Vectors = NDArray[np.float32]

GAIN = 20.0  # of the projections the head starts as: those of unit vectors have a deviation of about 0.05
NEAREST = 10  # whose order matters: what a search shows first
BLOCK = 1024
LEAST = 0.1  # squared distance at which the tenth nearest is taken to be
EQUAL = 0.985  # likeness from which two pictures are one
EPSILON = 1e-3  # added to distances, for the gradient of a dissimilar pair grows without bound as they go to 0


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a head is trained; distances between codes are on a scale of 128 bits.

    Descriptors are reduced to `directions`; `anchors` with `each` of their `near` nearest make a batch, each moved by
    up to the share `mix` towards one of its `mixed` nearest. Shares in a neighbourhood fall as exp(-d / `softness`),
    where by descriptor d is the squared distance over that of the tenth nearest, and by code as exp(-d / `reach`).
    `gamma` is that of the Cauchy losses; `ranked` is the weight of the neighbourhoods beside DCH's loss of pairs, and
    `quantisation` that of its quantisation.
    """

    hidden: int = 512
    directions: int = 512
    anchors: int = 64
    each: int = 24
    near: int = 60
    mixed: int = 20
    mix: float = 0.2
    softness: float = 0.14
    reach: float = 5.1
    gamma: float = 16.0
    ranked: float = 30.0
    quantisation: float = 0.1
    rate: float = 3e-3
    rise: int = 30
    steps: int = 800
    every: int = 200
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """What validation pictures say at a step: how many of the ten nearest are the ten nearest by code."""

    step: int
    score: float


@dataclass(frozen=True, slots=True)
class Trained:
    """The head as it was at its best look, the step of that, and all looks."""

    head: DchHead
    step: int
    looks: tuple[Look, ...]


def score(head: DchHead, rows: Vectors) -> float:
    """How many of the ten nearest by descriptor are among the ten nearest by code."""
    return kept_neighbours(heads.pack(bits_of(head, rows)), rows, NEAREST, NEAREST)


def bits_of(head: DchHead, rows: Vectors) -> NDArray[np.bool_]:
    """The codes of vectors, unpacked: bool (n, bits)."""
    with torch.inference_mode():
        bits: NDArray[np.bool_] = (head.margins(torch.from_numpy(rows)) >= 0).numpy()
    return bits


def trained(train: Vectors, validation: Vectors, bits: int, recipe: Recipe = Recipe()) -> Trained:
    """The head at the step that is best for validation; both sets are unit vectors, (n, inputs) and (m, inputs)."""
    torch.manual_seed(recipe.seed)
    batches = Batches(train, recipe)
    width = train.shape[1]
    mean, axes = batches.mean, batches.axes
    small = DchHead(axes.shape[1], bits, recipe.hidden)
    small.start_from(torch.from_numpy(itq(batches.reduced.numpy(), bits)), torch.zeros(axes.shape[1]), GAIN)
    if small.hidden is not None:
        torch.nn.init.normal_(small.hidden.weight, std=GAIN * axes.shape[1] ** -0.5)
    optimiser = torch.optim.Adam(small.parameters())
    looks, best = [], DchHead(width, bits, recipe.hidden)
    for step in range(recipe.steps + 1):
        if step % recipe.every == 0 or step == recipe.steps:
            head = widened(small, axes, mean)
            looks.append(Look(step, score(head, validation)))
            print(f"{bits} bits, step {step}: validation recall@10 {looks[-1].score:.4f}", flush=True)
            if looks[-1].score >= max(look.score for look in looks):
                best, best_step = head, step
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * min(1, (step + 1) / recipe.rise) * 0.5 * (1 + cos(pi * step / recipe.steps))
        cost = loss(small, batches.draw(), recipe)
        optimiser.zero_grad()
        cost.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return Trained(best, best_step, tuple(looks))


@dataclass(frozen=True, slots=True)
class Batch:
    """Reduced descriptors (n, directions), the first of which are the anchors', and squared distances (anchors, n).

    Distances are over those of each anchor's tenth nearest; what is no neighbour but the anchor itself is at infinity.
    """

    reduced: Tensor
    distances: Tensor


class Batches:
    """Draws batches from unit vectors (n, inputs), which are reduced to their principal `axes` (inputs, directions)."""

    def __init__(self, rows: Vectors, recipe: Recipe) -> None:
        self.recipe = recipe
        self.rows = torch.from_numpy(rows)
        self.mean = self.rows.mean(0)
        centred = self.rows - self.mean
        _, axes = torch.linalg.eigh(centred.T @ centred)
        self.axes = axes.flip(1)[:, : recipe.directions].contiguous()
        self.reduced = centred @ self.axes
        self.nearest, self.reach = neighbours(self.rows, recipe.near)

    def draw(self) -> Batch:
        """Anchors at random, and for each near pictures, the nearer the likelier, moved towards a neighbour of theirs.

        So moved they are pictures that nobody took, but as like each other as real ones.
        """
        recipe = self.recipe
        anchors = torch.randint(len(self.rows), (recipe.anchors,))
        ranks = (torch.rand(recipe.anchors, recipe.each).square() * recipe.near).long()
        chosen = torch.cat([anchors, torch.unique(self.nearest[anchors[:, None], ranks])])
        other = self.nearest[chosen, torch.randint(recipe.mixed, (len(chosen),))]
        share = torch.rand(len(chosen), 1) * recipe.mix
        rows = torch.lerp(self.rows[chosen], self.rows[other], share)
        squares = torch.cdist(rows[: len(anchors)], rows).square() / self.reach[anchors][:, None]
        squares[anchors[:, None] == chosen] = torch.inf
        return Batch(torch.lerp(self.reduced[chosen], self.reduced[other], share), squares)


def neighbours(rows: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The `count` nearest of each unit vector (n, d), int (n, count), and the squared distance of the tenth, (n,)."""
    nearest, reach = [], []
    for at in range(0, len(rows), BLOCK):
        likeness = rows[at : at + BLOCK] @ rows.T
        likeness[torch.arange(len(likeness)), torch.arange(at, at + len(likeness))] = -torch.inf
        found = likeness.topk(count, 1)
        nearest.append(found.indices)
        reach.append((2 - 2 * found.values[:, NEAREST - 1]).clamp(min=LEAST))
    return torch.cat(nearest), torch.cat(reach)


def distinct(rows: Vectors) -> Vectors:
    """The unit vectors (n, d) without those that are all but equal to an earlier one."""
    every = torch.from_numpy(rows)
    fresh = []
    for at in range(0, len(rows), BLOCK):
        likeness = every[at : at + BLOCK] @ every[: at + BLOCK].T
        fresh.append((likeness.tril(at - 1) < EQUAL).all(1))
    kept: Vectors = rows[torch.cat(fresh).numpy()]
    return kept


def loss(head: DchHead, batch: Batch, recipe: Recipe) -> Tensor:
    """The whole loss of a batch, with distances between codes brought to the scale of 128 bits."""
    margins = head.margins(batch.reduced)
    relaxed = torch.tanh(margins)
    codes = relaxed + (torch.where(margins >= 0, 1.0, -1.0) - relaxed).detach()
    anchors = len(batch.distances)
    apart = angular_distances(codes[:anchors], codes) * (128 / codes.shape[1]) + EPSILON
    others = batch.distances < torch.inf
    shares = torch.softmax(-batch.distances / recipe.softness, 1)
    said = torch.log_softmax((-apart / recipe.reach).masked_fill(~others, -torch.inf), 1)
    ranked = -(shares * said.masked_fill(~others, 0)).sum(1).mean()
    graded = 1 / (1 + batch.distances.square().square())  # 1/2 at the tenth nearest; 0 for the anchor itself
    return (
        cauchy_graded(apart, graded, others, recipe.gamma)
        + recipe.quantisation * cauchy_quantisation(relaxed, recipe.gamma)
        + recipe.ranked * ranked
    )


def cauchy_graded(distances: Tensor, similar: Tensor, others: Tensor, gamma: float) -> Tensor:
    """DCH's cross-entropy for similarities (a, n) in 0..1, similar and dissimilar counting alike (equation 2)."""
    alike, unlike = others * similar, others * (1 - similar)
    near, far = torch.log1p(distances / gamma), torch.log1p(gamma / distances)
    return (alike * near).sum() / alike.sum() + (unlike * far).sum() / unlike.sum()


def widened(small: DchHead, axes: Tensor, mean: Tensor) -> DchHead:
    """The head that reads unit vectors where `small` reads their coordinates along `axes` (inputs, d) from `mean`."""
    wide = deepcopy(small)
    for layer in (wide.fc, wide.hidden):
        if layer is not None:
            layer.in_features = len(axes)
            layer.weight = torch.nn.Parameter(layer.weight.detach() @ axes.T)
            layer.bias = torch.nn.Parameter(layer.bias.detach() - layer.weight.detach() @ mean)
    return wide.eval()
