"""Ranking the library by likeness: a Hamming shortlist, then the order of the descriptors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photohash.index.codefile import Codes
from photohash.index.search import nearest, rerank
from photohash.store.cache import Cache
from photohash.store.catalogue import Catalogue
from photohash.store.results import Kind, Results
from photohash.types import Face, Match, ModelKey, Photo
from photohash.work.stages import Encoder

SHORTLIST = 1000  # at least so many items are ordered by descriptor,
SHARE = 0.02  # or this part of the library if that is more,
SPARE = 4  # or this many times what was asked for


@dataclass(frozen=True, slots=True)
class Ranked:
    """Items with a descriptor, nearest first: ids int64, distances float32, Hamming distances int64, all (n,)."""

    ids: NDArray[np.int64]
    distances: NDArray[np.float32]
    hamming: NDArray[np.int64]


def rank(
    cache: Cache, codes: Codes, kind: Kind, backbone: ModelKey, head: Encoder, examples: NDArray[np.float16], limit: int
) -> Ranked:
    """Order the library by the nearest of several example descriptors, float16 (q, d), q at least 1.

    The shortlist is exact by Hamming distance of the codes; its order is that of the descriptors alone.
    """
    if not len(codes):
        nothing = np.empty(0, np.int64)
        return Ranked(nothing, np.empty(0, np.float32), nothing)
    size = max(SHORTLIST, int(SHARE * len(codes)), SPARE * limit)
    near = nearest(codes, head.encode(examples), size)
    ids, descriptors = cache.descriptors(kind, backbone, near.ids.tolist())
    if not len(ids):
        return Ranked(ids, np.empty(0, np.float32), ids)
    order, distances = rerank(head.vectors(descriptors), head.vectors(examples))
    hamming = dict(zip(near.ids.tolist(), near.distances.tolist(), strict=True))
    return Ranked(ids[order], distances[order], np.array([hamming[int(i)] for i in ids[order]], np.int64))


def photos_like(catalogue: Catalogue, ranked: Ranked, head: Encoder, limit: int) -> list[Match]:
    """The photos of a ranking of photos, the most alike first, however alike that is."""
    photos = catalogue.photos(ranked.ids.tolist())
    here = [row for row, number in enumerate(ranked.ids.tolist()) if number in photos]
    return [_match(photos[int(ranked.ids[row])], ranked, row, head) for row in here[:limit]]


def photos_with_face(catalogue: Catalogue, ranked: Ranked, head: Encoder, limit: int) -> list[Match]:
    """The photos of a ranking of faces, each once, by its nearest face, down to the end of the last band."""
    rows = np.flatnonzero(ranked.distances <= max(head.bands.values()))
    faces = Results(catalogue).faces(ranked.ids[rows].tolist())
    photos = catalogue.photos(sorted({face.photo_id for face in faces.values()}))
    found: dict[int, Match] = {}
    for row in rows.tolist():
        face = faces.get(int(ranked.ids[row]))
        if face is not None and face.photo_id in photos and face.photo_id not in found and len(found) < limit:
            found[face.photo_id] = _match(photos[face.photo_id], ranked, row, head, face)
    return list(found.values())


def _match(photo: Photo, ranked: Ranked, row: int, head: Encoder, face: Face | None = None) -> Match:
    distance = float(ranked.distances[row])
    band = next((name for name, end in head.bands.items() if distance <= end), "")
    confidence = float(head.confidence(ranked.distances[row : row + 1])[0])
    return Match(photo, distance, int(ranked.hamming[row]), confidence, band, face)
