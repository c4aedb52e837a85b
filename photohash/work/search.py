"""Ranking the library by likeness: a Hamming shortlist, the order of the descriptors, and the photos that remain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photohash.index.asymmetric import nearest_weighed
from photohash.index.bits import hamming_each
from photohash.index.codefile import Codes
from photohash.index.search import Neighbours, nearest, rerank
from photohash.store.cache import Cache
from photohash.store.catalogue import Catalogue
from photohash.store.results import Kind, Results
from photohash.types import Match, ModelKey
from photohash.work.stages import Encoder

SHORTLIST = 1000  # at least so many items are ordered by descriptor,
SHARE = 0.02  # or this part of the library if that is more,
SPARE = 4  # or this many times what was asked for
WHOLE = 0  # in place of a face where whole pictures were compared


@dataclass(frozen=True, slots=True)
class Ranked:
    """Items with a descriptor, nearest first: ids int64, distances float32, Hamming distances int64, all (n,)."""

    ids: NDArray[np.int64]
    distances: NDArray[np.float32]
    hamming: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Photos that may show what was searched, each once, the surest first.

    `photos` and `faces` are ids, int64; `faces` has WHOLE where no faces were compared. `distances` (of descriptors)
    and `confidences` (calibrated, 0..1, falling) are float32, `hamming` is int64; all are (n,). `bands` gives the
    largest distance of each band and `least` its smallest confidence, the surest band first.
    """

    photos: NDArray[np.int64]
    faces: NDArray[np.int64]
    distances: NDArray[np.float32]
    confidences: NDArray[np.float32]
    hamming: NDArray[np.int64]
    bands: Mapping[str, float]
    least: Mapping[str, float]

    def __len__(self) -> int:
        return len(self.photos)

    def at_least(self, confidence: float) -> int:
        """How many are so sure; since they are ordered, the first so many."""
        return int(np.searchsorted(-self.confidences, -np.float32(confidence), "right"))

    def without(self, photo: int) -> Candidates:
        """All but this photo."""
        return self.rows(np.flatnonzero(self.photos != photo))

    def rows(self, rows: NDArray[np.int64]) -> Candidates:
        """These rows of it, int64, in this order."""
        taken: dict[str, Any] = {name: getattr(self, name)[rows] for name in COLUMNS}
        return replace(self, **taken)


COLUMNS = ("photos", "faces", "distances", "confidences", "hamming")


def rank(
    cache: Cache,
    codes: Codes,
    kind: Kind,
    backbone: ModelKey,
    head: Encoder,
    examples: NDArray[np.float16],
    limit: int,
    asymmetric: bool = False,
) -> Ranked:
    """Order the library by the nearest of several example descriptors, float16 (q, d), q at least 1.

    The shortlist is exact by Hamming distance of the codes or, if `asymmetric`, by how sure the head is of each bit of
    the examples; its order is that of the descriptors alone.
    """
    if not len(codes):
        nothing = np.empty(0, np.int64)
        return Ranked(nothing, np.empty(0, np.float32), nothing)
    size = max(SHORTLIST, int(SHARE * len(codes)), SPARE * limit)
    near = (_nearest_weighed if asymmetric else _nearest)(codes, head, examples, size)
    ids, descriptors = cache.descriptors(kind, backbone, near.ids.tolist())
    if not len(ids):
        return Ranked(ids, np.empty(0, np.float32), ids)
    order, distances = rerank(head.vectors(descriptors), head.vectors(examples))
    hamming = dict(zip(near.ids.tolist(), near.distances.tolist(), strict=True))
    return Ranked(ids[order], distances[order], np.array([hamming[int(i)] for i in ids[order]], np.int64))


def _nearest(codes: Codes, head: Encoder, examples: NDArray[np.float16], size: int) -> Neighbours:
    return nearest(codes, head.encode(examples), size)


