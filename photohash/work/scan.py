"""The scan: every photo read once, looked at by the networks, and written in one transaction per batch."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from photohash.media.decode import Undecodable, decode
from photohash.media.digest import digest
from photohash.media.encode import to_jpeg
from photohash.store.cache import Cache
from photohash.store.catalogue import Catalogue, Place, Root
from photohash.store.results import Model, Results
from photohash.types import Decoded, Faces, ModelKey, Progress, UserError
from photohash.work.flow import Control, ahead, grouped
from photohash.work.look import Looked, look

Pixels = NDArray[np.uint8]
CHIP_QUALITY = 90


class Networks(Protocol):
    """What the scan needs of the networks; numpy in, numpy out."""

    detector: ModelKey
    face_backbone: ModelKey
    image_backbone: ModelKey
    long_side: int  # pixels at which photos are decoded
    batch: int  # photos to a batch
    workers: int  # threads that may call the networks at once
    decoders: int  # threads that decode beside them

    def detect(self, pictures: Sequence[Pixels]) -> list[Faces]:
        """The faces of each picture."""

    def describe_faces(
        self, pictures: Sequence[Pixels], points: Sequence[NDArray[np.float32]]
    ) -> tuple[Pixels, NDArray[np.float16]]:
        """Aligned chips uint8 (n, side, side, 3) and descriptors float16 (n, d) of all faces, picture after picture."""

    def describe_pictures(self, pictures: Sequence[Pixels]) -> NDArray[np.float16]:
        """Descriptors float16 (n, d) of whole pictures."""


class Encoder(Protocol):
    """A hash head: descriptors in, packed codes out."""

    key: ModelKey

    def encode(self, descriptors: NDArray[np.float16]) -> NDArray[np.uint64]:
        """Codes uint64 (words, n) of descriptors (n, d)."""


@dataclass(frozen=True, slots=True)
class Task:
    """One photo to be read: where from, which content; `photo_id` where the catalogue has it already."""

    place: Place
    digest: bytes
    photo_id: int | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A task that could not be done."""

    place: Place
    digest: bytes | None
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """A decoded photo, with the faces that the catalogue already holds for it."""

    task: Task
    picture: Decoded
    stored: tuple[list[int], Faces] | None


@dataclass(frozen=True, slots=True)
class Analysed:
    """What the networks found in one photo; `error` says why they found nothing."""

    read: Read
    faces: Faces | None
    chips: list[bytes]
    face_descriptors: NDArray[np.float16]
    photo_descriptor: NDArray[np.float16]
    error: str | None = None


@dataclass(slots=True)
class Outcome:
    """The counts of one scan."""

    looked: Looked
    read: int = 0
    known: int = 0
    failed: int = 0
    faces: int = 0
    seconds: float = 0.0


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


