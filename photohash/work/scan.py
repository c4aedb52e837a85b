"""The scan: every photo read once, looked at by the networks, and written batch by batch."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np

from photohash.store.cache import Cache
from photohash.store.catalogue import Catalogue, Place, Root
from photohash.store.results import Results
from photohash.types import Faces, Progress
from photohash.work.flow import Control, ahead, grouped
from photohash.work.look import look
from photohash.work.stages import Broken, Encoder, Networks, Read, Task, analyse, digested, read
from photohash.work.write import Models, Outcome, Writer


class Scan:
    """One run over some folders. The calling thread owns both databases; other threads only decode and compute."""

    def __init__(
        self,
        catalogue: Catalogue,
        cache: Cache,
        networks: Networks,
        heads: tuple[Encoder, Encoder],
        models: Models,
        control: Control,
        report: Callable[[Progress], None],
    ) -> None:
        self._catalogue = catalogue
        self._results = Results(catalogue)
        self._cache = cache
        self._networks = networks
        self._models = models
        self._control = control
        self._report = report
        self._writer = Writer(catalogue, cache, models, heads)
        self._began = time.monotonic()
        self._total = 0

    def run(self, folders: Sequence[tuple[Root, bytes]]) -> Outcome:
        """Scan; raises Cancelled when stopped and UserError when the disk or a folder is lost."""
        outcome = self._writer.outcome
        self._tell("looking")
        outcome.looked = look(self._catalogue, folders, self._control)
        changed = outcome.looked.changed
        todo = self._unfinished(folders, {place.path for place in changed})
        self._total = len(changed) + len(todo)
        net = self._networks
        tasks = chain(self._unknown(ahead(digested, changed, workers=1, depth=4)), todo)
        photos = ahead(partial(read, long_side=net.long_side), tasks, workers=net.decoders, depth=2 * net.decoders)
        batches = grouped(self._readable(photos), net.batch)
        for batch in ahead(partial(analyse, net), batches, workers=net.workers, depth=net.workers + 1):
            self._control.checkpoint()
            self._writer.write(batch)
            self._tell("scanning")
        self._tell("done")
        outcome.seconds = time.monotonic() - self._began
        return outcome

    def _tell(self, stage: str) -> None:
        outcome = self._writer.outcome
        done = outcome.read + outcome.known + outcome.failed
        self._report(Progress(stage, done, self._total, outcome.failed, time.monotonic() - self._began))

    def _unfinished(self, folders: Sequence[tuple[Root, bytes]], changed: set[Path]) -> list[Task]:
        """Known photos that a model in use has not done, or whose cached results are lost."""
        present = self._catalogue.present()
        whole = set(present) - self._results.failed(self._models.readers)
        faces = [face.id for face in self._results.faces().values() if face.photo_id in whole]
        image, face = self._models.image_backbone.key, self._models.face_backbone.key
        lost, lost_faces = self._cache.lost(sorted(whole), faces, image, face)
        lost |= set(self._results.photos_of(sorted(lost_faces)).values())
        tasks = []
        for photo_id in sorted((self._results.lacking(self._models.readers) | lost) & set(present)):
            place = self._catalogue.place_of(photo_id)
            if place and place.path not in changed and any(_holds(folder, place) for folder in folders):
                tasks.append(Task(place, b"", photo_id))
        return tasks

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
    return root.id == place.root.id and (not inside or path.startswith(inside + os.fsencode(os.sep)))