def _nearest_weighed(codes: Codes, head: Encoder, examples: NDArray[np.float16], size: int) -> Neighbours:
    """The nearest to any example by the numbers its bits are the signs of, with their Hamming distances."""
    each = [nearest_weighed(codes, margins, size) for margins in head.margins(examples)]
    ids, weights = (np.concatenate(part) for part in zip(*each, strict=True))
    ids = ids[np.argsort(weights, kind="stable")]
    ids = ids[np.sort(np.unique(ids, return_index=True)[1])][:size]
    words = np.ascontiguousarray(codes.words[:, np.searchsorted(codes.ids, ids)])
    return Neighbours(ids, hamming_each(words, head.encode(examples)).min(0).astype(np.int64))


def photos_like(catalogue: Catalogue, ranked: Ranked, head: Encoder, limit: int) -> Candidates:
    """The photos of a ranking of photos, the most alike first, however alike that is."""
    here = catalogue.photos(ranked.ids.tolist())
    rows = [row for row, number in enumerate(ranked.ids.tolist()) if number in here][:limit]
    return _candidates(ranked, rows, ranked.ids[rows], np.full(len(rows), WHOLE, np.int64), head)


def photos_with_face(catalogue: Catalogue, ranked: Ranked, head: Encoder, limit: int) -> Candidates:
    """The photos of a ranking of faces, each once, by its nearest face, down to the end of the last band."""
    close = np.flatnonzero(ranked.distances <= max(head.bands.values()))
    faces = Results(catalogue).faces(ranked.ids[close].tolist())
    here = catalogue.photos(sorted({face.photo_id for face in faces.values()}))
    first: dict[int, int] = {}  # photo -> row of its nearest face
    for row in close.tolist():
        face = faces.get(int(ranked.ids[row]))
        if face is not None and face.photo_id in here:
            first.setdefault(face.photo_id, row)
        if len(first) == limit:
            break
    rows = list(first.values())
    return _candidates(ranked, rows, np.fromiter(first, np.int64), ranked.ids[rows], head)


def _candidates(
    ranked: Ranked, rows: Sequence[int], photos: NDArray[np.int64], faces: NDArray[np.int64], head: Encoder
) -> Candidates:
    distances = ranked.distances[list(rows)]
    ends = head.confidence(np.array(list(head.bands.values()), np.float32))
    least = dict(zip(head.bands, ends.tolist(), strict=True))
    return Candidates(
        photos, faces, distances, head.confidence(distances), ranked.hamming[list(rows)], head.bands, least
    )


def joined(each: Sequence[Candidates], together: bool) -> Candidates:
    """The candidates of several people as one list: photos of any of them, by the surest, or of all of them together.

    A photo of all together is as sure as the least sure of them, and shows each of them by another face: one face that
    resembles two people is one of them at most. `each` holds at least one.
    """
    if len(each) == 1:
        return each[0]
    columns: dict[str, Any] = {name: np.concatenate([getattr(one, name) for one in each]) for name in COLUMNS}
    everything = replace(each[0], **columns)
    # By distance, for many confidences round to 1: the nearest row of each photo comes first, or the farthest.
    falling = np.argsort(everything.distances, kind="stable")
    if together:
        falling = falling[::-1]
    photos, first = np.unique(everything.photos[falling], return_index=True)
    rows = falling[first]
    if together:
        _, one_of_each_face = np.unique(everything.faces, return_index=True)
        of_faces, count = np.unique(everything.photos[one_of_each_face], return_counts=True)
        rows = rows[np.isin(photos, of_faces[count == len(each)])]
    return everything.rows(rows[np.argsort(everything.distances[rows], kind="stable")])


def matches(catalogue: Catalogue, found: Candidates) -> list[Match]:
    """Candidates with their photos and faces, as they are listed one by one."""
    photos = catalogue.photos(found.photos.tolist())
    faces = Results(catalogue).faces([face for face in found.faces.tolist() if face != WHOLE])
    listed = []
    for row, number in enumerate(found.photos.tolist()):
        distance = float(found.distances[row])
        band = next((name for name, end in found.bands.items() if distance <= end), "")
        face = faces.get(int(found.faces[row]))
        confidence = float(found.confidences[row])
        listed.append(Match(photos[number], distance, int(found.hamming[row]), confidence, band, face))
    return listed
