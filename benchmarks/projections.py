"""Hashing without learning from labels: what a trained head starts from and must beat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def hyperplanes(width: int, bits: int, seed: int = 0) -> Vectors:
    """Random directions (bits, width): Charikar, Similarity estimation techniques from rounding, STOC 2002."""
    return np.random.default_rng(seed).normal(size=(bits, width)).astype(np.float32)


def rotation(width: int, seed: int = 0) -> Vectors:
    """A random orthogonal matrix (width, width)."""
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(width, width)))[0].astype(np.float32)


def rotations(width: int, bits: int, seed: int = 0) -> Vectors:
    """As many random rotations below each other as give `bits` directions (bits, width)."""
    turns = [rotation(width, 1000 * seed + n) for n in range(-(-bits // width))]
    return np.concatenate(turns)[:bits]


def principal(vectors: Vectors, bits: int) -> Vectors:
    """The leading `bits` principal directions (bits, width) of vectors (n, width)."""
    centred = vectors - vectors.mean(0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    return np.ascontiguousarray(directions[:, ::-1][:, :bits].T)


def itq(vectors: Vectors, bits: int, seed: int = 0, rounds: int = 50) -> Vectors:
    """Directions (bits, width) whose signs, on vectors (n, width) less their mean, are closest to the projections.

    Gong and Lazebnik, Iterative quantization, CVPR 2011: the leading `bits` principal directions, rotated; rounds of
    codes B = sign(V R) and the rotation R that brings V nearest to B (orthogonal Procrustes).
    """
    leading = principal(vectors, bits).T
    projected = (vectors - vectors.mean(0)) @ leading
    turn = rotation(bits, seed)
    for _ in range(rounds):
        codes = np.where(projected @ turn >= 0, np.float32(1), np.float32(-1))
        left, _, right = np.linalg.svd(codes.T @ projected)
        turn = (left @ right).T
    return np.ascontiguousarray((leading @ turn).T, np.float32)


def frame(vectors: Vectors, bits: int, seed: int = 0) -> Vectors:
    """Directions (bits, width) for up to any number of bits: ITQ's, and beyond the width further random rotations."""
    width = vectors.shape[1]
    if bits <= width:
        return itq(vectors, bits, seed)
    return np.concatenate([itq(vectors, width, seed), rotations(width, bits - width, seed)])


def signs(vectors: Vectors, directions: Vectors, mean: Vectors) -> NDArray[np.bool_]:
    """The bits (n, bits) of vectors (n, width)."""
    return (vectors - mean) @ directions.T >= 0
