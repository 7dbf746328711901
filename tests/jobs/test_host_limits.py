"""What a host may be asked holds over processes, sources and restarts."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.items import Head
from newscrawl.store.hosts import FAILURES, MIN_BACKOFF, HostState
from newscrawl.store.session import Store

from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
NEXT_HOUR = START.replace(hour=13, minute=0)
NAMES = [f"{place}-{n}" for n, place in enumerate(("pier", "mole", "quay", "dock", "buoy", "weir"), 101)]


@pytest.fixture
def gazette(gazette: Gazette) -> Gazette:
    gazette.stories = {name: [f"A ship came to the {name} on Monday."] for name in NAMES}
    gazette.listed = dict.fromkeys(NAMES, "")
    return gazette


def limited(press: CrawlDriver, per_hour: int) -> CrawlDriver:
    return type(press)(press.newsroom, replace(press.config, host_requests_per_hour=per_hour))


def stored(config: Config) -> tuple[HostState, list[Head]]:
    async def ask() -> tuple[HostState, list[Head]]:
        store = await Store.open(config)
        try:
            keys = [found["_id"] async for found in store.db.articles.find({}, {"_id": 1})]
            heads = [head for key in keys if (head := await store.head(key)) is not None]
            return await store.host("127.0.0.1"), heads
        finally:
            await store.close()

    return asyncio.run(ask())


def rated(config: Config, values: dict[str, float], due: datetime) -> None:
    """Make stories due, each worth so much."""

    async def write() -> None:
        store = await Store.open(config)
        try:
            for guid, value in values.items():
                found = {"value": value, "next_check_at": due, "claim_at": due}
                await store.db.articles.update_one({"guid": guid}, {"$set": found})
        finally:
            await store.close()

    asyncio.run(write())


def test_two_workers_on_one_store_share_the_hours_budget(press: CrawlDriver, gazette: Gazette) -> None:
    budget = 9  # each worker alone would ask for robots.txt, two listings and six stories
    environ = press.environ() | {"NEWSCRAWL_HOST_REQUESTS_PER_HOUR": str(budget)}
    command = [sys.executable, "-m", "scrapy", "crawl", "-a", f"base={gazette.base}", "-s", "LOG_LEVEL=CRITICAL"]
    command += ["-s", "SPIDER_MODULES=tests.jobs.twins"]
    begun = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    crawls = [
        subprocess.Popen([*command, name], cwd=PROJECT_ROOT, env=environ, stderr=subprocess.PIPE, text=True)
        for name in ("morning", "evening")
    ]
    told = [crawl.communicate(timeout=120)[1] for crawl in crawls]
    assert [crawl.returncode for crawl in crawls] == [0, 0], told
    hours = (datetime.now(UTC) - begun) // timedelta(hours=1) + 1  # a test may run across the full hour
    assert 0 < len(gazette.exchanges) <= hours * budget
    assert stored(press.config)[0].count <= budget
    assert len(gazette.exchanges) == budget or hours > 1


def test_the_most_valuable_stories_go_first_and_the_rest_waits_for_the_next_hour(
    press: CrawlDriver, gazette: Gazette
) -> None:
    press.crawl(clock=SteppingClock(START - timedelta(hours=1)))
    worth = {str(101 + n): float(n) for n in range(len(NAMES))}
    rated(press.config, worth, START)
    gazette.listed.clear()
    gazette.exchanges.clear()
    report = limited(press, 5).crawl(clock=SteppingClock(START))  # robots.txt, two listings, and two stories
    assert [each.path.rpartition("-")[2] for each in gazette.asked()] == ["106", "105"]
    assert (report.outcomes, report.exit_code) == ({"unchanged": 2, "blocked": 4}, 0)
    waiting = {head.guid: head for head in stored(press.config)[1] if head.next_check_at == NEXT_HOUR}
    assert {guid: head.priority for guid, head in waiting.items()} == {str(n): n - 101 for n in (101, 102, 103, 104)}
    assert {head.check_history.failures for head in waiting.values()} == {0}
    assert "again from 2026-03-02T13:00:00Z" in waiting["101"].next_check_reason

    gazette.exchanges.clear()
    limited(press, 5).crawl(clock=SteppingClock(NEXT_HOUR))
    assert [each.path.rpartition("-")[2] for each in gazette.asked()] == ["104", "103"]


def failed_before(config: Config, times: int) -> None:
    """Note failures of the host, as other sources' crawls would."""

    async def write() -> None:
        store = await Store.open(config)
        try:
            for _ in range(times):
                await store.host_failed("127.0.0.1", START, "timeout")
        finally:
            await store.close()

    asyncio.run(write())


def test_a_host_that_is_down_is_left_alone_until_one_probe_succeeds(press: CrawlDriver, gazette: Gazette) -> None:
    press.crawl(clock=SteppingClock(START - timedelta(hours=1)))
    worth = {str(101 + n): float(n) for n in range(len(NAMES))}
    rated(press.config, worth, START)
    gazette.overrides["/robots.txt"] = lambda headers: (503, {}, "down")
    gazette.listed.clear()
    failed_before(press.config, FAILURES - 1)
    press.crawl(clock=SteppingClock(START))  # ends with its robots.txt
    gazette.exchanges.clear()
    press.crawl(clock=SteppingClock(START + MIN_BACKOFF / 2))
    assert gazette.exchanges == []
    press.crawl(clock=SteppingClock(START + MIN_BACKOFF))
    assert [each.path for each in gazette.exchanges] == ["/robots.txt"]
    assert stored(press.config)[0].backoff_until == START + 3 * MIN_BACKOFF

    gazette.overrides.clear()
    press.crawl(clock=SteppingClock(START + 3 * MIN_BACKOFF))
    assert [each.path.rpartition("-")[2] for each in gazette.asked()] == ["106", "105", "104", "103", "102", "101"]
    assert stored(press.config)[0].failures == 0


def test_no_budget_counts_in_a_replay(press: CrawlDriver, gazette: Gazette, tmp_path: object) -> None:
    record = tmp_path / "edition.warc.gz"  # type: ignore[operator]
    press.crawl(record=record, clock=SteppingClock(START))
    count = stored(press.config)[0].count
    report = limited(press, 1).crawl(replay=record, clock=None)
    assert report.outcomes == {"unchanged": len(NAMES)}
    assert stored(press.config)[0].count == count
