from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest
from pytestqt.qtbot import QtBot

from photohash.gui.thumbs import TOGETHER, Thumbs
from photohash.media.encode import to_jpeg
from tests.pictures import noise

SIDE = 64
BYTES = 4 * SIDE * SIDE
JPEG = to_jpeg(noise(1, SIDE, SIDE))


class Shop:
    """Gives a thumbnail for every number but those it has not, as fast as it is let, and notes what was asked."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.lacking: set[int] = set()
        self.go = threading.Event()
        self.go.set()
        self.threads: set[str] = set()

    def __call__(self, numbers: Sequence[int]) -> dict[int, bytes]:
        self.asked.append(list(numbers))
        self.threads.add(threading.current_thread().name)
        assert self.go.wait(5)
        if 13 in numbers:
            raise OSError("unlucky")
        return {number: JPEG for number in numbers if number not in self.lacking}


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def thumbs(shop: Shop, qtbot: QtBot) -> Iterator[Thumbs]:
    made = Thumbs(shop, limit=10 * BYTES)
    yield made
    shop.go.set()
    made.close()


def fetch(qtbot: QtBot, thumbs: Thumbs, *numbers: int) -> None:
    """Ask until all have been looked for."""
    left = set(numbers)

    def came(found: list[int]) -> None:
        left.difference_update(found)

    thumbs.ready.connect(came)
    for number in numbers:
        thumbs.get(number)
    qtbot.waitUntil(lambda: not left, timeout=5000)
    thumbs.ready.disconnect(came)


def test_what_is_asked_for_comes_later_from_a_thread_of_its_own(qtbot: QtBot, thumbs: Thumbs, shop: Shop) -> None:
    assert thumbs.get(1) is None
    fetch(qtbot, thumbs, 1)
    pixmap = thumbs.get(1)
    assert pixmap
    assert (pixmap.width(), pixmap.height()) == (SIDE, SIDE)
    assert shop.threads == {"thumbnails"}
    assert shop.asked == [[1]]


def test_what_is_no_longer_seen_is_not_read(qtbot: QtBot, thumbs: Thumbs, shop: Shop) -> None:
    shop.go.clear()
    for number in range(100, 200):
        thumbs.get(number)
    qtbot.waitUntil(lambda: len(shop.asked) == 1, timeout=5000)
    for number in range(200, 205):  # another paint, elsewhere
        thumbs.get(number)
    qtbot.wait(20)  # its wish is made when the paint has ended
    shop.go.set()
    qtbot.waitUntil(lambda: 204 in thumbs._held, timeout=5000)  # to get it would be another wish
    assert shop.asked == [list(range(100, 100 + TOGETHER)), list(range(200, 205))]


def test_what_is_being_read_is_not_asked_for_twice(qtbot: QtBot, thumbs: Thumbs, shop: Shop) -> None:
    shop.go.clear()
    thumbs.get(1)
    qtbot.waitUntil(lambda: len(shop.asked) == 1, timeout=5000)
    thumbs.get(1)
    thumbs.get(2)
    qtbot.wait(20)
    shop.go.set()
    qtbot.waitUntil(lambda: 2 in thumbs._held, timeout=5000)
    assert shop.asked == [[1], [2]]


def test_the_longest_unseen_go_when_the_bytes_are_too_many(qtbot: QtBot, thumbs: Thumbs) -> None:
    for number in range(20):
        if number != 13:
            fetch(qtbot, thumbs, number)
            thumbs.get(0)
    assert sum(thumbs._held[number].width() * SIDE * 4 for number in thumbs._held) <= 10 * BYTES
    assert len(thumbs._held) == 10
    assert {0, 19, 18} <= set(thumbs._held)
    assert thumbs._bytes == 10 * BYTES


def test_a_screen_larger_than_the_limit_is_held_whole(qtbot: QtBot, thumbs: Thumbs, shop: Shop) -> None:
    thumbs.hold(40)
    seen = list(range(100, 140))
    fetch(qtbot, thumbs, *seen)
    assert all(thumbs.get(number) for number in seen)
    assert sum(len(part) for part in shop.asked) == 40


def test_what_is_not_there_is_asked_for_once_until_a_scan_may_have_made_it(
    qtbot: QtBot, thumbs: Thumbs, shop: Shop
) -> None:
    shop.lacking = {1}
    fetch(qtbot, thumbs, 1)
    assert thumbs.get(1) is None
    fetch(qtbot, thumbs, 2)
    assert shop.asked == [[1], [2]]
    shop.lacking = set()
    thumbs.look_again()
    fetch(qtbot, thumbs, 1)
    assert thumbs.get(1) is not None


def test_an_error_while_reading_does_not_end_the_thread(qtbot: QtBot, thumbs: Thumbs) -> None:
    fetch(qtbot, thumbs, 13)
    assert thumbs.get(13) is None
    fetch(qtbot, thumbs, 14)
    assert thumbs.get(14) is not None


def test_bytes_that_are_no_picture_are_none(qtbot: QtBot) -> None:
    thumbs = Thumbs(lambda numbers: dict.fromkeys(numbers, b"rubbish"))
    fetch(qtbot, thumbs, 1)
    assert thumbs.get(1) is None
    thumbs.close()


def test_close_ends_the_thread_at_once(thumbs: Thumbs) -> None:
    thumbs.close()
    assert not thumbs._thread.is_alive()
