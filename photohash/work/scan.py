"""The scan: every photo read once, looked at by the networks, and written batch by batch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photohash.flow import Control, ahead, grouped
from photohash.media.walk import SEPARATOR
from photohash.store.cache import Cache
from photohash.store.catalogue import Catalogue, Place, Root
from photohash.store.results import Results
from photohash.types import Faces, Progress
from photohash.work.look import look
from photohash.work.stages import Broken, Engine, Networks, Read, Task, analyse, digested, read
from photohash.work.write import Models, Outcome, Writer


class Scan:
    """One run over some folders. The calling thread owns both databases; other threads only decode and compute."""

    def __init__(
        self,
        catalogue: Catalogue,
        cache: Cache,
        engine: Engine,
        models: Models,
        control: Control,
        report: Callable[[Progress], None],
    ) -> None:
        self._catalogue = catalogue
        self._results = Results(catalogue)
        self._cache = cache
        self._engine = engine
        self._models = models
        self._control = control
        self._report = report
        self._writer = Writer(catalogue, cache, models, engine)
        self._began = time.monotonic()
        self._total = 0

    def run(self, folders: Sequence[tuple[Root, bytes]]) -> Outcome:
        """Scan; raises Cancelled when stopped and UserError when the disk or a folder is lost."""
        outcome, began = self._writer.outcome, time.monotonic()
        self._tell("looking")
        outcome.looked = look(self._catalogue, folders, self._control)
        changed = outcome.looked.changed
        todo = self._unfinished(folders, {place.path for place in changed})
        self._total = len(changed) + len(todo)
        if self._total:
            self._tell("loading networks")
            networks = self._engine.networks()
            self._began = time.monotonic()  # the rate is that of the photos, not of loading
            self._read(networks, changed, todo)
            outcome.reading = time.monotonic() - self._began
        self._tell("done")
        outcome.seconds = time.monotonic() - began
        return outcome

    def _read(self, net: Networks, changed: list[Place], todo: list[Task]) -> None:
        """The pipeline: each stage pulls from the one before, the last line pulls them all.

        However it ends, no thread of it is left.
        """
        decode = partial(read, long_side=net.long_side, least=net.least_side)
        with ExitStack() as stages:
            hashed = stages.enter_context(closing(ahead(digested, changed, workers=1, depth=4)))
            tasks = chain(self._unknown(hashed), todo)
            photos = stages.enter_context(closing(ahead(decode, tasks, net.decoders, depth=2 * net.decoders)))
            batches = grouped(self._readable(photos), net.batch)
            results = stages.enter_context(closing(ahead(partial(analyse, net), batches, net.workers, net.workers + 1)))
            for batch in results:
                self._control.checkpoint()
                self._writer.write(batch)
                self._tell("scanning")

    def _tell(self, stage: str) -> None:
        outcome = self._writer.outcome
        done = outcome.read + outcome.known + outcome.failed
        self._report(Progress(stage, done, self._total, outcome.failed, time.monotonic() - self._began))

    def _unfinished(self, folders: Sequence[tuple[Root, bytes]], changed: set[Path]) -> list[Task]:
        """Known photos that a model in use has not done, or whose cached results are lost."""
        lacking = self._results.lacking(self._models.readers)
        image, face = self._models.image_backbone.key, self._models.face_backbone.key
        photos, faces = self._results.sizes()
        if not lacking and self._cache.counts(image, face) == (photos, photos, faces):
            return []  # the common case of a rescan, without a list of all photos
        present = np.array(self._catalogue.present(), np.int64)
        wanted = np.intersect1d(np.array(sorted(lacking), np.int64), present)
        wanted = np.union1d(wanted, self._lost(present))
        tasks = []
        for photo_id in wanted.tolist():
            place = self._catalogue.place_of(photo_id)
            if place and place.path not in changed and any(_holds(folder, place) for folder in folders):
                tasks.append(Task(place, b"", photo_id))
        return tasks

    def _lost(self, present: NDArray[np.int64]) -> NDArray[np.int64]:
        """Photos whose thumbnail or descriptors are no longer in the cache though they were made."""
        made = np.setdiff1d(present, np.array(sorted(self._results.failed()), np.int64), assume_unique=True)
        faces, of = self._results.face_photos()
        faceless = np.setdiff1d(
            faces, self._cache.described("face", self._models.face_backbone.key), assume_unique=True
        )
        holes = np.unique(of[np.isin(faces, faceless)]) if len(faceless) else faceless
        bare = np.setdiff1d(made, self._cache.complete(self._models.image_backbone.key), assume_unique=True)
        return np.union1d(bare, np.intersect1d(holes, made))

    def _unknown(self, tasks: Iterable[Task | Broken]) -> Iterator[Task]:
        """The tasks whose content is new; everything else is written on the way."""
        for task in tasks:
            self._control.checkpoint()
            if isinstance(task, Broken):
                self._writer.write_broken(task)
            elif not self._writer.settle(task.place, task.digest):
                yield task

    def _readable(self, photos: Iterable[Read | Broken]) -> Iterator[Read]:
        """The photos that could be decoded, with the faces that the catalogue already holds for them."""
        for photo in photos:
            if isinstance(photo, Broken):
                self._writer.write_broken(photo)
            elif photo.task.photo_id is None:
                yield photo
            else:
                yield self._with_stored_faces(photo, photo.task.photo_id)

    def _with_stored_faces(self, photo: Read, photo_id: int) -> Read:
        ids, faces = self._results.stored_faces(photo_id, self._models.detector)
        if not ids:
            return photo
        height, width = photo.picture.pixels.shape[:2]
        scale = np.array([width, height], np.float32)
        pixels = Faces(faces.boxes * np.tile(scale, 2), faces.points * scale, faces.scores)
        return Read(photo.task, photo.picture, (ids, pixels))


def _holds(folder: tuple[Root, bytes], place: Place) -> bool:
    root, inside = folder
    path = place.seen.path
    return root.id == place.root.id and (not inside or path.startswith(inside + SEPARATOR))
