"""Requests to a web archive: one at a time, at the pace that it permits, which all processes of the store share."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.settings import Settings

from newscrawl.addon import project_settings
from newscrawl.clock import SystemClock
from newscrawl.config import Config
from newscrawl.errors import NewscrawlError, StoreUnavailable
from newscrawl.fetch import Interrupted, classify_failure
from newscrawl.fetch.archived_response import memento_time
from newscrawl.fetch.captures import coded_meta
from newscrawl.fetch.downloader import exchanges_of
from newscrawl.fetch.politeness import host_of, retry_after
from newscrawl.jobs.host_limits import StoreHostLimiter
from newscrawl.jobs.host_manners import Manners
from newscrawl.jobs.process_scope import ProcessScope
from newscrawl.settings import from_config
from newscrawl.sources.probe import FAILURES

logger = logging.getLogger(__name__)

TRIES = 4
SPARE = 1.04  # of the pace: a server counts arrivals, which may come closer together than requests leave
MAX_WAIT = timedelta(minutes=2)  # for a pause that a server asked for; beyond it, an import ends and says until when
UNSTATED_PAUSE = timedelta(hours=1)  # after a 429 without Retry-After: so long the Wayback Machine blocks
MIN_TIMEOUT_SECONDS = 120.0  # indexes take long
_LASTING = {"too_large", "bad_encoding", "private_address", "scheme", "bad_address", "robots", "ignored"}


class ServerBlocks(NewscrawlError):
    """The server is not to be asked for now; the same command goes on later."""

    exit_code = 1

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class Unanswered(NewscrawlError):
    """A URL got no answer in several tries."""

    exit_code = 1


class Unanswerable(NewscrawlError):
    """A URL has an answer that another try does not change."""

    exit_code = 1

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class ArchiveHostLimiter(StoreHostLimiter):
    """The pace of the import is that of the host, whatever budget hosts of sources have."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        hosts = crawler.settings["NEWSCRAWL_PROCESS_STORE"].hosts
        return cls(hosts, SystemClock(), per_hour=0)

    def manners_of(self, host: str, delay_seconds: float) -> Manners:
        return Manners(delay_seconds, 0)


class _ArchiveSpider(scrapy.Spider):
    """Runs one function that requests; nothing is scheduled."""

    name = "archive"
    work: Callable[[Crawler], Awaitable[None]]
    delay = 0.0
    error: BaseException | None = None
    is_ended = False

    async def start(self) -> AsyncIterator[Any]:
        try:
            await type(self).work(self.crawler)
        except (NewscrawlError, asyncio.CancelledError) as error:
            self.error = error
        if self.is_ended:  # `start` must be an async generator
            yield None


