"""Everything a user can do with a library of photos; the command line and the window both stand on it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from photohash.dirs import Dirs
from photohash.flow import Control
from photohash.media.decode import decode, decoded
from photohash.media.errors import Undecodable
from photohash.media.signature import BITS as SIGNATURE_BITS
from photohash.nets import keys, manifest
from photohash.settings import Settings
from photohash.store.cache import Cache
from photohash.store.catalogue import Catalogue, Root
from photohash.store.lock import exclusive
from photohash.store.results import Kind, Model, Results
from photohash.types import Decoded, Faces, Failure, Group, Match, ModelKey, Progress, UserError
from photohash.work.codes import load_codes
from photohash.work.copies import SIGNATURE, find_copies
from photohash.work.mark import marked
from photohash.work.reencode import reencode
from photohash.work.scan import Scan
from photohash.work.search import Candidates, matches, photos_like, photos_with_face, rank
from photohash.work.stages import Encoder, Engine
from photohash.work.write import Models, Outcome

if TYPE_CHECKING:
    from photohash.nets.networks import Networks


Task = Literal["face", "image"]
FEW = 1000  # photos


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A picture that was asked about: its pixels, its faces from left to right, and the face that is used.

    `chips` are the aligned faces, uint8 (n, side, side, 3), and `descriptors` theirs, float16 (n, d). The face used is
    the largest unless another one is asked for, and None where there is none.
    """

    picture: Decoded
    faces: Faces
    chips: NDArray[np.uint8]
    descriptors: NDArray[np.float16]
    used: int | None


