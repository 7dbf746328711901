"""Alarms: a run that finds much less than usual is reported, and exits with 6 if that is requested."""

from __future__ import annotations

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

from .archive import with_store
from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ORDINARY = RunHealth(listed=40, is_whole=True, read=20, quarantined=0, fields={"byline": 18, "author": 16})


def usual(runs: int = 10, run: RunHealth = ORDINARY) -> Baselines:
    after = Baselines()
    for _ in range(runs):
        after = learnt(after, run, is_alarming=False)
    return after


def test_ordinary_run_raises_no_alarm() -> None:
    assert alarms(ORDINARY, usual()) == []


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (replace(ORDINARY, listed=19), "volume: 19 articles are listed, usually 40"),
        (replace(ORDINARY, listed=0), "volume: 0 articles are listed, usually 40"),
        (replace(ORDINARY, read=14, quarantined=6, fields={"byline": 13, "author": 12}), "drift: 70% of the pages"),
        (replace(ORDINARY, read=57, quarantined=4, fields={"byline": 52, "author": 46}), "quarantine: 4 of 61 pages"),
        (replace(ORDINARY, fields={"byline": 18, "author": 0}), "drift: 0% of the articles have author, usually 80%"),
    ],
)
def test_run_that_finds_much_less_than_usual_raises_an_alarm(run: RunHealth, message: str) -> None:
    assert message in "\n".join(alarms(run, usual()))


@pytest.mark.parametrize(
    "run",
    [
        replace(ORDINARY, listed=20),
        replace(ORDINARY, listed=3, is_whole=False),  # our own host budget kept requests back
        replace(
            ORDINARY, read=58, quarantined=2, fields={"byline": 52, "author": 46}
        ),  # fewer than three doubtful pages
        replace(ORDINARY, read=4, fields={"byline": 0}),  # too few pages to compare
        replace(ORDINARY, read=5, fields={"byline": 4, "author": 3}),  # within chance
    ],
)
def test_run_within_chance_or_limited_by_ourselves_raises_no_alarm(run: RunHealth) -> None:
    assert alarms(run, usual()) == []


def test_new_source_has_no_baselines_yet() -> None:
    assert alarms(replace(ORDINARY, listed=1, fields={}), usual(WARM_UP_RUNS - 1)) == []
    assert alarms(replace(ORDINARY, listed=1, fields={}), usual(WARM_UP_RUNS)) != []


def test_one_alarming_run_hardly_moves_the_baselines_but_a_lasting_change_does() -> None:
    run = replace(ORDINARY, listed=10)
    after = learnt(usual(), run, is_alarming=True)
    assert after.listed == pytest.approx(38.5)
    runs = 0
    while alarms(run, after):
        after, runs = learnt(after, run, is_alarming=True), runs + 1
    assert 5 < runs < 40


@pytest.mark.parametrize(
    ("totals", "fail_on_drift", "code"),
    [
        (CrawlTotals(alarms=1), True, 6),
        (CrawlTotals(alarms=1), False, 0),
        (CrawlTotals(alarms=1, outcomes=Counter(error=1)), True, 6),
        (CrawlTotals(alarms=1, outcomes=Counter(error=1)), False, 1),
        (CrawlTotals(alarms=1, defects=1), True, 1),
        (CrawlTotals(), True, 0),
    ],
)
def test_alarm_exits_with_6_if_requested(totals: CrawlTotals, fail_on_drift: bool, code: int) -> None:
    assert exit_code("finished", totals, fail_on=1, fail_on_drift=fail_on_drift) == code


def last_run(config: Config) -> RunRecord:
    return with_store(config, lambda store: store.runs("demo", 1))[0]


def test_feed_that_lost_most_of_its_articles_makes_the_crawl_exit_with_6(
    gazette_driver: CrawlDriver, gazette: Gazette
) -> None:
    names = [f"pier-{n}" for n in range(101, 109)]
    gazette.articles = {name: [f"These are the news of {name}."] for name in names}
    gazette.listed = dict.fromkeys(names, "")
    for hour in range(WARM_UP_RUNS):
        clock = SteppingClock(START + timedelta(hours=hour))
        assert gazette_driver.crawl(clock=clock, fail_on_drift=True).exit_code == 0
    gazette.listed = dict.fromkeys(names[:3], "")
    command = [sys.executable, "-m", "newscrawl", "crawl", "demo", "-a", f"base={gazette.base}"]
    process = subprocess.run(
        [*command, "--fail-on-drift", "--json"],
        env=gazette_driver.environ(),
        capture_output=True,
        text=True,
        timeout=90,
    )
    run = last_run(gazette_driver.config)
    assert (process.returncode, run.reason, run.exit_code) == (6, "finished", 6), process.stderr
    assert "alarm source=demo volume: 3 articles are listed, usually 8" in process.stderr
    assert json.loads(process.stdout)["errors"] == dict(run.errors)
