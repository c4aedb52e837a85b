"""Codes of a new head from kept descriptors: no photo is read again."""

from __future__ import annotations

from collections.abc import Callable

from photohash.flow import Control
from photohash.store.cache import Cache
from photohash.store.catalogue import Catalogue
from photohash.store.results import Kind, Model, Results
from photohash.types import ModelKey
from photohash.work.stages import Encoder

BATCH = 512


def reencode(
    catalogue: Catalogue,
    cache: Cache,
    kind: Kind,
    backbone: ModelKey,
    model: Model,
    head: Callable[[], Encoder],
    control: Control,
) -> int:
    """Give a code to every face or photo that has a descriptor and none of this model; how many that were.

    `head` is called only if there is any. May be stopped at any batch and goes on there the next time; raises
    Cancelled when stopped.
    """
    results = Results(catalogue)
    missing = results.uncoded(kind, model)
    written = 0
    for start in range(0, len(missing), BATCH):
        control.checkpoint()
        ids, descriptors = cache.descriptors(kind, backbone, missing[start : start + BATCH])
        if len(ids):
            with catalogue.writing():
                results.put_codes(kind, model, ids.tolist(), head().encode(descriptors))
            written += len(ids)
    return written
