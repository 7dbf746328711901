"""Limits of a host hold across processes, sources and restarts."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pymongo import MongoClient

from newscrawl.clock import SteppingClock
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.store.host_allowance import FAILURES, MIN_BACKOFF, HostState
from newscrawl.store.session import Store
from tests.faults.waiting import PATIENCE_SECONDS
from tests.store.owners import fail, owner

from .archive import heads_by_guid, make_due, with_store
from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
NEXT_HOUR = START.replace(hour=13, minute=0)
NAMES = [f"{place}-{n}" for n, place in enumerate(("pier", "mole", "quay", "dock", "buoy", "weir"), 101)]


@pytest.fixture
def gazette(gazette: Gazette) -> Gazette:
    gazette.articles = {name: [f"A ship came to the {name} on Monday."] for name in NAMES}
    gazette.listed = dict.fromkeys(NAMES, "")
    return gazette


def limited(gazette_driver: CrawlDriver, per_hour: int) -> CrawlDriver:
    return type(gazette_driver)(
        gazette_driver.newsroom, replace(gazette_driver.config, host_requests_per_hour=per_hour)
    )


def host_state(config: Config) -> HostState:
    return with_store(config, lambda store: store.host("127.0.0.1"))


def make_all_due(config: Config, at: datetime) -> None:
    """Make the articles due, with a priority that rises with their number."""

    async def write(store: Store) -> None:
        for priority, name in enumerate(NAMES):
            await make_due(store, at, guid=guid_of(name), value=float(priority))

    with_store(config, write)


def guid_of(name: str) -> str:
    return name.rpartition("-")[2]


def requested_guids(gazette: Gazette) -> list[str]:
    return [guid_of(request.path) for request in gazette.requests()]


def test_two_crawls_on_one_store_share_the_hours_budget(gazette_driver: CrawlDriver, gazette: Gazette) -> None:
    budget = 9  # each crawl alone would request robots.txt, two listings and six articles
    environ = gazette_driver.environ() | {"NEWSCRAWL_HOST_REQUESTS_PER_HOUR": str(budget)}
    command = [sys.executable, "-m", "scrapy", "crawl", "-a", f"base={gazette.base}", "-s", "LOG_LEVEL=CRITICAL"]
    command += ["-s", "SPIDER_MODULES=tests.jobs.twins"]
    first_hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    crawls = [
        subprocess.Popen([*command, name], cwd=PROJECT_ROOT, env=environ, stderr=subprocess.PIPE, text=True)
        for name in ("morning", "evening")
    ]
    errors = [crawl.communicate(timeout=PATIENCE_SECONDS)[1] for crawl in crawls]
    assert [crawl.returncode for crawl in crawls] == [0, 0], errors
    hours = (datetime.now(UTC) - first_hour) // timedelta(hours=1) + 1  # 2 if the hour changed during the test
    assert 0 < len(gazette.exchanges) <= hours * budget
    assert host_state(gazette_driver.config).count <= budget
    assert len(gazette.exchanges) == budget or hours > 1


def test_articles_with_the_highest_priority_are_checked_first_and_the_rest_in_the_next_hour(
    gazette_driver: CrawlDriver, gazette: Gazette
) -> None:
    gazette_driver.crawl(clock=SteppingClock(START - timedelta(hours=1)))
    make_all_due(gazette_driver.config, START)
    gazette.listed.clear()
    gazette.exchanges.clear()
    report = limited(gazette_driver, 5).crawl(clock=SteppingClock(START))  # robots.txt, two listings, two articles
    assert requested_guids(gazette) == ["106", "105"]
    assert (report.outcomes, report.exit_code) == ({"unchanged": 2, "blocked": 4}, 0)
    heads = with_store(gazette_driver.config, heads_by_guid)
    waiting = {guid: head for guid, head in heads.items() if head.next_check_at == NEXT_HOUR}
    assert {guid: head.priority for guid, head in waiting.items()} == {str(n): n - 101 for n in (101, 102, 103, 104)}
    assert {head.check_history.failures for head in waiting.values()} == {0}
    assert "2026-03-02T13:00:00Z" in waiting["101"].next_check_reason

    gazette.exchanges.clear()
    limited(gazette_driver, 5).crawl(clock=SteppingClock(NEXT_HOUR))
    assert requested_guids(gazette) == ["104", "103"]


def record_failures(config: Config, count: int) -> None:
    """Record failures of the host, as crawls of other sources would."""

    async def write(store: Store) -> None:
        hosts = owner(store)
        await fail(hosts, "127.0.0.1", START, count)
        await hosts.close()

    with_store(config, write)


def test_failing_host_gets_no_request_until_a_probe_succeeds(gazette_driver: CrawlDriver, gazette: Gazette) -> None:
    gazette_driver.crawl(clock=SteppingClock(START - timedelta(hours=1)))
    make_all_due(gazette_driver.config, START)
    gazette.overrides["/robots.txt"] = lambda headers: (503, {}, "down")
    gazette.listed.clear()
    record_failures(gazette_driver.config, FAILURES - 1)
    gazette_driver.crawl(clock=SteppingClock(START))  # robots.txt fails, which is the last of the failures
    gazette.exchanges.clear()
    gazette_driver.crawl(clock=SteppingClock(START + MIN_BACKOFF / 2))
    assert gazette.exchanges == []
    gazette_driver.crawl(clock=SteppingClock(START + MIN_BACKOFF))
    assert [request.path for request in gazette.exchanges] == ["/robots.txt"]
    assert host_state(gazette_driver.config).backoff_until == START + 3 * MIN_BACKOFF

    gazette.overrides.clear()
    gazette_driver.crawl(clock=SteppingClock(START + 3 * MIN_BACKOFF))
    assert requested_guids(gazette) == ["106", "105", "104", "103", "102", "101"]
    assert host_state(gazette_driver.config).failures == 0


@pytest.mark.parametrize("alive", [(), ("/robots.txt",)], ids=["nothing is answered", "robots.txt is answered"])
def test_host_that_is_down_for_hours_is_requested_ever_more_rarely_and_read_once_it_is_back(
    gazette_driver: CrawlDriver, gazette: Gazette, alive: tuple[str, ...]
) -> None:
    gazette_driver.crawl(clock=SteppingClock(START - timedelta(hours=1)))
    make_all_due(gazette_driver.config, START)
    for path in {"/robots.txt", "/feed.xml", "/news-sitemap.xml", *NAMES} - set(alive):
        gazette.overrides[path] = lambda headers: (500, {}, "down")
    record_failures(gazette_driver.config, FAILURES - 1)
    now, rests = START, []
    while sum(rests, timedelta()) < timedelta(hours=6):
        gazette.exchanges.clear()
        gazette_driver.crawl(clock=SteppingClock(now))
        opens_at = host_state(gazette_driver.config).backoff_until
        assert opens_at is not None
        assert gazette.exchanges, "the host is requested when its rest is over"
        rests.append(opens_at - now)
        now = opens_at
    assert rests == [MIN_BACKOFF * 2**n for n in range(len(rests))]
    gazette.exchanges.clear()
    gazette_driver.crawl(clock=SteppingClock(now - rests[-1] / 2))
    assert gazette.exchanges == []

    gazette.overrides.clear()
    gazette_driver.crawl(clock=SteppingClock(now))
    assert sorted(requested_guids(gazette)) == sorted(map(guid_of, NAMES)), "all are read at once"
    assert host_state(gazette_driver.config).failures == 0


def test_requests_of_a_crawl_cost_no_command_each(gazette_driver: CrawlDriver, gazette: Gazette) -> None:
    """Counted by MongoDB's profiler: the crawl takes its host and draws blocks of the budget (a twentieth each)."""
    many = {f"berth-{number}": [f"A ship came to berth {number} on Monday."] for number in range(200, 280)}
    gazette.articles |= many
    gazette.listed = dict.fromkeys(gazette.articles, "")
    config = gazette_driver.config
    with MongoClient[dict[str, Any]](config.mongo_uri) as client:
        database = client[config.mongo_database]
        database.command("profile", 1, filter={"ns": f"{config.mongo_database}.hosts"})
        limited(gazette_driver, 1200).crawl(clock=SteppingClock(START))
        database.command("profile", 0)
        commands = [line["command"] for line in database["system.profile"].find()]
        database["system.profile"].drop()
    requests = len(gazette.exchanges)
    assert requests > len(many)
    drawn = [command for command in commands if "findAndModify" in command]
    assert len(drawn) == 1 + requests // 60, "one to take the host, and one for each further block"


def test_replay_ignores_the_budget(gazette_driver: CrawlDriver, tmp_path: Path) -> None:
    record = tmp_path / "edition.warc.gz"
    gazette_driver.crawl(record=record, clock=SteppingClock(START))
    count = host_state(gazette_driver.config).count
    report = limited(gazette_driver, 1).crawl(replay=record, clock=None)
    assert report.outcomes == {"unchanged": len(NAMES)}
    assert host_state(gazette_driver.config).count == count