class ArchiveClient:
    """Requests to the hosts of one archive, while `run` lasts."""

    def __init__(self, crawler: Crawler, delay_seconds: float, *, obeys_robots: bool) -> None:
        self._crawler = crawler
        self._delay_seconds = delay_seconds
        self._obeys_robots = obeys_robots

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Response:
        """Return an answer that is neither a refusal to answer now nor a failure of the server.

        Raises ServerBlocks, Unanswered, Unanswerable, or Interrupted.
        """
        problem = ""
        for number in range(TRIES):
            if number:
                await exchanges_of(self._crawler).politeness.sleep(self._delay_seconds * 4**number)
            answer = await self._tried(url, headers)
            if isinstance(answer, Response):
                return answer
            problem = answer
        raise Unanswered(f"{url}: {problem} ({TRIES} tries)")

    async def _tried(self, url: str, headers: Mapping[str, str] | None) -> Response | str:
        """Return the answer, or why another try may bring one."""
        engine = self._crawler.engine
        if engine is None:
            raise RuntimeError("an archive is asked only while its crawl runs")
        meta = {"dont_redirect": True, "dont_retry": True, "handle_httpstatus_all": True, **coded_meta()}
        if not self._obeys_robots:
            meta["dont_obey_robotstxt"] = True
        try:
            response = await engine.download_async(Request(url, headers=headers, meta=meta, dont_filter=True))
        except (StoreUnavailable, Interrupted):
            raise
        except FAILURES as error:
            return await self._after_failure(url, error)
        if memento_time(response) is not None or (response.status < 500 and response.status != 429):
            return response
        wait = retry_after(response.headers, SystemClock().now())
        if response.status == 429 and not wait:
            await self._pause(url, UNSTATED_PAUSE)
            wait = UNSTATED_PAUSE
        if wait:
            await self._until(url, SystemClock().now() + wait, f"answered {response.status}")
        return f"http_{response.status}"

    async def _after_failure(self, url: str, error: BaseException) -> str:
        _, reason, detail, retry_at = classify_failure(error)
        if reason == "robots":
            raise ServerBlocks(
                f"{detail}; --ignore-robots asks all the same, if the archive permits it where it describes its API"
            ) from error
        if reason in _LASTING:
            raise Unanswerable(f"{url}: {reason}{': ' + detail if detail else ''}", reason) from error
        if reason == "host_resting":
            raise ServerBlocks(detail, retry_at) from error
        if retry_at is not None:
            await self._until(url, retry_at, detail)
        return f"{reason}{': ' + detail if detail else ''}"

    async def _pause(self, url: str, wait: timedelta) -> None:
        """Store a pause that a server did not put into a number, for all who share the pace."""
        exchanges = exchanges_of(self._crawler)
        exchanges.politeness.pause(host_of(url), wait)
        await exchanges.host_limiter.pause(host_of(url), wait, SystemClock().now())

    async def _until(self, url: str, at: datetime, why: str) -> None:
        """Wait for the end of a short pause; raises ServerBlocks for a long one."""
        wait = at - SystemClock().now()
        if wait > MAX_WAIT:
            raise ServerBlocks(f"{host_of(url)} is not to be asked before {at:%Y-%m-%d %H:%M:%S} UTC ({why})", at)
        await exchanges_of(self._crawler).politeness.sleep(max(wait.total_seconds(), 0.0))


class ArchiveRun:
    """A crawl in which a function asks an archive; it can be stopped."""

    def __init__(self, config: Config, scope: ProcessScope) -> None:
        self._config = config
        self._scope = scope
        self._crawler: Crawler | None = None
        self.is_stopped = False

    async def run(
        self, work: Callable[[ArchiveClient], Awaitable[None]], *, per_minute: int, obeys_robots: bool
    ) -> None:
        """Run the function; raises what it raises."""
        delay_seconds = 60 / per_minute * SPARE

        async def with_client(crawler: Crawler) -> None:
            await work(ArchiveClient(crawler, delay_seconds, obeys_robots=obeys_robots))

        spider = type("Archive", (_ArchiveSpider,), {"work": staticmethod(with_client), "delay": delay_seconds})
        crawler = self._crawler = Crawler(spider, self._settings())
        if self.is_stopped:
            return
        await crawler.crawl_async()
        ended = crawler.spider
        if not isinstance(ended, _ArchiveSpider):
            raise RuntimeError("the requests to the archive did not begin")
        if isinstance(ended.error, Interrupted):
            self.is_stopped = True
        elif ended.error is not None:
            raise ended.error

    def stop(self) -> None:
        """Let no new request leave."""
        self.is_stopped = True
        if self._crawler is not None and self._crawler.engine is not None:
            exchanges_of(self._crawler).stop()

    def _settings(self) -> Settings:
        settings = project_settings()
        values: dict[str, Any] = {
            **from_config(self._config),
            "NEWSCRAWL_PROCESS_STORE": self._scope.store,
            "NEWSCRAWL_FETCH_SCOPE": self._scope.fetch,
            "NEWSCRAWL_HOST_LIMITER": "newscrawl.jobs.archive_client.ArchiveHostLimiter",
            "SPIDER_MODULES": [],
            "ITEM_PIPELINES": {},
            "EXTENSIONS": {"newscrawl.fetch.downloader.ExchangeExtension": 0},
            "DOWNLOAD_DELAY": 0.0,
            "DOWNLOAD_TIMEOUT": max(self._config.download_timeout_seconds, MIN_TIMEOUT_SECONDS),
            "LOG_LEVEL": "ERROR",
            "LOG_INSTALL_ROOT_HANDLER": False,
        }
        for name, value in values.items():
            settings.set(name, value, priority="cmdline")
        return settings
