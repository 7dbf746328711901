"""Alarms: what is much less than usual is told, and ends a crawl with 6 where that is asked for."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.health.monitors import WARM_UP_RUNS, Baselines, RunHealth, alarms, learnt
from newscrawl.items import RunRecord
from newscrawl.jobs.exit_codes import exit_code
from newscrawl.jobs.totals import CrawlTotals
from newscrawl.store.session import Store

from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GOOD = RunHealth(listed=40, is_whole=True, read=20, quarantined=0, fields={"byline": 18, "author": 16})


def usual(runs: int = 10, found: RunHealth = GOOD) -> Baselines:
    after = Baselines()
    for _ in range(runs):
        after = learnt(after, found, is_alarming=False)
    return after


def test_an_ordinary_run_raises_no_alarm() -> None:
    assert alarms(GOOD, usual()) == []


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (replace(GOOD, listed=19), "volume: 19 stories are listed, usually 40"),
        (replace(GOOD, listed=0), "volume: 0 stories are listed, usually 40"),
        (replace(GOOD, read=14, quarantined=6, fields={"byline": 13, "author": 12}), "drift: 70% of the pages"),
        (replace(GOOD, read=57, quarantined=4, fields={"byline": 52, "author": 46}), "quarantine: 4 of 61 pages"),
        (replace(GOOD, fields={"byline": 18, "author": 0}), "drift: 0% of the articles have author, usually 80%"),
    ],
)
def test_much_less_than_usual_is_told_in_words(found: RunHealth, told: str) -> None:
    assert told in "\n".join(alarms(found, usual()))


@pytest.mark.parametrize(
    "found",
    [
        replace(GOOD, listed=20),
        replace(GOOD, listed=3, is_whole=False),  # the host had no room for all: our doing
        replace(GOOD, read=58, quarantined=2, fields={"byline": 52, "author": 46}),  # three doubtful pages at least
        replace(GOOD, read=4, fields={"byline": 0}),  # too few to tell
        replace(GOOD, read=5, fields={"byline": 4, "author": 3}),  # as chance has it
    ],
)
def test_what_may_be_chance_or_our_own_doing_is_no_alarm(found: RunHealth) -> None:
    assert alarms(found, usual()) == []


def test_a_new_source_has_no_usual_yet() -> None:
    assert alarms(replace(GOOD, listed=1, fields={}), usual(WARM_UP_RUNS - 1)) == []
    assert alarms(replace(GOOD, listed=1, fields={}), usual(WARM_UP_RUNS)) != []


def test_one_bad_run_hardly_moves_what_is_usual_and_a_lasting_change_becomes_it() -> None:
    after, found = usual(), replace(GOOD, listed=10)
    after = learnt(after, found, is_alarming=True)
    assert after.listed == pytest.approx(38.5)
    runs = 0
    while alarms(found, after):
        after, runs = learnt(after, found, is_alarming=True), runs + 1
    assert 5 < runs < 40


@pytest.mark.parametrize(
    ("totals", "asked", "code"),
    [
        (CrawlTotals(alarms=1), True, 6),
        (CrawlTotals(alarms=1), False, 0),
        (CrawlTotals(alarms=1, outcomes=Counter(error=1)), True, 6),
        (CrawlTotals(alarms=1, outcomes=Counter(error=1)), False, 1),
        (CrawlTotals(alarms=1, defects=1), True, 1),
        (CrawlTotals(), True, 0),
    ],
)
def test_alarm_is_code_6_where_that_is_asked_for(totals: CrawlTotals, asked: bool, code: int) -> None:
    assert exit_code("finished", totals, fail_on=1, fail_on_drift=asked) == code


def last_run(config: Config) -> RunRecord:
    async def ask() -> RunRecord:
        store = await Store.open(config)
        try:
            return (await store.runs("demo", 1))[0]
        finally:
            await store.close()

    return asyncio.run(ask())


def test_a_feed_that_lost_most_of_its_stories_ends_the_crawl_with_6(press: CrawlDriver, gazette: Gazette) -> None:
    names = [f"story-{n}" for n in range(101, 109)]
    gazette.stories = {name: [f"This is what {name} tells."] for name in names}
    gazette.listed = dict.fromkeys(names, "")
    for hour in range(WARM_UP_RUNS):
        clock = SteppingClock(START + timedelta(hours=hour))
        assert press.crawl(clock=clock, fail_on_drift=True).exit_code == 0
    gazette.listed = dict.fromkeys(names[:3], "")
    command = [sys.executable, "-m", "newscrawl", "crawl", "demo", "-a", f"base={gazette.base}"]
    done = subprocess.run(
        [*command, "--fail-on-drift", "--json"], env=press.environ(), capture_output=True, text=True, timeout=90
    )
    run = last_run(press.config)
    assert (done.returncode, run.reason, run.exit_code) == (6, "finished", 6), done.stderr
    assert "alarm source=demo volume: 3 stories are listed, usually 8" in done.stderr
    assert json.loads(done.stdout)["errors"] == dict(run.errors)
