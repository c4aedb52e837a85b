"""What the models found: the ledger of who has done what, faces, and packed codes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from photohash.store.catalogue import Catalogue
from photohash.types import Face, Faces, ModelKey

Kind = Literal["face", "photo"]  # what a code or descriptor is of


@dataclass(frozen=True, slots=True)
class Model:
    """A row of the model table; `stamp` counts the changes of its codes."""

    id: int
    key: ModelKey
    bits: int | None
    digest: bytes
    active: bool
    stamp: int


class Results:
    """Reads and writes the results inside a catalogue; writers are called within `catalogue.writing()`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._db: sqlite3.Connection = catalogue.db

    # -- models and ledger -------------------------------------------------------------------------------------------

    def models(self) -> list[Model]:
        """All models that ever wrote into this catalogue."""
        rows = self._db.execute(
            "SELECT id, task, name, version, bits, digest, active, stamp FROM model ORDER BY task, name, version"
        )
        return [
            Model(i, ModelKey(t, n, v), bits, digest, bool(a), stamp) for i, t, n, v, bits, digest, a, stamp in rows
        ]

    def active(self, task: str) -> Model | None:
        """The model in use for a task."""
        return next((model for model in self.models() if model.key.task == task and model.active), None)

    def register(self, key: ModelKey, digest: bytes, bits: int | None = None) -> Model:
        """The row of this model, made active if its task has none yet.

        The same key with other weights means that everything it made is void: its codes and its ledger go, in the
        same transaction, and are made again by the next scan.
        """
        known = next((model for model in self.models() if model.key == key), None)
        if known is None or known.digest != digest:
            with self._catalogue.writing() as db:
                if known is not None:
                    for table in ("done", "face_code", "photo_code"):
                        db.execute(f"DELETE FROM {table} WHERE model_id = ?", (known.id,))
                    db.execute(
                        "UPDATE model SET digest = ?, bits = ?, stamp = stamp + 1 WHERE id = ?",
                        (digest, bits, known.id),
                    )
                else:
                    first = self.active(key.task) is None
                    db.execute(
                        "INSERT INTO model (task, name, version, bits, digest, made_at, active)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?)",
                        (key.task, key.name, key.version, bits, digest, int(time.time()), first),
                    )
        return next(model for model in self.models() if model.key == key)

    def activate(self, model: Model) -> None:
        """Put a model into use for its task, in place of the one before, at one stroke."""
        with self._catalogue.writing() as db:
            db.execute("UPDATE model SET active = 0 WHERE task = ?", (model.key.task,))
            db.execute("UPDATE model SET active = 1 WHERE id = ?", (model.id,))

    def put_done(self, model: Model, photo_id: int, stage: str | None = None, error: str | None = None) -> None:
        """The model is done with this photo, or failed at it for good."""
        self._db.execute("INSERT OR REPLACE INTO done VALUES (?, ?, ?, ?)", (model.id, photo_id, stage, error))

    def lacking(self, models: Sequence[Model]) -> set[int]:
        """Photos that at least one of the models has not done."""
        (photos,) = self._db.execute("SELECT count(*) FROM photo").fetchone()
        found: set[int] = set()
        for model in models:
            (done,) = self._db.execute("SELECT count(*) FROM done WHERE model_id = ?", (model.id,)).fetchone()
            if done < photos:
                rows = self._db.execute(
                    "SELECT id FROM photo EXCEPT SELECT photo_id FROM done WHERE model_id = ?", (model.id,)
                )
                found.update(number for (number,) in rows)
        return found

    def failed(self) -> set[int]:
        """Photos at which a model failed for good."""
        rows = self._db.execute("SELECT DISTINCT photo_id FROM done WHERE error IS NOT NULL")
        return {number for (number,) in rows}

    # -- faces -------------------------------------------------------------------------------------------------------

    def put_faces(self, photo_id: int, model: Model, faces: Faces, width: int, height: int) -> list[int]:
        """Store the faces of a picture of width x height pixels in place of this model's earlier ones; their ids."""
        self._db.execute("DELETE FROM face WHERE photo_id = ? AND model_id = ?", (photo_id, model.id))
        scale = np.array([width, height], np.float32)
        ids = []
        for box, points, score in zip(faces.boxes, faces.points, faces.scores, strict=True):
            (x0, y0), (x1, y1) = (box.reshape(2, 2) / scale).tolist()
            flat = (points / scale).astype("<f4").tobytes()
            cursor = self._db.execute(
                "INSERT INTO face (photo_id, model_id, x, y, w, h, score, points) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (photo_id, model.id, x0, y0, x1 - x0, y1 - y0, float(score), flat),
            )
            ids.append(cursor.lastrowid or 0)
        return ids

    def stored_faces(self, photo_id: int, model: Model) -> tuple[list[int], Faces]:
        """This model's faces of a photo, as fractions of the picture (multiply by its width and height)."""
        rows = self._db.execute(
            "SELECT id, x, y, w, h, score, points FROM face WHERE photo_id = ? AND model_id = ? ORDER BY id",
            (photo_id, model.id),
        ).fetchall()
        boxes = np.array([(x, y, x + w, y + h) for _, x, y, w, h, _, _ in rows], np.float32).reshape(-1, 4)
        points = np.array([np.frombuffer(row[6], "<f4") for row in rows], np.float32).reshape(-1, 5, 2)
        scores = np.array([row[5] for row in rows], np.float32)
        return [row[0] for row in rows], Faces(boxes, points, scores)

    def faces(self, ids: Sequence[int] | None = None) -> dict[int, Face]:
        """Faces by id; all of them without `ids`."""
        base = "SELECT id, photo_id, x, y, w, h, score FROM face"
        if ids is None:
            rows = self._db.execute(f"{base} ORDER BY photo_id, id").fetchall()
        else:
            rows = []
            for start in range(0, len(ids), 500):
                part = [int(i) for i in ids[start : start + 500]]
                rows += self._db.execute(f"{base} WHERE id IN ({','.join('?' * len(part))})", part).fetchall()
        return {i: Face(i, photo, (x, y, w, h), score) for i, photo, x, y, w, h, score in rows}

    def faces_of(self, photo_id: int) -> list[Face]:
        """The faces of one photo, from left to right."""
        rows = self._db.execute(
            "SELECT id, photo_id, x, y, w, h, score FROM face WHERE photo_id = ? ORDER BY x, id", (photo_id,)
        )
        return [Face(i, photo, (x, y, w, h), score) for i, photo, x, y, w, h, score in rows]

    def sizes(self) -> tuple[int, int]:
        """How many photos and faces there are, present or not."""
        (photos,) = self._db.execute("SELECT count(*) FROM photo").fetchone()
        (faces,) = self._db.execute("SELECT count(*) FROM face").fetchone()
        return photos, faces

    def face_photos(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """All face ids in ascending order and the photo of each, int64 (n,)."""
        rows = self._db.execute("SELECT id, photo_id FROM face ORDER BY id").fetchall()
        pairs = np.array(rows, np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    # -- codes -------------------------------------------------------------------------------------------------------

    def put_codes(self, kind: Kind, model: Model, ids: Sequence[int], words: NDArray[np.uint64]) -> None:
        """Store codes, `words` uint64 (words, n) for `ids`, and raise the model's stamp."""
        rows = np.ascontiguousarray(words.T.astype("<u8"))
        pairs = ((model.id, number, row.tobytes()) for number, row in zip(ids, rows, strict=True))
        self._db.executemany(f"INSERT OR REPLACE INTO {kind}_code VALUES (?, ?, ?)", pairs)
        self._raise_stamp(model)

    def _raise_stamp(self, model: Model) -> None:
        self._db.execute("UPDATE model SET stamp = stamp + 1 WHERE id = ?", (model.id,))

    def codes(self, kind: Kind, model: Model) -> tuple[NDArray[np.int64], NDArray[np.uint64], int]:
        """All codes of a model: ids int64 (n,), words uint64 (words, n), and the stamp they belong to."""
        width = -(-(model.bits or 0) // 64)
        self._db.execute("BEGIN")  # one snapshot for the stamp and the rows
        try:
            (stamp,) = self._db.execute("SELECT stamp FROM model WHERE id = ?", (model.id,)).fetchone()
            rows = self._db.execute(
                f"SELECT {kind}_id, bits FROM {kind}_code WHERE model_id = ? ORDER BY {kind}_id", (model.id,)
            ).fetchall()
        finally:
            self._db.execute("ROLLBACK")
        ids = np.array([number for number, _ in rows], np.int64)
        flat = np.frombuffer(b"".join(bits for _, bits in rows), "<u8").astype(np.uint64)
        return ids, np.ascontiguousarray(flat.reshape(len(rows), width).T), stamp

    def uncoded(self, kind: Kind, model: Model) -> list[int]:
        """Faces or photos that have no code of this model."""
        (items,) = self._db.execute(f"SELECT count(*) FROM {kind}").fetchone()
        (coded,) = self._db.execute(f"SELECT count(*) FROM {kind}_code WHERE model_id = ?", (model.id,)).fetchone()
        if items == coded:
            return []
        rows = self._db.execute(
            f"SELECT id FROM {kind} EXCEPT SELECT {kind}_id FROM {kind}_code WHERE model_id = ?", (model.id,)
        )
        return [number for (number,) in rows]
