"""Crawls of the demo source, each in its own process, as scheduled jobs run them."""

from __future__ import annotations

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

from .archive import heads_by_guid, with_store
from .gazette import Gazette

Histories = dict[str, list[tuple[int, str, str]]]  # guid → number, wording digest and cause of each version


@dataclass
class CrawlDriver:
    """Runs crawls of one newspaper and reads what they stored."""

    newsroom: Newsroom | Gazette
    config: Config
    processes: list[BaseProcess] = field(default_factory=list)

    def job(self, **values: object) -> Job:
        defaults: dict[str, object] = {
            "source": "demo",
            "arguments": {"base": self.newsroom.base},
            "clock": SteppingClock(EDITIONS[self.newsroom.edition - 1].clock),
            "fail_on": 0,
            "settings": {"NEWSCRAWL_EGRESS_ALLOW": [self.newsroom.base.removeprefix("http://")]},
            "log_level": "CRITICAL",
        }
        return Job(**{**defaults, **values})  # type: ignore[arg-type]

    def crawl(self, **values: object) -> CrawlReport:
        """Run a crawl to its end; `values` are fields of its Job."""
        (report,) = run_in_processes([self.job(**values)], self.config)
        return report

    def start(self, **values: object) -> BaseProcess:
        """Start a crawl and return its process."""
        config = values.pop("config", self.config)
        process = multiprocessing.get_context("spawn").Process(
            target=run, args=(self.job(**values), config), daemon=True
        )
        process.start()
        self.processes.append(process)
        return process

    def kill_at(self, exchanges: int, **values: object) -> None:
        """Start a crawl and kill it (SIGKILL) after a number of exchanges."""
        before = len(self.newsroom.exchanges)
        process = self.start(**values)
        self.wait_until(lambda: len(self.newsroom.exchanges) - before >= exchanges or not process.is_alive())
        process.kill()
        process.join()

    def environ(self) -> dict[str, str]:
        """Return the environment of a scheduled job."""
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
    def wait_until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "the condition was not met in time"
            time.sleep(0.002)

    def histories(self) -> Histories:
        """Return the stored histories, after a check that heads and versions agree."""
        return with_store(self.config, _histories)


async def _histories(store: Store) -> Histories:
    histories: Histories = {}
    for guid, head in (await heads_by_guid(store)).items():
        versions = await store.versions(head.article_id)
        assert [v.number for v in versions] == list(range(1, head.number + 1))
        assert (head.wording_digest, head.chain) == (versions[-1].article.wording_digest, versions[-1].chain)
        histories[guid] = [(v.number, v.article.wording_digest, v.cause.value) for v in versions]
    return histories


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as opened:
        yield opened


@pytest.fixture
def gazette() -> Iterator[Gazette]:
    with Gazette() as opened:
        yield opened


@pytest.fixture
def gazette_driver(driver: CrawlDriver, gazette: Gazette) -> CrawlDriver:
    """A driver whose crawls of the demo source request the gazette."""
    return CrawlDriver(gazette, driver.config)


@pytest.fixture
def driver(newsroom: Newsroom, config: Config) -> Iterator[CrawlDriver]:
    opened = CrawlDriver(newsroom, replace(config, delay_seconds=0.0, policy="sniffer"))
    yield opened
    for process in opened.processes:
        process.kill()
        process.join()
