"""Crawls of the demo source, each in its own process, as scheduled jobs run them."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.process import BaseProcess

import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.demo import EDITIONS, Newsroom
from newscrawl.demo.server import Response
from newscrawl.jobs import CrawlReport, Job, run
from newscrawl.jobs.subprocesses import run_in_processes
from newscrawl.store.session import Store
from tests.faults.waiting import PATIENCE_SECONDS

from .archive import heads_by_guid, make_due, with_store
from .gazette import Gazette


class HoldingNewsroom(Newsroom):
    """The demo newspaper, which can hold answers back, so that no crawl ends before a test has done what it does."""

    _hold: _Hold | None = None

    def hold_after(self, answers: int) -> None:
        """Answer so many requests from now on and hold all others back."""
        self._hold = _Hold(answers)

    def release(self) -> None:
        """Answer what is held back, and everything from now on."""
        if self._hold is not None:
            self._hold.released.set()
        self._hold = None

    def forget(self) -> None:
        """Never answer what is held back, for its crawl is gone; answer everything from now on."""
        self._hold = None

    @property
    def held_back(self) -> int:
        """How many requests wait for an answer that is held back."""
        return 0 if self._hold is None else max(0, -self._hold.answers)

    def respond(self, path: str) -> Response:
        hold = self._hold
        if hold is not None and not hold.admits():
            hold.released.wait()
        return super().respond(path)


@dataclass
class _Hold:
    answers: int
    released: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admits(self) -> bool:
        with self._lock:
            self.answers -= 1
            return self.answers >= 0


Histories = dict[str, list[tuple[int, str, str]]]  # guid → number, wording digest and cause of each version


@dataclass
class CrawlDriver:
    """Runs crawls of one newspaper and reads what they stored."""

    newsroom: HoldingNewsroom | Gazette
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
        """Start a crawl with everything due and kill it (SIGKILL) after a number of exchanges."""
        assert isinstance(self.newsroom, HoldingNewsroom)
        at = EDITIONS[self.newsroom.edition - 1].clock
        with_store(self.config, lambda store: make_due(store, at))
        before = len(self.newsroom.exchanges)
        self.newsroom.hold_after(exchanges)
        process = self.start(**values)
        self.wait_until(lambda: len(self.newsroom.exchanges) - before >= exchanges or not process.is_alive())
        assert process.is_alive(), f"it ended within {len(self.newsroom.exchanges) - before} exchanges"
        process.kill()
        process.join()
        self.newsroom.forget()

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
    def wait_until(condition: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> None:
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
def newsroom() -> Iterator[HoldingNewsroom]:
    with HoldingNewsroom() as opened:
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
def driver(newsroom: HoldingNewsroom, config: Config) -> Iterator[CrawlDriver]:
    opened = CrawlDriver(newsroom, replace(config, delay_seconds=0.0, policy="sniffer"))
    yield opened
    for process in opened.processes:
        process.kill()
        process.join()