class Scan:
    """One run over some folders. The calling thread owns both databases; threads only decode and compute."""

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
        self._cache = cache
        self._networks = networks
        self._face_head, self._image_head = heads
        self._models = models
        self._control = control
        self._report = report
        self._results = Results(catalogue)
        self._waiting: dict[bytes, list[Place]] = {}  # content being read -> further files with it
        self._began = time.monotonic()
        self._total = 0
        self._outcome = Outcome(Looked())

    def run(self, folders: Sequence[tuple[Root, bytes]]) -> Outcome:
        """Scan; raises Cancelled when stopped and UserError when the disk or a folder is lost."""
        self._tell("looking")
        self._outcome.looked = look(self._catalogue, folders, self._control)
        changed = self._outcome.looked.changed
        todo = self._unfinished(folders, {place.path for place in changed})
        self._total = len(changed) + len(todo)
        net, decoders = self._networks, self._networks.decoders
        digested = ahead(_digest, changed, workers=1, depth=4)
        tasks = chain(self._unknown(digested), todo)
        decoded = ahead(self._decode, tasks, workers=decoders, depth=2 * decoders)
        batches = grouped(self._readable(decoded), net.batch)
        for batch in ahead(self._analyse, batches, workers=net.workers, depth=net.workers + 1):
            self._control.checkpoint()
            self._write(batch)
            self._tell("scanning")
        self._outcome.seconds = time.monotonic() - self._began
        return self._outcome

    def _tell(self, stage: str) -> None:
        done = self._outcome.read + self._outcome.known + self._outcome.failed
        self._report(Progress(stage, done, self._total, self._outcome.failed, time.monotonic() - self._began))

    def _unfinished(self, folders: Sequence[tuple[Root, bytes]], changed: set[Path]) -> list[Task]:
        """Known photos that a model in use has not done, or whose cached results are lost."""
        lacking = self._results.lacking(self._models.readers)
        present = self._catalogue.present()
        whole = set(present) - self._results.failed(self._models.readers)
        faces = [face.id for face in self._results.faces().values() if face.photo_id in whole]
        lost, lost_faces = self._cache.lost(
            sorted(whole), faces, self._models.image_backbone.key, self._models.face_backbone.key
        )
        lost |= set(self._results.photos_of(sorted(lost_faces)).values())
        tasks = []
        for photo_id in sorted((lacking | lost) & set(present)):
            place = self._catalogue.place_of(photo_id)
            if place and place.path not in changed and any(_holds(folder, place) for folder in folders):
                tasks.append(Task(place, b"", photo_id))
        return tasks

    def _unknown(self, digested: Iterable[Task | Broken]) -> Iterator[Task]:
        """The tasks whose content is new; files of known content and broken files are written on the way."""
        for task in digested:
            if isinstance(task, Broken):
                self._write_broken(task)
                continue
            photo_id = self._catalogue.photo_with(task.digest)
            if photo_id is not None:
                with self._catalogue.writing():
                    self._catalogue.put_file(task.place, photo_id)
                self._outcome.known += 1
            elif task.digest in self._waiting:
                self._waiting[task.digest].append(task.place)
            else:
                self._waiting[task.digest] = []
                yield task

    def _decode(self, task: Task) -> Read | Broken:
        try:
            return Read(task, decode(task.place.path, self._networks.long_side), None)
        except Undecodable as error:
            return Broken(task.place, task.digest, "decode", str(error))
        except OSError as error:
            return Broken(task.place, task.digest, "read", f"The file cannot be read ({error.strerror or error}).")

    def _readable(self, decoded: Iterable[Read | Broken]) -> Iterator[Read]:
        for read in decoded:
            if isinstance(read, Broken):
                self._write_broken(read)
            elif read.task.photo_id is None:
                yield read
            else:
                ids, faces = self._results.stored_faces(read.task.photo_id, self._models.detector)
                scale = np.array([read.picture.pixels.shape[1], read.picture.pixels.shape[0]], np.float32)
                pixels = Faces(faces.boxes * np.tile(scale, 2), faces.points * scale, faces.scores)
                yield Read(read.task, read.picture, (ids, pixels) if ids else None)

    def _analyse(self, batch: list[Read]) -> list[Analysed]:
        """Run the networks over a batch; if it fails, over each photo alone, so that only the culprit fails."""
        try:
            return _analyse(self._networks, batch)
        except MemoryError:
            raise
        except Exception as error:
            if len(batch) == 1:
                nothing = np.empty((0, 0), np.float16)
                return [Analysed(batch[0], None, [], nothing, nothing, f"{type(error).__name__}: {error}")]
            return [found for read in batch for found in self._analyse([read])]

    def _write_broken(self, broken: Broken) -> None:
        root = broken.place.root.path
        if not root.is_dir():
            raise UserError(f"{root} is no longer there: plug its drive in and scan again; everything so far is kept.")
        places = [broken.place, *(self._waiting.pop(broken.digest, []) if broken.digest else [])]
        with self._catalogue.writing():
            for place in places:
                self._catalogue.put_file_error(place, broken.stage, broken.reason)
        self._outcome.failed += len(places)

    def _write(self, batch: list[Analysed]) -> None:
        """One batch: the catalogue first, then the cache. A kill between the two is seen and mended by the next scan."""
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
            self._outcome.read += 1
            return task.photo_id
        photo_id = self._catalogue.put_photo(task.digest, picture.width, picture.height, picture.taken_at)
        places = [task.place, *self._waiting.pop(task.digest, [])]
        for place in places:
            self._catalogue.put_file(place, photo_id)
        self._outcome.read += 1
        self._outcome.known += len(places) - 1
        return photo_id

    def _write_faces(self, found: Analysed, photo_id: int) -> list[int]:
        if found.read.stored is not None:
            return found.read.stored[0]
        if found.faces is None:
            return []
        height, width = found.read.picture.pixels.shape[:2]
        self._outcome.faces += len(found.faces)
        return self._results.put_faces(photo_id, self._models.detector, found.faces, width, height)

    def _write_done(self, found: Analysed, photo_id: int) -> None:
        stage = "analyse" if found.error else None
        for model in self._models.readers:
            self._results.put_done(model, photo_id, stage, found.error)
        self._outcome.failed += found.error is not None

    def _write_codes(self, cached: list[tuple[Analysed, int, list[int]]]) -> None:
        good = [(found, photo, faces) for found, photo, faces in cached if found.error is None]
        if good:
            rows = np.concatenate([found.photo_descriptor for found, _, _ in good])
            codes = self._image_head.encode(rows)
            self._results.put_codes("photo", self._models.image_head, [photo for _, photo, _ in good], codes)
        face_ids = [number for _, _, faces in good for number in faces]
        if face_ids:
            codes = self._face_head.encode(np.concatenate([found.face_descriptors for found, _, f in good if f]))
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


def _digest(place: Place) -> Task | Broken:
    try:
        return Task(place, digest(place.path))
    except OSError as error:
        return Broken(place, None, "read", f"The file cannot be read ({error.strerror or error}): check its permissions.")


def _analyse(networks: Networks, batch: list[Read]) -> list[Analysed]:
    pictures = [read.picture.pixels for read in batch]
    fresh = [n for n, read in enumerate(batch) if read.stored is None]
    faces = [read.stored[1] if read.stored else None for read in batch]
    for number, found in zip(fresh, networks.detect([pictures[n] for n in fresh]), strict=True):
        faces[number] = found
    known = [found for found in faces if found is not None]
    chips, face_rows = networks.describe_faces(pictures, [found.points for found in known])
    jpegs = [to_jpeg(chip, CHIP_QUALITY) for chip in chips]
    photo_rows = networks.describe_pictures(pictures)
    analysed, start = [], 0
    for number, (read, found) in enumerate(zip(batch, known, strict=True)):
        end = start + len(found)
        analysed.append(Analysed(read, found, jpegs[start:end], face_rows[start:end], photo_rows[number : number + 1]))
        start = end
    return analysed


def _holds(folder: tuple[Root, bytes], place: Place) -> bool:
    root, inside = folder
    path = place.seen.path
    return root.id == place.root.id and (not inside or path.startswith(inside + os.fsencode(os.sep)))
