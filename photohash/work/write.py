"""What the scan found, written: one transaction per batch in the catalogue, then one in the cache."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from photohash.store.cache import Cache
from photohash.store.catalogue import Catalogue, Place
from photohash.store.results import Model, Results
from photohash.types import UserError
from photohash.work.look import Looked
from photohash.work.stages import Analysed, Broken, Engine, Read


@dataclass(slots=True)
class Outcome:
    """The counts of one scan; `seconds` in all, `reading` of them after the networks had been loaded."""

    looked: Looked = field(default_factory=Looked)
    read: int = 0
    known: int = 0
    failed: int = 0
    faces: int = 0
    seconds: float = 0.0
    reading: float = 0.0


@dataclass(frozen=True, slots=True)
class Models:
    """The catalogue's rows of the models in use."""

    detector: Model
    face_backbone: Model
    image_backbone: Model
    signature: Model
    face_head: Model
    image_head: Model

    @property
    def readers(self) -> tuple[Model, ...]:
        """Those that need the photo itself; the heads need descriptors only."""
        return self.detector, self.face_backbone, self.image_backbone, self.signature


class Writer:
    """The one writer of a scan; used by the job's thread only."""

    def __init__(self, catalogue: Catalogue, cache: Cache, models: Models, engine: Engine) -> None:
        self._catalogue = catalogue
        self._results = Results(catalogue)
        self._cache = cache
        self._models = models
        self._engine = engine
        self._waiting: dict[bytes, list[Place]] = {}  # content being read -> further files with it
        self.outcome = Outcome()

    def settle(self, place: Place, digest: bytes) -> bool:
        """Write a file whose content is known or being read already; False when it must be read."""
        photo_id = self._catalogue.photo_with(digest)
        if photo_id is not None:
            with self._catalogue.writing():
                self._catalogue.put_file(place, photo_id)
            self.outcome.known += 1
            return True
        if digest in self._waiting:
            self._waiting[digest].append(place)
            return True
        self._waiting[digest] = []
        return False

    def write_broken(self, broken: Broken) -> None:
        """Write why a file could not be read, for every file of its content. Raises UserError when its root is lost."""
        root = broken.place.root.path
        if not root.is_dir():
            raise UserError(f"{root} is no longer there: plug its drive in and scan again; everything so far is kept.")
        places = [broken.place, *(self._waiting.pop(broken.digest, []) if broken.digest else [])]
        with self._catalogue.writing():
            for place in places:
                self._catalogue.put_file_error(place, broken.stage, broken.reason)
        self.outcome.failed += len(places)

    def write(self, batch: list[Analysed]) -> None:
        """One batch: the catalogue first, then the cache; the next scan sees and mends a kill between the two."""
        cached: list[tuple[Analysed, int, list[int]]] = []
        with self._catalogue.writing():
            for found in batch:
                photo_id = self._write_photo(found.read)
                face_ids = self._write_faces(found, photo_id)
                self._write_done(found, photo_id)
                cached.append((found, photo_id, face_ids))
            self._write_codes(cached)
        with self._cache.writing():
            for found, photo_id, face_ids in cached:
                self._write_cache(found, photo_id, face_ids)

    def _write_photo(self, read: Read) -> int:
        task, picture = read.task, read.picture
        if task.photo_id is not None:
            self.outcome.read += 1
            return task.photo_id
        photo_id = self._catalogue.put_photo(task.digest, picture.width, picture.height, picture.taken_at)
        places = [task.place, *self._waiting.pop(task.digest, [])]
        for place in places:
            self._catalogue.put_file(place, photo_id)
        self.outcome.read += 1
        self.outcome.known += len(places) - 1
        return photo_id

    def _write_faces(self, found: Analysed, photo_id: int) -> list[int]:
        if found.read.stored is not None:
            return found.read.stored[0]
        if found.faces is None:
            return []
        height, width = found.read.picture.pixels.shape[:2]
        self.outcome.faces += len(found.faces)
        return self._results.put_faces(photo_id, self._models.detector, found.faces, width, height)

    def _write_done(self, found: Analysed, photo_id: int) -> None:
        stage = "analyse" if found.error else None
        for model in self._models.readers:
            self._results.put_done(model, photo_id, stage, found.error)
        self.outcome.failed += found.error is not None

    def _write_codes(self, cached: list[tuple[Analysed, int, list[int]]]) -> None:
        face_head, image_head = self._engine.heads()
        good = [(found, photo, faces) for found, photo, faces in cached if found.error is None]
        if good:
            rows = np.concatenate([found.photo_descriptor for found, _, _ in good])
            codes = image_head.encode(rows)
            self._results.put_codes("photo", self._models.image_head, [photo for _, photo, _ in good], codes)
        face_ids = [number for _, _, faces in good for number in faces]
        if face_ids:
            codes = face_head.encode(np.concatenate([found.face_descriptors for found, _, f in good if f]))
            self._results.put_codes("face", self._models.face_head, face_ids, codes)
        signed = [(photo, found.read.picture.signature) for found, photo, _ in cached]
        ids = [photo for photo, code in signed if code is not None]
        if ids:
            words = np.stack([code for _, code in signed if code is not None], axis=1)
            self._results.put_codes("photo", self._models.signature, ids, words)

    def _write_cache(self, found: Analysed, photo_id: int, face_ids: list[int]) -> None:
        self._cache.put_thumb(photo_id, found.read.picture.thumbnail)
        if found.error is None:
            self._cache.put_descriptors("photo", self._models.image_backbone.key, [photo_id], found.photo_descriptor)
            self._cache.put_descriptors("face", self._models.face_backbone.key, face_ids, found.face_descriptors)
            for number, chip in zip(face_ids, found.chips, strict=True):
                self._cache.put_chip(number, chip)