class Library:
    """One user's photos. A context manager; raises UserError with a sentence for whatever the user can mend.

    Jobs take long and may run in a thread, one at a time: all from `scan` to `duplicates`.
    """

    def __init__(self, dirs: Dirs, settings: Settings) -> None:
        dirs.make()
        self.dirs = dirs
        self.settings = settings
        self.catalogue = Catalogue(dirs.catalogue)
        self.results = Results(self.catalogue)
        self.cache = Cache(dirs.cached)
        self._networks: Networks | None = None
        self._heads: tuple[Encoder, Encoder] | None = None

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *exception: object) -> None:
        self.catalogue.close()
        self.cache.close()

    # -- jobs --------------------------------------------------------------------------------------------------------

    def scan(
        self, folders: Sequence[Path], control: Control, report: Callable[[Progress], None], retry: bool = False
    ) -> Outcome:
        """Bring the library up to date with these folders, or with all it knows; `retry` tries failed files again.

        Raises Cancelled when stopped; everything written until then is kept.
        """
        for folder in folders:
            if not folder.is_dir():
                raise UserError(f"{folder} is not a folder: check its name, or plug its drive in.")
        with exclusive(self.dirs.data / "scan.lock"):
            if retry:
                self.catalogue.forget_problems()
            wanted = [self.catalogue.add_root(_real(folder)) for folder in folders] or self._all_roots()
            if not wanted:
                raise UserError("The library is empty: name a folder, as in `photohash scan ~/Pictures`.")
            models = self.register_models()
            engine = Engine(self.networks, self.heads)
            outcome = Scan(self.catalogue, self.cache, engine, models, control, report).run(wanted)
            self._finish(models, control)
        return outcome

    def _all_roots(self) -> list[tuple[Root, bytes]]:
        return [(root, b"") for root in self.catalogue.roots()]

    def register_models(self) -> Models:
        """The catalogue's rows of the models that this program brings."""
        register = self.results.register
        face, image = (manifest.read(manifest.newest()[task]) for task in ("face", "image"))
        return Models(
            detector=register(keys.DETECTOR, _digest(keys.DETECTOR)),
            face_backbone=register(keys.FACE_BACKBONE, _digest(keys.FACE_BACKBONE)),
            image_backbone=register(keys.IMAGE_BACKBONE, _digest(keys.IMAGE_BACKBONE)),
            signature=register(SIGNATURE, _digest(SIGNATURE), SIGNATURE_BITS),
            face_head=register(face.key, face.digest, face.bits),
            image_head=register(image.key, image.digest, image.bits),
        )

    def _finish(self, models: Models, control: Control) -> None:
        """Codes of new heads from kept descriptors, then the switch to them, then the snapshots."""
        face, image = models.face_head, models.image_head
        args = self.catalogue, self.cache
        reencode(*args, "face", models.face_backbone.key, face, lambda: self.heads()[0], control)
        reencode(*args, "photo", models.image_backbone.key, image, lambda: self.heads()[1], control)
        for model in (face, image):
            active = self.results.active(model.key.task)
            if active is None or active.id != model.id:
                self.results.activate(model)
        for task in ("face", "image", "copies"):
            load_codes(self.results, "face" if task == "face" else "photo", self._model(task), self.dirs.cache)

    def faces_in(self, picture: Path | NDArray[np.uint8]) -> Query:
        """The faces of a picture file, or of upright RGB pixels uint8 (h, w, 3), ready to be searched."""
        networks = self.networks()
        shown = self._open(picture, networks)
        faces = _from_left(networks.detect([shown.pixels])[0])
        chips, descriptors = networks.describe_faces([shown.pixels], [faces.points])
        return Query(shown, faces, chips, descriptors, _largest(faces) if len(faces) else None)

    def mark(self, query: Query, box: tuple[float, float, float, float]) -> Query:
        """The picture with one more face, the last, drawn by hand: a box in fractions of it, x, y, width and height."""
        pixels, networks = query.picture.pixels, self.networks()
        height, width = pixels.shape[:2]
        x, y, w, h = box
        corners = np.array([x * width, y * height, (x + w) * width, (y + h) * height], np.float32)
        face, faces = marked(networks, pixels, corners), query.faces
        chips, rows = networks.describe_faces([pixels], [face.points])
        together = (np.concatenate(pair) for pair in zip(_columns(faces), _columns(face), strict=True))
        return Query(
            query.picture,
            Faces(*together),
            np.concatenate([query.chips, chips]),
            np.concatenate([query.descriptors.reshape(-1, rows.shape[1]), rows]),
            len(faces),
        )

    def describe(self, picture: Decoded) -> NDArray[np.float16]:
        """The descriptor of a picture as a whole, float16 (1, d)."""
        return self.networks().describe_pictures([picture.pixels])

    def like(self, task: Task, examples: NDArray[np.float16], limit: int, asymmetric: bool = False) -> Candidates:
        """The photos that show a person as in these examples, or look like them: descriptors float16 (q, d).

        `asymmetric` misses less at a dozen times the cost of looking through the codes.
        """
        model = self._model(task)
        head = self.heads()[0 if task == "face" else 1]
        self._check(model, head)
        kind: Kind = "face" if task == "face" else "photo"
        codes = load_codes(self.results, kind, model, self.dirs.cache)
        found = photos_with_face if task == "face" else photos_like
        backbone = self._backbone(task)
        if limit > FEW:  # most people are in few photos, and a short list is read ten times faster
            ranked = rank(self.cache, codes, kind, backbone, head, examples, FEW, asymmetric)
            first = found(self.catalogue, ranked, head, limit)
            if len(first) < FEW // 2:
                return first
        ranked = rank(self.cache, codes, kind, backbone, head, examples, limit, asymmetric)
        return found(self.catalogue, ranked, head, limit)

    def find(self, picture: Path, face: int | None, limit: int, asymmetric: bool = False) -> tuple[Query, list[Match]]:
        """The photos that show a person of this picture: the largest face, or face number `face` from the left.

        `asymmetric` as for `like`.
        """
        self._model("face")
        query = self.faces_in(picture)
        if query.used is None:
            return query, []
        if face is not None and not 1 <= face <= len(query.faces):
            raise UserError(f"There is no face {face} in {picture}: it has {len(query.faces)}, numbered from the left.")
        used = query.used if face is None else face - 1
        found = self.like("face", query.descriptors[used : used + 1], limit, asymmetric)
        return replace(query, used=used), matches(self.catalogue, found)

    def similar(self, picture: Path, limit: int) -> list[Match]:
        """The photos that look like this picture; the picture itself is left out where it is in the library."""
        self._model("image")
        found = self.like("image", self.describe(self._open(picture, self.networks())), limit + 1)
        here = _real(picture)
        return [match for match in matches(self.catalogue, found) if here not in match.photo.files][:limit]

    def duplicates(self, control: Control) -> list[Group]:
        """All groups of copies. Raises Cancelled when stopped."""
        codes = load_codes(self.results, "photo", self._model("copies"), self.dirs.cache)
        return find_copies(self.catalogue, self.cache, codes, control)

    # -- quick -------------------------------------------------------------------------------------------------------

    def kept(self, task: Task, ids: Sequence[int]) -> NDArray[np.float16]:
        """The descriptors, float16 (n, d), that the last scan kept of these faces or photos, without any decoding."""
        found, rows = self.cache.descriptors("face" if task == "face" else "photo", self._backbone(task), ids)
        if len(found) < len(ids):
            raise UserError("The library does not know this picture well enough: scan again, and it will.")
        return rows

    def problems(self) -> list[Failure]:
        """Every file that failed, at which stage and why."""
        return list(self.catalogue.problems())

    def networks(self) -> Networks:
        """The networks on the chosen device, loaded at the first call."""
        if self._networks is None:
            from photohash.nets.networks import Networks

            chosen = self.settings
            self._networks = Networks(chosen.device, chosen.network_threads, chosen.decode_threads)
        return self._networks

    def heads(self) -> tuple[Encoder, Encoder]:
        """The hash heads in use, for faces and for whole pictures."""
        if self._heads is None:
            from photohash.nets.networks import load_heads

            self._heads = load_heads(self.networks().device)
        return self._heads

    def _model(self, task: str) -> Model:
        model = self.results.active(task)
        if model is None:
            raise UserError("The library is empty: scan a folder first, as in `photohash scan ~/Pictures`.")
        return model

    def _check(self, model: Model, head: Encoder) -> None:
        """Codes and head must be of one version: nothing is ever compared across."""
        if model.key != head.key or model.digest != head.digest:
            raise UserError(f"The library was hashed by {model.key} and this program brings {head.key}: scan again.")

    def _backbone(self, task: Task) -> ModelKey:
        return keys.FACE_BACKBONE if task == "face" else keys.IMAGE_BACKBONE

    def _open(self, picture: Path | NDArray[np.uint8], networks: Networks) -> Decoded:
        if not isinstance(picture, Path):
            return decoded(picture, networks.long_side)
        if not picture.exists():
            raise UserError(f"There is no file {picture}: check its name.")
        try:
            return decode(picture, networks.long_side, networks.least_side)
        except Undecodable as error:
            raise UserError(f"{picture}: {error.reason}") from error
        except OSError as error:
            raise UserError(f"{picture} cannot be read ({error.strerror or error}).") from error


def _digest(key: ModelKey) -> bytes:
    """16 bytes that stand for a model whose weights and code are fixed by its version."""
    return hashlib.blake2b(str(key).encode(), digest_size=16).digest()


def _real(path: Path) -> Path:
    """Absolute and without links, so that one place has one name."""
    return path.expanduser().resolve()


def _from_left(faces: Faces) -> Faces:
    order = np.argsort(faces.boxes[:, 0], kind="stable")
    return Faces(faces.boxes[order], faces.points[order], faces.scores[order])


def _columns(faces: Faces) -> tuple[NDArray[np.float32], ...]:
    return faces.boxes, faces.points, faces.scores


def _largest(faces: Faces) -> int:
    sides: NDArray[np.float32] = faces.boxes[:, 2:] - faces.boxes[:, :2]
    return int(np.argmax(sides.prod(axis=1)))
