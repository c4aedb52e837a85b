"""What is searched: a picture with its faces, from anywhere or from the library, and what has been found for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from photohash.flow import Control
from photohash.gui.given import picture_of
from photohash.gui.jobs import Job
from photohash.library import Library, Query
from photohash.types import Progress
from photohash.work.search import Candidates

MOST = 5000  # photos of a person
MOST_ALIKE = 300  # photos like a picture: nobody looks further
AS_WHOLE = -1  # in place of a face's number: the whole picture

Found = dict[int, Candidates]
Report = Callable[[Progress], None]


@dataclass(slots=True, eq=False)
class Subject:
    """A picture and its faces from left to right.

    `descriptors` are those of the faces, float16 (n, d); `picked` the faces that are looked for at first; `photo` is
    its id where it is in the library, else `query` holds it. `found` has what was searched, by the face's number.
    """

    name: str
    picture: QImage
    chips: list[QImage]
    descriptors: NDArray[np.float16]
    picked: list[int]
    photo: int | None = None
    query: Query | None = None
    found: Found = field(default_factory=dict)

    @property
    def guessed(self) -> bool:
        """Whether the last face is only where a box was drawn: the detector saw none there."""
        return self.query is not None and len(self.query.faces) > 0 and float(self.query.faces.scores[-1]) == 0

    @property
    def known(self) -> bool:
        """Whether it can be searched; not yet while its picture is being opened."""
        return self.photo is not None or self.query is not None


def of_query(name: str, query: Query) -> Subject:
    """A picture from outside, its largest face picked."""
    return Subject(
        name,
        QImage.fromData(query.picture.thumbnail),
        [picture_of(chip) for chip in query.chips],
        query.descriptors,
        [] if query.used is None else [query.used],
        query=query,
    )


def of_photo(library: Library, photo: int, face: int | None = None) -> Subject:
    """A photo of the library as the last scan knows it, this face of it picked, or none.

    Raises UserError when the scan's results are gone.
    """
    faces = [each.id for each in library.results.faces_of(photo)]
    known = library.catalogue.photos([photo]).get(photo)
    return Subject(
        known.files[0].name if known else "",
        QImage.fromData(library.cache.thumb(photo) or b""),
        [QImage.fromData(library.cache.chip(each) or b"") for each in faces],
        library.kept("face", faces),
        [faces.index(face)] if face in faces else [],
        photo=photo,
    )


def opening(picture: Path | NDArray[np.uint8], name: str) -> Job:
    """The job that makes a Subject of a picture and searches its largest face, or without any face all of it."""

    def job(library: Library, control: Control, report: Report) -> Subject:
        subject = of_query(name, library.faces_in(picture))
        subject.found = searching(subject, subject.picked or [AS_WHOLE])(library, control, report)
        return subject

    return job


def marking(subject: Subject, box: tuple[float, float, float, float]) -> Job:
    """The job that takes a box drawn by hand, in fractions of the picture, for one more face, and searches that."""

    def job(library: Library, control: Control, report: Report) -> Subject:
        assert subject.query
        made = of_query(subject.name, library.mark(subject.query, box))
        made.found = subject.found | searching(made, made.picked)(library, control, report)
        return made

    return job


def searching(subject: Subject, wanted: Sequence[int]) -> Job:
    """The job that searches faces of a subject, or the whole picture, and gives candidates by number."""

    def job(library: Library, control: Control, report: Report) -> Found:
        found: Found = {}
        for number in wanted:
            control.checkpoint()
            if number == AS_WHOLE:
                found[number] = _alike(library, subject)
            else:
                found[number] = library.like("face", subject.descriptors[number : number + 1], MOST)
        return found

    return job


def _alike(library: Library, subject: Subject) -> Candidates:
    if subject.photo is not None:
        kept = library.kept("image", [subject.photo])
        return library.like("image", kept, MOST_ALIKE + 1).without(subject.photo)
    assert subject.query
    return library.like("image", library.describe(subject.query.picture), MOST_ALIKE)
