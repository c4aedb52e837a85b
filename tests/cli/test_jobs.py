from __future__ import annotations

import pytest

from photohash.cli.jobs import describe, duration, run
from photohash.types import Progress, UserError


def test_a_job_gives_its_result_or_its_error() -> None:
    assert run(lambda control: 7) == 7

    def fail(control: object) -> None:
        raise UserError("No.")

    with pytest.raises(UserError, match="No"):
        run(fail)


def test_progress_in_words() -> None:
    assert describe(Progress("looking", 0, 0, 0, 1.0)) == "looking"
    text = describe(Progress("scanning", 1000, 4000, 2, 100.0))
    assert text == "scanning 1,000 of 4,000, 10.0 photos/s, 5 min 00 s left, 2 failed"


@pytest.mark.parametrize(("seconds", "words"), [(0.4, "0 s"), (59, "59 s"), (61, "1 min 01 s"), (7260, "2 h 01 min")])
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words
