"""Find a person, or photos like a picture: what is asked above, what was found below."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from photohash.gui.asked import Asked
from photohash.gui.choice import Choice
from photohash.gui.empty import Empty
from photohash.gui.given import picture_of, pixels_of
from photohash.gui.grid import GridView
from photohash.gui.grid_model import GridModel, Section
from photohash.gui.mark import Mark
from photohash.gui.parts import bar, label
from photohash.gui.searching import Searching
from photohash.gui.strictness import Borderline, percent
from photohash.gui.subject import AS_WHOLE, Found, Subject, marking, of_photo, opening, searching
from photohash.gui.thumbs import Thumbs
from photohash.library import Library
from photohash.work.search import Candidates, joined

PEOPLE, WHOLE = 0, 1


class FindPage(QWidget):
    """Searches what it is given. `opened` carries a photo's id; `choosing` asks for a picture file."""

    opened = Signal(int)
    choosing = Signal()

    def __init__(
        self, library: Library, searches: Searching, thumbs: Thumbs, faces: Thumbs, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._searches = searches
        self.subject: Subject | None = None
        self.found: Candidates | None = None
        self._badges: dict[int, str] = {}
        self._faces: dict[int, int] = {}
        self.model = GridModel(thumbs, self)
        self.view = GridView()
        self.view.setModel(self.model)
        self.view.setAccessibleName(self.tr("Photos found"))
        self.asked = Asked()
        self.by = Choice(self.tr("Look for"), (self.tr("People"), self.tr("Whole picture")))
        self._choose = QPushButton(self.tr("Choose a picture…"))
        self._count = label(kind="quiet")
        self._nothing = label(kind="quiet", centred=True)
        self._empty = Empty(
            "find",
            self.tr("Find a person"),
            self.tr(
                "Drop any picture on this window, paste one, or choose a file: every photo that\nshows the same person"
                " is found. The picture is not added to your library."
            ),
            self.tr("Choose a picture…"),
        )
        self.borderline = Borderline(faces, self)
        self.mark = Mark()
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        self._bar = bar(label(self.tr("Find"), "title"), self._count, right=(self.by, self._choose))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self._bar, self.asked, self.view, self._nothing, self.mark, self._empty):
            column.addWidget(widget, 0 if widget in (self._bar, self.asked) else 1)

    def _connect(self) -> None:
        self._choose.clicked.connect(self.choosing)
        self._empty.asked.connect(self.choosing)
        self.view.opened.connect(self.opened)
        self.by.chosen.connect(lambda number: self._search())
        self.asked.picked.connect(self._search)
        self.asked.strictness.moved.connect(self._cut_moved)
        self.asked.marking.connect(self._mark)
        self.mark.drawn.connect(self._marked)
        self.mark.closed.connect(self._show)
        self._searches.busy.connect(self._busy)
        self._searches.failed.connect(self._failed)

    # -- what can be asked -------------------------------------------------------------------------------------------

    def ask(self, picture: Path | QImage, of: int = 1) -> None:
        """Search a picture file, or a picture that has none: the people in it, or without any what it looks like.

        `of` says how many pictures there were to choose from.
        """
        name = picture.name if isinstance(picture, Path) else self.tr("Pasted picture")
        if of > 1:
            name = self.tr("{name} (the first of {count})").format(name=name, count=of)
        shown = QImage() if isinstance(picture, Path) else picture
        self._take(Subject(name, shown, [], np.empty((0, 0), np.float16), []))
        self.by.choose(PEOPLE)
        self._searches.ask(opening(picture if isinstance(picture, Path) else pixels_of(picture), name), self._opened)

    def ask_face(self, photo: int, face: int) -> None:
        """Search a person of a photo in the library."""
        self.by.choose(PEOPLE)
        self._take(of_photo(self._library, photo, face))
        self._search()

    def ask_alike(self, photo: int) -> None:
        """Search photos like one in the library."""
        self.by.choose(WHOLE)
        self._take(of_photo(self._library, photo))
        self._search()

    def forget(self) -> None:
        """Back to nothing asked."""
        self._searches.stop()
        self.subject = self.found = None
        self._show()

    def face_in(self, photo: int) -> int | None:
        """The face for which a photo was found, if it was for one."""
        return self._faces.get(photo)

    def _face_at(self, photo: int) -> QPointF | None:
        """The middle of that face, so that it is seen in the grid: asked only for what is painted."""
        face = self.face_in(photo)
        known = self._library.results.faces([face]) if face else {}
        if face not in known:
            return None
        x, y, width, height = known[face].box
        return QPointF(x + width / 2, y + height / 2)

    def refresh(self) -> None:
        """Results stay until something else is asked."""

    # -- searching ---------------------------------------------------------------------------------------------------

    def _take(self, subject: Subject) -> None:
        self.subject, self.found = subject, None
        self.asked.show_subject(subject)
        self._show()

    def _opened(self, subject: Subject) -> None:
        if not subject.chips:
            self.by.choose(WHOLE)
        self._take(subject)
        self._search()
        self.view.setFocus()

    def _mark(self) -> None:
        """Let a face be drawn on the picture."""
        if self.subject and self.subject.query:
            self.mark.show_picture(picture_of(self.subject.query.picture.pixels))
            for widget in (self.view, self._nothing):
                widget.hide()
            self.mark.show()
            self.mark.setFocus()

    def _marked(self, box: tuple[float, float, float, float]) -> None:
        self.by.choose(PEOPLE)
        if self.subject:
            self._searches.ask(marking(self.subject, box), self._opened)
        self._show()

    def _wanted(self) -> list[int]:
        return [AS_WHOLE] if self.by.number == WHOLE else self.asked.chips.numbers()

    def _search(self) -> None:
        """Search what is picked and has not been searched yet, and show it."""
        if self.subject is None or not self.subject.known:
            return
        lacking = [number for number in self._wanted() if number not in self.subject.found]
        if lacking:
            self._searches.ask(searching(self.subject, lacking), partial(self._found, self.subject))
        self._show()

    def _found(self, subject: Subject, found: Found) -> None:
        subject.found.update(found)
        if subject is self.subject:
            self._show()

    def _failed(self) -> None:
        if self.subject and not self.subject.known:
            self.subject = None
        self._show()

    def _busy(self, busy: bool) -> None:
        self.asked.busy(busy)
        self._say()

    # -- showing -----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Show what has been found for what is picked."""
        self.borderline.hide()
        self.mark.hide()
        wanted = self._wanted()
        whole = self.by.number == WHOLE
        done = self.subject is not None and bool(wanted) and all(each in self.subject.found for each in wanted)
        self.found = None
        if done and self.subject:
            self.found = joined([self.subject.found[each] for each in wanted], self.asked.together)
            self._badges = likeness(self.found) if whole else sureness(self.found)
            pairs = zip(self.found.photos.tolist(), self.found.faces.tolist(), strict=True)
            self._faces = {} if whole else dict(pairs)
            self.asked.strictness.set_least(min(self.found.least.values()))
        self.asked.show_kind(whole, len(wanted))
        asked = self.subject is not None
        self._bar.setVisible(asked)
        self.asked.setVisible(asked)
        self._empty.setVisible(not asked)
        self._filter()
        self.view.verticalScrollBar().setValue(0)

    def _cut_moved(self) -> None:
        if self.found is not None:
            self._filter()
            self.borderline.show_cut(self.found, len(self.model.ids))
            corner = self.view.geometry().topRight()
            self.borderline.move(corner.x() - self.borderline.width() - 22, corner.y() + 8)

    def _filter(self) -> None:
        """Show the candidates that are sure enough; the first of them stay where they are."""
        ids, sections = np.empty(0, np.int64), []
        if self.found is not None:
            count = len(self.found)
            if self.by.number == PEOPLE:
                count = self.found.at_least(self.asked.strictness.confidence)
            ids, sections = self.found.photos[:count], self._sections(self.found, count)
        top = self.view.verticalScrollBar().value()
        self.model.show(ids, sections, badges=self._badges, focus=self._face_at)
        self.view.verticalScrollBar().setValue(top)
        self._say()

    def _sections(self, found: Candidates, count: int) -> list[Section]:
        """The bands of the first `count` candidates, with the number in each."""
        names = (
            (self.tr("Very alike"), self.tr("Alike"), self.tr("Somewhat alike"), self.tr("Less alike"))
            if self.by.number == WHOLE
            else (self.tr("Same person"), self.tr("Likely"), self.tr("Maybe"), self.tr("Unlikely"))
        )
        ends = np.searchsorted(found.distances[:count], list(found.bands.values()), "right").tolist()
        sections, start = [], 0
        for name, end in zip(names, (*ends, count), strict=True):
            if end > start:
                sections.append(Section(start, f"{name}  ·  {end - start:,}"))
            start = end
        return sections

    def _say(self) -> None:
        shown, busy = len(self.model.ids), self.asked.searching
        self._count.setText(self.tr("%n photo(s)", "", shown) if self.found is not None else "")
        self.view.setVisible(self.subject is not None and shown > 0)
        self._nothing.setVisible(self.subject is not None and not shown)
        if busy:
            text = self.tr("Searching…")
        elif self.found is None:
            text = self.tr("No face was found: mark one by hand, or look for the whole picture.")
            if self.subject and self.subject.chips:
                text = self.tr("Pick a face above.")
        elif not len(self.found):
            text = self.tr("Nobody in your library looks like this person.")
        else:
            text = self.tr("No photo is so sure: move the slider to the left to see more.")
        self._nothing.setText(text)
        if not shown:
            self.borderline.raise_()


def sureness(found: Candidates) -> dict[int, str]:
    """Confidence by photo."""
    return dict(zip(found.photos.tolist(), map(percent, found.confidences.tolist()), strict=True))


def likeness(found: Candidates) -> dict[int, str]:
    """The cosine of the angle between descriptors by photo: for unit vectors at distance d it is 1 - d^2 / 2."""
    alike = 1 - np.square(found.distances) / 2
    return dict(zip(found.photos.tolist(), map(percent, alike.tolist()), strict=True))
