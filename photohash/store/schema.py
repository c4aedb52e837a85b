"""The numbered steps of both databases. A step that has shipped is never changed; a new one is appended."""

from __future__ import annotations

CATALOGUE = [
    """
    -- places; paths are the file system's own bytes, so that any name survives
    CREATE TABLE root (id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, added_at INTEGER NOT NULL);
    CREATE TABLE file (
        id INTEGER PRIMARY KEY,
        root_id INTEGER NOT NULL REFERENCES root ON DELETE CASCADE,
        path BLOB NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        photo_id INTEGER REFERENCES photo,
        stage TEXT,                              -- of the error
        error TEXT,
        missing_since INTEGER,
        UNIQUE (root_id, path)
    );
    -- content
    CREATE TABLE photo (
        id INTEGER PRIMARY KEY AUTOINCREMENT,   -- an id is never used again: the cache is keyed by it
        digest BLOB NOT NULL UNIQUE,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        taken_at INTEGER
    );
    -- who computed what
    CREATE TABLE model (
        id INTEGER PRIMARY KEY,
        task TEXT NOT NULL,
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        bits INTEGER,
        digest BLOB NOT NULL,
        made_at INTEGER NOT NULL,
        active INTEGER NOT NULL DEFAULT 0,
        stamp INTEGER NOT NULL DEFAULT 0,        -- raised whenever codes of this model come or go
        UNIQUE (task, name, version)
    );
    CREATE UNIQUE INDEX one_active ON model (task) WHERE active;
    CREATE TABLE done (
        model_id INTEGER NOT NULL REFERENCES model ON DELETE CASCADE,
        photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
        stage TEXT,
        error TEXT,
        PRIMARY KEY (model_id, photo_id)
    ) WITHOUT ROWID;
    -- results; boxes and points are fractions of the upright picture
    CREATE TABLE face (
        id INTEGER PRIMARY KEY AUTOINCREMENT,   -- an id is never used again: the cache is keyed by it
        photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
        model_id INTEGER NOT NULL REFERENCES model,
        x REAL NOT NULL, y REAL NOT NULL, w REAL NOT NULL, h REAL NOT NULL,
        score REAL NOT NULL,
        points BLOB NOT NULL                     -- 5 x 2 float32, little endian
    );
    CREATE TABLE face_code (
        model_id INTEGER NOT NULL REFERENCES model ON DELETE CASCADE,
        face_id INTEGER NOT NULL REFERENCES face ON DELETE CASCADE,
        bits BLOB NOT NULL,
        PRIMARY KEY (model_id, face_id)
    ) WITHOUT ROWID;
    CREATE TABLE photo_code (
        model_id INTEGER NOT NULL REFERENCES model ON DELETE CASCADE,
        photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
        bits BLOB NOT NULL,
        PRIMARY KEY (model_id, photo_id)
    ) WITHOUT ROWID;
    CREATE INDEX file_photo ON file (photo_id);
    CREATE INDEX file_error ON file (root_id) WHERE error IS NOT NULL;
    CREATE INDEX done_error ON done (photo_id) WHERE error IS NOT NULL;
    CREATE INDEX face_photo ON face (photo_id);
    """,
]

CACHE = [
    """
    CREATE TABLE thumb (photo_id INTEGER PRIMARY KEY, jpeg BLOB NOT NULL);
    CREATE TABLE chip (face_id INTEGER PRIMARY KEY, jpeg BLOB NOT NULL);
    CREATE TABLE photo_descriptor (
        model TEXT NOT NULL, photo_id INTEGER NOT NULL, f16 BLOB NOT NULL, PRIMARY KEY (model, photo_id)
    ) WITHOUT ROWID;
    CREATE TABLE face_descriptor (
        model TEXT NOT NULL, face_id INTEGER NOT NULL, f16 BLOB NOT NULL, PRIMARY KEY (model, face_id)
    ) WITHOUT ROWID;
    -- the keys again, without the blobs: to count or list them by the tables would read gigabytes
    CREATE INDEX thumb_key ON thumb (photo_id);
    CREATE INDEX photo_descriptor_key ON photo_descriptor (model, photo_id);
    CREATE INDEX face_descriptor_key ON face_descriptor (model, face_id);
    """,
]
