"""Crawls of the demo newspaper in processes of their own, as scheduled jobs run them."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.process import BaseProcess

import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.demo import EDITIONS, Newsroom
from newscrawl.jobs import CrawlReport, Job, run
from newscrawl.jobs.subprocesses import run_in_processes
from newscrawl.store.session import Store

from .gazette import Gazette

Histories = dict[str, list[tuple[int, str, str]]]  # story → number, wording, cause of each version


@dataclass
class CrawlDriver:
    """Sends crawls to one newsroom and reads what they stored."""

    newsroom: Newsroom | Gazette
    config: Config
    processes: list[BaseProcess] = field(default_factory=list)

    def job(self, **how: object) -> Job:
        values: dict[str, object] = {
            "source": "demo",
            "arguments": {"base": self.newsroom.base},
            "clock": SteppingClock(EDITIONS[self.newsroom.edition - 1].clock),
            "fail_on": 0,
            "settings": {"NEWSCRAWL_EGRESS_ALLOW": [self.newsroom.base.removeprefix("http://")]},
            "log_level": "CRITICAL",
        }
        return Job(**{**values, **how})  # type: ignore[arg-type]

    def crawl(self, **how: object) -> CrawlReport:
        """Crawl to the end."""
        (report,) = run_in_processes([self.job(**how)], self.config)
        return report

    def start(self, **how: object) -> BaseProcess:
        """Start a crawl and let it run."""
        config = how.pop("config", self.config)
        process = multiprocessing.get_context("spawn").Process(target=run, args=(self.job(**how), config), daemon=True)
        process.start()
        self.processes.append(process)
        return process

    def kill_at(self, exchanges: int, **how: object) -> None:
        """Start a crawl and end it with SIGKILL as soon as it has made so many exchanges."""
        before = len(self.newsroom.exchanges)
        process = self.start(**how)
        self.wait_until(lambda: len(self.newsroom.exchanges) - before >= exchanges or not process.is_alive())
        process.kill()
        process.join()

    def environ(self) -> dict[str, str]:
        """Return what a scheduled job would find in its environment."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")},
            "NEWSCRAWL_MONGO_URI": self.config.mongo_uri or "",
            "NEWSCRAWL_MONGO_DATABASE": self.config.mongo_database,
            "NEWSCRAWL_HOME": str(self.config.home),
            "NEWSCRAWL_DELAY_SECONDS": "0",
            "NEWSCRAWL_POLICY": "sniffer",
            "NEWSCRAWL_EGRESS_ALLOW": self.newsroom.base.removeprefix("http://"),
        }

    @staticmethod
    def wait_until(is_so: Callable[[], bool], *, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, "what the test waits for did not happen"
            time.sleep(0.002)

    def histories(self) -> Histories:
        """Return what is stored, after checking that heads and versions agree."""
        return asyncio.run(_histories(self.config))


async def _histories(config: Config) -> Histories:
    store = await Store.open(config)
    try:
        found: Histories = {}
        keys = [article["_id"] async for article in store.db.articles.find({}, {"_id": 1})]
        for key in keys:
            head = await store.head(key)
            versions = await store.versions(key)
            assert head is not None
            assert [v.number for v in versions] == list(range(1, head.number + 1))
            assert (head.wording_digest, head.chain) == (versions[-1].article.wording_digest, versions[-1].chain)
            found[head.guid] = [(v.number, v.article.wording_digest, v.cause.value) for v in versions]
        return found
    finally:
        await store.close()


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as opened:
        yield opened


@pytest.fixture
def gazette() -> Iterator[Gazette]:
    with Gazette() as opened:
        yield opened


@pytest.fixture
def press(driver: CrawlDriver, gazette: Gazette) -> CrawlDriver:
    """A driver whose crawls of the demo source look at the gazette."""
    return CrawlDriver(gazette, driver.config)


@pytest.fixture
def driver(newsroom: Newsroom, config: Config) -> Iterator[CrawlDriver]:
    opened = CrawlDriver(newsroom, replace(config, delay_seconds=0.0, policy="sniffer"))
    yield opened
    for process in opened.processes:
        process.kill()
        process.join()
