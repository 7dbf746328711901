"""When a crawl's turn ends: after a long time, or without progress; never because of what is no fault of its source."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from newscrawl.jobs.turn_limits import TurnClock

STEP = 10.0


def ending(steps: Iterable[str], yields_after: float | None = 1800) -> tuple[int, str | None]:
    """Return after how many steps a crawl ends, and why; a step is what it did: progress, nothing, wait, away."""
    clock, answers, count = TurnClock(300, yields_after), 0, 0
    for step in steps:
        if clock.ending is None:
            count += 1
            answers += step == "progress"
            clock.add(STEP, answers, is_waiting=step == "wait", is_store_away=step == "away")
    return count, clock.ending


@pytest.mark.parametrize(
    ("steps", "yields_after", "expected"),
    [
        (["progress"] + 29 * ["nothing"], 1800, (30, None)),
        (["progress"] + 40 * ["nothing"], 1800, (31, "stalled")),
        (["progress"] + 40 * ["nothing"], None, (31, "stalled")),
        (10 * (["progress"] + 20 * ["nothing"]), None, (210, None)),
        (200 * ["progress"], 1800, (180, "yielded")),
        (200 * ["progress"], None, (200, None)),
        (["progress"] + 100 * ["wait"], 1800, (31, "yielded")),
        (["progress"] + 100 * ["wait"], None, (101, None)),
        (["progress"] + 20 * ["wait"] + 100 * ["nothing"], 1800, (51, "stalled")),
        (["progress"] + 1000 * ["away"] + ["progress"], 1800, (1002, None)),
        (["progress"] + 20 * ["nothing"] + 90 * ["away"] + 20 * ["nothing"], 1800, (121, "stalled")),
        (179 * ["progress"] + 100 * ["nothing"], 1800, (209, "stalled")),
    ],
)
def test_crawl_ends_when_it_is_stalled_or_others_wait(
    steps: list[str], yields_after: float | None, expected: tuple[int, str | None]
) -> None:
    assert ending(steps, yields_after) == expected
