"""The one door through which a crawl reaches the outside: every exchange passes here, robots.txt and redirects too.

An exchange waits for its host's turn, is admitted by the guard against private networks, ends by a total deadline, is
stamped with the crawl's time, recorded where that is asked for, and returns whole or not at all. In a replay the
records answer in the place of the network.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.errors import NewscrawlError
from newscrawl.fetch.clock import clock_of
from newscrawl.fetch.doorkeeper import Anyone, Doorkeeper, Watch
from newscrawl.fetch.egress import Guard
from newscrawl.fetch.failures import TooLarge
from newscrawl.fetch.integrity import whole
from newscrawl.fetch.manners import Manners, host_of
from newscrawl.fetch.record import Recorder
from newscrawl.fetch.replay import records_of


class Door:
    """Extension that holds what all exchanges of one crawl share."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._max_bytes = settings.getint("DOWNLOAD_MAXSIZE")
        self._deadline_seconds = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._guard = Guard(settings.getlist("NEWSCRAWL_EGRESS_ALLOW"))
        self.records = records_of(crawler)
        self.clock = clock_of(crawler)
        self._recorder = _recorder(settings, self.clock.now())
        config: Config = settings["NEWSCRAWL_CONFIG"]
        self.manners = Manners(self.clock, longest_wait_seconds=config.crawl_delay_max_seconds)
        self.doorkeeper: Doorkeeper = Anyone()
        self._at_once = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._lines: dict[str, asyncio.Semaphore] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        door = cls(crawler)
        crawler.signals.connect(door.set_pace, signals.request_reached_downloader)
        crawler.signals.connect(door.close, signals.engine_stopped)
        return door

    def set_pace(self, request: Request) -> None:
        """Set the pace of the request's slot, on each request since idle slots are dropped and made anew."""
        downloader = self._crawler.engine.downloader
        slot = downloader.slots[request.meta[downloader.DOWNLOAD_SLOT]]
        slot.delay = 0.0 if self.records else self.manners.delay_of(request, slot.delay)

    async def exchange(self, request: Request, network: HTTP11DownloadHandler) -> Response:
        """Return the whole response to a request; what can be wrong with it is in failures."""
        began = time.monotonic()
        if request.meta.get("redirect_times"):
            _forget_first_address(request)
        if self.records is not None:
            response, at = self.records.answer(request)
            if isinstance(self.clock, SteppingClock):
                self.clock.advance_to(at)
        else:
            response, at = await self._fetch(request, network)
        request.meta["nc_fetched_at"] = at
        request.meta["nc_elapsed_ms"] = round(1000 * (time.monotonic() - began))
        return whole(
            response,
            max_bytes=request.meta.get("download_maxsize", self._max_bytes),
            method=request.method,
            is_open_ended=request.meta.get("nc_open_end", False),
        )

    async def _fetch(self, request: Request, network: HTTP11DownloadHandler) -> tuple[Response, datetime]:
        # Scrapy 2.19 counts a transfer only once its task has begun: without a delay it lets a whole queue through at
        # once, in any order. Here a host is asked one after the other, in the order of the queue.
        host = host_of(request.url)
        async with self._lines.setdefault(host, asyncio.Semaphore(self._at_once)):
            return await self._ask(request, host, network)

    async def _ask(self, request: Request, host: str, network: HTTP11DownloadHandler) -> tuple[Response, datetime]:
        await self._turn(request.url, host)
        async with Watch(self.doorkeeper, host, self.clock) as watch:
            response = await self._transfer(request, network)
            at = self.clock.now()
            if self._recorder is not None:
                self._recorder.write(request, response, at=at)
            watch.saw(response)
        if wait := self.manners.heed(response):
            self._crawler.stats.set_value(f"newscrawl/paused_until/{host}", at + wait)
            # Awaited: the next run's processes have it before anything else comes of the response.
            await self.doorkeeper.pause(host, at + wait, at)
        return response, at

    async def _turn(self, url: str, host: str) -> None:
        """Wait until the host may be asked; raises what a later moment must be waited for with."""
        await self.manners.turn(url)
        now = self.clock.now()
        while (until := await self.doorkeeper.admit(host, now)) is not None:
            self.manners.pause(host, until - now)  # that another process was asked for
            await self.manners.turn(url)
            now = max(self.clock.now(), until)

    async def _transfer(self, request: Request, network: HTTP11DownloadHandler) -> Response:
        seconds = request.meta.get("download_timeout") or self._deadline_seconds
        try:
            async with asyncio.timeout(seconds):
                await self._guard.admit(request.url)
                return await network.download_request(request)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"{request.url} took longer than {seconds:g} seconds") from error
        except DownloadCancelledError as error:
            raise TooLarge(f"{request.url}: more than {self._max_bytes} bytes") from error

    def close(self) -> None:
        if self._recorder is not None:
            self._recorder.close()


class DoorHandler:
    """Scrapy's download handler for http and https: the network behind the door."""

    lazy = True  # built with the first request, when extensions exist

    def __init__(self, crawler: Crawler) -> None:
        self._door = door_of(crawler)
        self._network = HTTP11DownloadHandler(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        return await self._door.exchange(request, self._network)

    async def close(self) -> None:
        await self._network.close()


def door_of(crawler: Crawler) -> Door:
    """Return a crawl's door; without it there is no way out, so that no setting can open another."""
    door = crawler.get_extension(Door)
    if door is None:
        raise NewscrawlError("newscrawl.fetch.door.Door is missing from EXTENSIONS; nothing is fetched without it")
    return door


def _forget_first_address(request: Request) -> None:
    """Drop what was meant for the first address of a redirected request alone.

    Validators belong to one address: a front page that an article redirects to may well be unmodified since the
    article was last seen. Scrapy drops the two secrets itself only where it sees the origin change.
    """
    for name in ("If-None-Match", "If-Modified-Since", "Authorization", "Cookie"):
        request.headers.pop(name, None)


def _recorder(settings: BaseSettings, now: datetime) -> Recorder | None:
    path = settings.get("NEWSCRAWL_RECORD")
    return Recorder(Path(path), software=settings["USER_AGENT"], now=now) if path else None
