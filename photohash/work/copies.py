"""Copies of one picture: near signatures, confirmed on aligned thumbnails, in groups without chains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photohash.flow import Control
from photohash.index.codefile import Codes
from photohash.index.groups import star_groups
from photohash.index.pairs import pairs_within
from photohash.media.compare import same_picture
from photohash.media.signature import RADIUS
from photohash.store.cache import Cache
from photohash.store.catalogue import Catalogue
from photohash.types import Group, ModelKey, Photo

SIGNATURE = ModelKey("copies", "dct", 1)
CHECK_EVERY = 64  # pairs between two looks at the control


def find_copies(catalogue: Catalogue, cache: Cache, codes: Codes, control: Control) -> list[Group]:
    """All groups of copies among the present photos, the best picture of each first, groups by path.

    A group is a star: every copy has been confirmed against the best picture itself. Photos that several files hold
    byte for byte are groups too, also of one photo. Raises Cancelled when stopped.
    """
    photos = catalogue.photos(catalogue.present())
    rows = np.flatnonzero(np.isin(codes.ids, np.fromiter(photos, np.int64)))
    best_first = rows[_order(codes.ids[rows], photos, catalogue.sizes())]
    # Numbered from the best on: a crowd of equal codes is then linked through its best photo, and so is its group.
    ranked = Codes(codes.bits, np.arange(len(rows)), np.ascontiguousarray(codes.words[:, best_first]))
    ids = codes.ids[best_first].tolist()
    alike = _confirmed(cache, ranked, ids, control)
    pairs = np.array(list(alike), np.int64).reshape(-1, 2)
    groups = []
    grouped: set[int] = set()
    for centre, members in star_groups(len(ids), pairs[:, 0], pairs[:, 1], ranked.ids):
        found = [photos[ids[row]] for row in (centre, *members.tolist())]
        groups.append(Group(tuple(found), tuple(alike[centre, row] for row in members.tolist())))
        grouped.update(photo.id for photo in found)
    groups += [Group((photos[number],), ()) for number in catalogue.copied() if number not in grouped]
    return sorted(groups, key=lambda group: group.photos[0].files)


def _confirmed(cache: Cache, codes: Codes, ids: list[int], control: Control) -> dict[tuple[int, int], float]:
    """The pairs of rows whose thumbnails show the same picture, the better first, and how well they correlate."""
    alike: dict[tuple[int, int], float] = {}
    i, j, _ = pairs_within(codes, RADIUS)
    for number, (better, worse) in enumerate(zip(i.tolist(), j.tolist(), strict=True)):
        if number % CHECK_EVERY == 0:
            control.checkpoint()
        one, other = cache.thumb(ids[better]), cache.thumb(ids[worse])
        if one is None or other is None:  # the cache was deleted since; the next scan remakes it
            continue
        verdict = same_picture(one, other)
        if verdict.same:
            alike[better, worse] = verdict.correlation
    return alike


def _order(ids: NDArray[np.int64], photos: dict[int, Photo], sizes: dict[int, int]) -> NDArray[np.int64]:
    """The rows from the best photo to the worst: most pixels, then most bytes, then the oldest, then the first seen."""
    chosen = [photos[number] for number in ids.tolist()]
    pixels = np.array([photo.width * photo.height for photo in chosen], np.int64)
    size = np.array([sizes[photo.id] for photo in chosen], np.int64)
    taken = np.array([photo.taken_at if photo.taken_at is not None else 2**62 for photo in chosen], np.int64)
    return np.lexsort((ids, taken, -size, -pixels))
