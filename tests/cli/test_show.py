from __future__ import annotations

import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from photohash.cli import show
from photohash.types import Photo


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (0, "photo", "0 photos"),
        (1, "photo", "1 photo"),
        (1, "exact cop", "1 exact copy"),
        (2345, "exact cop", "2,345 exact copies"),
    ],
)
def test_numbers_with_their_nouns(number: int, noun: str, words: str) -> None:
    assert show.counted(number, noun) == words


def test_names_that_no_terminal_can_show_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    for coding in ("utf-8", "ascii"):
        out = BytesIO()
        monkeypatch.setattr(sys, "stdout", TextIOWrapper(out, encoding=coding, errors="strict"))
        show.say("caf\udce9 日本")
        sys.stdout.flush()
        assert b"\\udce9" in out.getvalue()


def test_reasons_of_copies() -> None:
    best, same, small = (Photo(n, w, w, None, (Path("a"),)) for n, w in enumerate((100, 100, 50)))
    assert show.reason(best, same) == "same picture, saved again"
    assert show.reason(best, small) == "same picture, 50 x 50 instead of 100 x 100"
