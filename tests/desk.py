"""Where the stories of a library are played: databases in a folder, networks that need no torch."""

from __future__ import annotations

from pathlib import Path

from photohash.flow import Control
from photohash.store.cache import Cache
from photohash.store.catalogue import Catalogue
from photohash.store.results import Results
from photohash.types import ModelKey, Progress
from photohash.work.scan import Scan
from photohash.work.stages import Engine
from photohash.work.write import Models, Outcome
from tests.pictures import FakeHead, FakeNetworks

SIGNATURE = ModelKey("copies", "dct", 1)


class Desk:
    """A catalogue, a cache, networks and a folder of photos."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.photos = folder / "photos"
        self.catalogue = Catalogue(folder / "catalogue.db")
        self.cache = Cache(folder / "cache.db")
        self.results = Results(self.catalogue)
        self.networks = FakeNetworks()
        self.heads = FakeHead("face"), FakeHead("image")
        self.told: list[Progress] = []

    def models(self) -> Models:
        register, nets, (face, image) = self.results.register, self.networks, self.heads
        return Models(
            register(nets.detector, b"d" * 16),
            register(nets.face_backbone, b"f" * 16),
            register(nets.image_backbone, b"i" * 16),
            register(SIGNATURE, b"s" * 16, 256),
            register(face.key, face.digest, face.bits),
            register(image.key, image.digest, image.bits),
        )

    def scan(self, *folders: Path, control: Control | None = None) -> Outcome:
        wanted = [self.catalogue.add_root(folder) for folder in folders or (self.photos,)]
        scan = Scan(
            self.catalogue,
            self.cache,
            Engine(lambda: self.networks, lambda: self.heads),
            self.models(),
            control or Control(),
            self.told.append,
        )
        return scan.run(wanted)

    def contents(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything that a scan found, without ids and times of writing."""
        query = self.catalogue.db.execute
        return {
            "files": query(
                "SELECT f.path, f.size, p.digest, f.error, f.missing_since IS NULL FROM file f"
                " LEFT JOIN photo p ON p.id = f.photo_id ORDER BY f.path"
            ).fetchall(),
            "photos": query("SELECT digest, width, height, taken_at FROM photo ORDER BY digest").fetchall(),
            "faces": query(
                "SELECT p.digest, f.x, f.y, f.w, f.h, f.points, c.bits FROM face f JOIN photo p ON p.id = f.photo_id"
                " JOIN face_code c ON c.face_id = f.id ORDER BY p.digest, f.x"
            ).fetchall(),
            "codes": query(
                "SELECT p.digest, m.task, c.bits FROM photo_code c JOIN photo p ON p.id = c.photo_id"
                " JOIN model m ON m.id = c.model_id ORDER BY 1, 2"
            ).fetchall(),
            "done": query(
                "SELECT p.digest, m.task, d.error FROM done d JOIN photo p ON p.id = d.photo_id"
                " JOIN model m ON m.id = d.model_id ORDER BY 1, 2"
            ).fetchall(),
        }

    def close(self) -> None:
        self.catalogue.close()
        self.cache.close()
