"""Copies of one picture: near signatures, confirmed on aligned thumbnails, in groups without chains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photohash.index.codefile import Codes
from photohash.index.groups import star_groups
from photohash.index.pairs import pairs_within
from photohash.media.compare import same_picture
from photohash.media.signature import RADIUS
from photohash.store.cache import Cache
from photohash.store.catalogue import Catalogue
from photohash.types import Group, ModelKey, Photo
from photohash.work.flow import Control

SIGNATURE = ModelKey("copies", "dct", 1)
CHECK_EVERY = 64  # pairs between two looks at the control


def find_copies(catalogue: Catalogue, cache: Cache, codes: Codes, control: Control) -> list[Group]:
    """All groups of copies among the present photos, the best picture of each first, groups by path.

    A group is a star: every copy has been confirmed against the best picture itself. Photos that several files hold
    byte for byte are groups too, also of one photo. Raises Cancelled when stopped.
    """
    photos = catalogue.photos(catalogue.present())
    here = np.isin(codes.ids, np.fromiter(photos, np.int64))
    near = Codes(codes.bits, codes.ids[here], np.ascontiguousarray(codes.words[:, here]))
    first, second, alike = _confirmed(cache, near, control)
    rows = star_groups(len(near), first, second, _rank(near.ids, photos, catalogue.sizes()))
    correlation = {(i, j): value for i, j, value in zip(first.tolist(), second.tolist(), alike, strict=True)}
    groups = []
    grouped: set[int] = set()
    for centre, members in rows:
        ids = [int(near.ids[row]) for row in (centre, *members)]
        values = tuple(correlation[min(centre, row), max(centre, row)] for row in members.tolist())
        groups.append(Group(tuple(photos[number] for number in ids), values))
        grouped.update(ids)
    groups += [Group((photos[number],), ()) for number in catalogue.copied() if number not in grouped]
    return sorted(groups, key=lambda group: group.photos[0].files)


def _confirmed(
    cache: Cache, codes: Codes, control: Control
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[float]]:
    """The pairs of rows whose thumbnails show the same picture, and how well they correlate."""
    i, j, _ = pairs_within(codes, RADIUS)
    kept: list[tuple[int, int]] = []
    alike: list[float] = []
    for number, (a, b) in enumerate(zip(i.tolist(), j.tolist(), strict=True)):
        if number % CHECK_EVERY == 0:
            control.checkpoint()
        one, other = cache.thumb(int(codes.ids[a])), cache.thumb(int(codes.ids[b]))
        if one is None or other is None:  # the cache was deleted since; the next scan remakes it
            continue
        verdict = same_picture(one, other)
        if verdict.same:
            kept.append((a, b))
            alike.append(verdict.correlation)
    pairs = np.array(kept, np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1], alike


def _rank(ids: NDArray[np.int64], photos: dict[int, Photo], sizes: dict[int, int]) -> NDArray[np.int64]:
    """The place of each photo by quality: most pixels, then most bytes, then the oldest, then the first seen."""
    chosen = [photos[int(number)] for number in ids]
    pixels = np.array([photo.width * photo.height for photo in chosen], np.int64)
    size = np.array([sizes[photo.id] for photo in chosen], np.int64)
    taken = np.array([photo.taken_at if photo.taken_at is not None else 2**62 for photo in chosen], np.int64)
    rank = np.empty(len(ids), np.int64)
    rank[np.lexsort((ids, taken, -size, -pixels))] = np.arange(len(ids))
    return rank
