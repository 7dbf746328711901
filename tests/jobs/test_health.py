"""Alarms: a run that finds much less than usual is reported, and exits with 6 if that is requested."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.health.baselines import WARM_UP_RUNS
from newscrawl.health.page_counts import PageCounts, PageResult, PartCounts
from newscrawl.items import RunRecord
from newscrawl.jobs.exit_codes import excuse, exit_code, round_code
from newscrawl.jobs.totals import CrawlTotals
from tests.faults.waiting import PATIENCE_SECONDS

from .archive import with_store
from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def pages(articles: dict[PageResult, int], listings: dict[PageResult, int] | None = None) -> PageCounts:
    return PageCounts(PartCounts(Counter(articles)), PartCounts(Counter(listings or {PageResult.READ: 1})))


REFUSED = pages({PageResult.REFUSED: 3})
READ = pages({PageResult.READ: 20, PageResult.REFUSED: 3})
LISTING_REFUSED = pages({PageResult.READ: 20}, {PageResult.REFUSED: 1})


@pytest.mark.parametrize(
    ("totals", "fail_on_drift", "code"),
    [
        (CrawlTotals(alarms=1), True, 6),
        (CrawlTotals(alarms=1), False, 0),
        (CrawlTotals(alarms=1, outcomes=Counter(error=1)), True, 6),
        (CrawlTotals(alarms=1, outcomes=Counter(error=1)), False, 1),
        (CrawlTotals(alarms=1, defects=1), True, 1),
        (CrawlTotals(alarms=1, refused=3, pages=REFUSED), True, 6),
        (CrawlTotals(alarms=1, refused=3, pages=REFUSED), False, 1),
        (CrawlTotals(alarms=0, refused=3, pages=REFUSED), True, 1),  # acknowledged
        (CrawlTotals(), True, 0),
    ],
)
def test_alarm_exits_with_6_if_requested(totals: CrawlTotals, fail_on_drift: bool, code: int) -> None:
    assert exit_code("finished", totals, fail_on=1, fail_on_drift=fail_on_drift) == code


@pytest.mark.parametrize(
    ("totals", "fail_on", "code"),
    [
        (CrawlTotals(refused=3, pages=READ), 0, 0),
        (CrawlTotals(refused=3, pages=READ), 4, 0),
        (CrawlTotals(refused=3, pages=READ), 3, 1),
        (CrawlTotals(refused=3, outcomes=Counter(error=1), pages=READ), 4, 1),
        (CrawlTotals(refused=3, pages=REFUSED), 0, 1),
        (CrawlTotals(refused=3, pages=REFUSED), 100, 1),
        (CrawlTotals(pages=pages({}, {PageResult.FAILED: 1})), 0, 1),
        (CrawlTotals(pages=LISTING_REFUSED), 0, 0),
        (CrawlTotals(outcomes=Counter(blocked=9), not_requested=9), 1, 0),
    ],
)
def test_failed_pages_count_from_fail_on_and_a_run_that_read_nothing_always(
    totals: CrawlTotals, fail_on: int, code: int
) -> None:
    assert exit_code("finished", totals, fail_on=fail_on) == code


@pytest.mark.parametrize(
    ("code", "totals", "is_paused", "known_parts", "reason"),
    [
        (1, CrawlTotals(refused=3, pages=REFUSED), False, {"articles"}, "acknowledged"),
        (1, CrawlTotals(refused=3, pages=REFUSED), False, {"listings"}, ""),
        (1, CrawlTotals(refused=3, pages=REFUSED), False, (), ""),
        (1, CrawlTotals(refused=3, pages=REFUSED), True, (), "paused"),
        (1, CrawlTotals(refused=1, pages=LISTING_REFUSED), False, {"listings"}, "acknowledged"),
        (1, CrawlTotals(refused=1, outcomes=Counter(error=1), pages=LISTING_REFUSED), False, {"listings"}, ""),
        (6, CrawlTotals(alarms=1, refused=3, pages=REFUSED), False, {"articles"}, ""),
        (6, CrawlTotals(alarms=1), True, (), "paused"),
        (1, CrawlTotals(defects=1), True, (), ""),
        (4, CrawlTotals(), True, (), ""),
        (0, CrawlTotals(), True, (), ""),
    ],
)
def test_only_what_somebody_knows_of_is_excused(
    code: int, totals: CrawlTotals, is_paused: bool, known_parts: Collection[str], reason: str
) -> None:
    assert excuse(code, totals, fail_on=1, is_paused=is_paused, known_parts=known_parts) == reason


def test_round_exits_with_the_highest_code_that_is_not_excused() -> None:
    assert round_code([(0, ""), (1, ""), (6, "paused")]) == 1
    assert round_code([(0, ""), (3, "")]) == 0
    assert round_code([(3, ""), (70, "")]) == 70
    assert round_code([(6, "paused"), (1, "acknowledged")]) == 0
    assert round_code([]) == 0


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
        timeout=PATIENCE_SECONDS,
    )
    run = last_run(gazette_driver.config)
    assert (process.returncode, run.reason, run.exit_code) == (6, "finished", 6), process.stderr
    assert "alarm source=demo volume: 3 articles are listed, usually 8" in process.stderr
    assert json.loads(process.stdout)["errors"] == dict(run.errors)
