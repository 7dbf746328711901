"""Gaps in the coverage of a source, derived from its runs alone, on its page and in the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import httpx

from newscrawl.items import RunRecord
from newscrawl.store.reader import Run
from newscrawl.store.reader.coverage import coverage
from tests.web.press import NOW, Press

HOUR = timedelta(hours=1)
ONE_FAILED_BETWEEN = ((-12, 0), (-11, 0), (-10, 0), (-8, 4), (-5, 0), (-4, 0), (-3, 0), (-2, 0), (-1, 0))


def runs(starts: Sequence[tuple[float, int | None]]) -> list[Run]:
    """Return runs of six minutes, by their start (in hours from NOW) and their exit code; None: still running."""
    return [
        Run(NOW + at * HOUR, None if code is None else NOW + at * HOUR + timedelta(minutes=6), "finished", code)
        for at, code in starts
    ]


def test_a_span_longer_than_three_usual_intervals_is_a_gap() -> None:
    result = coverage(runs(ONE_FAILED_BETWEEN), NOW)
    assert (result.runs, result.failed, result.usual_interval_minutes) == (9, 1, 60.0)
    [gap] = result.gaps
    assert (gap.since, gap.until) == (NOW - 10 * HOUR + timedelta(minutes=6), NOW - 5 * HOUR)
    assert gap.failed_runs == 1


def test_three_usual_intervals_are_not_a_gap() -> None:
    assert coverage(runs([(-6, 0), (-5, 0), (-4, 0), (-1, 0)]), NOW).gaps == ()


def test_a_run_with_an_alarm_counts_as_successful() -> None:
    assert coverage(runs([(-7, 0), (-6, 0), (-5, 0), (-3, 6), (-1, 0)]), NOW).gaps == ()


def test_a_gap_up_to_now_has_no_end() -> None:
    [gap] = coverage(runs([(-20, 0), (-19, 0), (-18, 0), (-17, 0), (-2, None)]), NOW).gaps
    assert (gap.until, gap.failed_runs) == (None, 0)


def test_newest_gap_comes_first() -> None:
    result = coverage(runs([(-40, 0), (-39, 0), (-38, 0), (-30, 0), (-29, 0), (-28, 0), (-1, 0)]), NOW)
    assert [gap.until for gap in result.gaps] == [NOW - HOUR, NOW - 30 * HOUR]


def test_two_runs_are_too_few_for_a_usual_interval() -> None:
    result = coverage(runs([(-20, 0), (-1, 0)]), NOW)
    assert (result.usual_interval_minutes, result.gaps) == (None, ())
    assert coverage([], NOW).since is None


async def test_gaps_are_on_the_page_and_in_the_api(client: httpx.AsyncClient, press: Press, bridge: str) -> None:
    for at, code in ONE_FAILED_BETWEEN:
        started = NOW + at * HOUR
        run = RunRecord(run_id=f"run{at}", source="harbour", started_at=started)
        run = await press.store.start_run(run, term=timedelta(seconds=-1))
        end = {"ended_at": started, "exit_code": code, "reason": "finished" if code == 0 else "store"}
        await press.store.db.runs.update_one({"_id": run.run_id}, {"$set": end})
    page = (await client.get("/source/harbour")).text
    assert "9 runs" in page
    assert "about an hour" in page
    assert "1 run failed" in page
    profile = (await client.get("/api/v1/sources/harbour")).json()
    assert [gap["failed_runs"] for gap in profile["coverage"]["gaps"]] == [1]
    assert profile["coverage"]["runs"] == 9
    assert {"gone", "sampled"} <= profile.keys()
