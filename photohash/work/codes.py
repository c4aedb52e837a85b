"""The codes of one model in memory: from the snapshot file when it matches the catalogue, else from the catalogue."""

from __future__ import annotations

import logging
from pathlib import Path

from photohash.index import codefile
from photohash.index.codefile import Codes
from photohash.store.results import Kind, Model, Results

log = logging.getLogger(__name__)


def load_codes(results: Results, kind: Kind, model: Model, folder: Path) -> Codes:
    """All codes of a model, with a fresh snapshot left in `folder` where there was none."""
    path = folder / f"{model.key.task}-{model.key.name}@{model.key.version}.codes"
    found = codefile.load(path, model.digest, model.stamp)
    if found is not None:
        return found
    ids, words, stamp = results.codes(kind, model)
    codes = Codes(model.bits or 0, ids, words)
    try:
        codefile.save(path, codes, model.digest, stamp)
    except OSError as error:  # it only saves time: the catalogue has it all
        log.warning("the snapshot %s cannot be written: %s", path, error)
    return codes
