"""The only way from a crawl to the network, for robots.txt and redirects as well.

An exchange waits until politeness and the host limiter admit it, passes the egress filter, has a total deadline, is
dated by the crawl's clock, is written to a WARC file if NEWSCRAWL_RECORD is set, and returns a complete response or
raises. In a replay the WARC files answer in place of the network.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.http import HtmlResponse, Request, Response
from scrapy.settings import BaseSettings
from scrapy.utils.misc import build_from_crawler, load_object

from newscrawl import timings
from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.errors import NewscrawlError
from newscrawl.fetch.activity import Activity
from newscrawl.fetch.captures import (
    CERTIFICATE_FAULT,
    is_open_ended,
    is_rendered,
    note_certificate_fault,
    note_coded,
    note_exchange,
    resource_of,
)
from newscrawl.fetch.certificates import VerifyingHandler
from newscrawl.fetch.clock import clock_of
from newscrawl.fetch.decoding import decode_complete
from newscrawl.fetch.egress import EgressFilter
from newscrawl.fetch.failures import Interrupted, TooLarge
from newscrawl.fetch.host_limiter import HostLimiter, HostTurn, OutcomeReport, wait_for_turn
from newscrawl.fetch.politeness import Politeness, host_of
from newscrawl.fetch.proxies import proxy_of
from newscrawl.fetch.rendering import Renderer, as_drawn
from newscrawl.fetch.replay import records_of
from newscrawl.fetch.scope import fetch_scope_of
from newscrawl.fetch.sent_headers import drop_conditional_headers, with_stated_headers
from newscrawl.fetch.warc_writer import WarcWriter

MAX_BYTES_AT_ONCE = 1 << 20  # of a body that is recorded while the event loop waits: 20 ms of CPU time
MAX_STOP_SECONDS = 10.0  # for exchanges under way when the crawl is stopped


class ExchangeExtension:
    """Scrapy extension with the state that all exchanges of one crawl share."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._max_bytes = settings.getint("DOWNLOAD_MAXSIZE")
        self._deadline_seconds = settings.getfloat("DOWNLOAD_TIMEOUT")
        proxy = proxy_of(crawler)
        resolves_here = proxy is None or not proxy.resolves
        self._egress = EgressFilter(settings.getlist("NEWSCRAWL_EGRESS_ALLOW"), resolves_here=resolves_here)
        self.records = records_of(crawler)
        self.clock = clock_of(crawler)
        self.activity = Activity()
        self._writer = _warc_writer(settings, self.clock.now())
        config: Config = settings["NEWSCRAWL_CONFIG"]
        self.politeness = Politeness(
            self.clock,
            fetch_scope_of(crawler),
            max_wait_seconds=config.crawl_delay_max_seconds,
            requests_at_once=settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
        )
        self.host_limiter: HostLimiter = build_from_crawler(load_object(settings["NEWSCRAWL_HOST_LIMITER"]), crawler)
        self._delay_seconds = settings.getfloat("DOWNLOAD_DELAY")
        self._slots: dict[str, dict[str, float]] = settings.getdict("DOWNLOAD_SLOTS")
        self._deadlines: set[asyncio.Timeout] = set()
        self._renderer = self._renderer_of(crawler) if self.records is None else None

    def _renderer_of(self, crawler: Crawler) -> Renderer | None:
        if not getattr(crawler.spidercls, "rendered", False):
            return None
        return Renderer(crawler, seconds=self._deadline_seconds, max_bytes=self._max_bytes)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        exchanges = cls(crawler)
        crawler.signals.connect(exchanges.set_pace, signals.request_reached_downloader)
        crawler.signals.connect(exchanges.close, signals.engine_stopped)
        for ended in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(exchanges.close_page, ended)
        return exchanges

    def set_pace(self, request: Request) -> None:
        """Take the delay from the request's slot: the pace is kept here, for all crawls of the process together.

        For each request, since Scrapy drops idle slots and creates new ones.
        """
        downloader = self._crawler.engine.downloader
        downloader.slots[request.meta[downloader.DOWNLOAD_SLOT]].delay = 0.0

    def close_page(self, response: Response | None = None) -> None:
        """Note that the item of a page has passed the pipelines, or none of them."""
        if response is not None:
            self.activity.judged(response)

    def stop(self, grace_seconds: float = MAX_STOP_SECONDS) -> None:
        """Let no new request leave; those under way get `grace_seconds`."""
        self.politeness.stop()
        ends_at = asyncio.get_running_loop().time() + grace_seconds
        for deadline in self._deadlines:
            if (when := deadline.when()) is not None and when > ends_at:
                deadline.reschedule(ends_at)

    async def exchange(self, request: Request, network: VerifyingHandler) -> Response:
        """Return the complete, decoded response; raises the FetchFailed subclasses of fetch.failures."""
        started = time.monotonic()
        if request.meta.get("redirect_times"):
            drop_conditional_headers(request)
        if self.records is not None:
            response, at = self.records.answer(request)
            if isinstance(self.clock, SteppingClock):
                self.clock.advance_to(at)
        else:
            response, at = await self._fetch(request, network)
        note_coded(request, response.body)
        received = self._complete(request, response)
        drawn = await self._drawn(request, received, at)
        note_exchange(request, fetched_at=at, elapsed_ms=round(1000 * (time.monotonic() - started)))
        return drawn

    def _complete(self, request: Request, response: Response) -> Response:
        return decode_complete(
            response,
            max_bytes=request.meta.get("download_maxsize", self._max_bytes),
            method=request.method,
            is_open_ended=is_open_ended(request),
        )

    async def _drawn(self, request: Request, received: Response, at: datetime) -> Response:
        """Return the page that scripts draw from the response to a request for such a page, and record it."""
        if not is_rendered(request) or received.status != 200 or not isinstance(received, HtmlResponse):
            return received
        if self.records is not None:
            return as_drawn(request, received, self.records.drawn(request.url, at))
        if self._renderer is None:
            return received
        drawing = asyncio.ensure_future(self._renderer.drawn(received))
        await self.politeness.until_stopped(drawing)
        html = await drawing
        if self._writer is not None:
            self._writer.write_drawn(request.url, html, at=at)
        return as_drawn(request, received, html)

    async def _fetch(self, request: Request, network: VerifyingHandler) -> tuple[Response, datetime]:
        # Scrapy 2.19 counts a transfer only once its task has begun: without a delay it starts a whole queue at once,
        # in any order. Here the requests to a host wait for one another, in the order of the queue. None waits for open
        # pages in its place, which other sources want too, nor as an exchange: no server keeps it waiting.
        while True:
            await self.politeness.until_stopped(self.activity.until_pages_are_judged())
            with self.activity.exchange():
                async with self.politeness.place_in_queue(request.url):
                    if not self.activity.is_full:
                        return await self._request(request, host_of(request.url), network)

    async def _request(self, request: Request, host: str, network: VerifyingHandler) -> tuple[Response, datetime]:
        async with self.host_limiter.turn(host) as turn:
            # The longest wish: the operator's, the source's and, in Politeness, that of robots.txt.
            stated = getattr(self._crawler.spider, "delay", None) or 0.0
            delay = max(self._slots.get(host, {}).get("delay", self._delay_seconds), stated)
            await wait_for_turn(turn, self.politeness, self.clock, request.url, delay)
            sent = with_stated_headers(request, self._crawler.spider)
            async with OutcomeReport(self.host_limiter, host, resource_of(request), self.clock) as report:
                with self.activity.transfer(), timings.measured(timings.FETCH):
                    response = await self._transfer(sent, network, turn)
                at = self.clock.now()
                request.meta.update(sent.meta)
                if self._writer is not None:
                    await self._record(self._writer, sent, response, at)
                timings.add(timings.RECEIVED, len(response.body))
                report.received(response)
            if wait := self.politeness.observe(response):
                self._crawler.stats.set_value(f"newscrawl/paused_until/{host}", at + wait)
                # Awaited: the pause is stored for other processes before the response is used.
                await self.host_limiter.pause(host, wait, at)
            return response, at

    async def _transfer(self, request: Request, network: VerifyingHandler, turn: HostTurn) -> Response:
        seconds = request.meta.get("download_timeout") or self._deadline_seconds
        try:
            async with asyncio.timeout(seconds) as deadline:
                self._deadlines.add(deadline)
                try:
                    with _while_owned(turn, deadline):
                        await self._egress.admit(request.url)
                        response = await network.download_request(request)
                finally:
                    self._deadlines.discard(deadline)
        except TimeoutError as error:
            self.politeness.raise_if_stopped()  # it was cut short: no fault of the server
            if _is_over(turn):
                raise Interrupted(f"{request.url}: the lease on its host could not be renewed") from error
            raise DownloadTimeoutError(f"{request.url} took longer than {seconds:g} seconds") from error
        except DownloadCancelledError as error:
            raise TooLarge(f"{request.url}: more than {self._max_bytes} bytes") from error
        if fault := network.certificate_fault(request.url):
            note_certificate_fault(request, fault)
            if self._crawler.stats:
                self._crawler.stats.set_value(CERTIFICATE_FAULT + (urlsplit(request.url).hostname or ""), fault)
        return response

    @staticmethod
    async def _record(writer: WarcWriter, request: Request, response: Response, at: datetime) -> None:
        """Append an exchange to the recording; a large one in a thread, as compressing it takes long."""
        if len(response.body) > MAX_BYTES_AT_ONCE:
            await asyncio.to_thread(writer.write, request, response, at=at)
        else:
            writer.write(request, response, at=at)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


class DownloadHandler:
    """Scrapy download handler for http and https; every request goes through ExchangeExtension."""

    lazy = True  # built with the first request, when extensions exist

    def __init__(self, crawler: Crawler) -> None:
        self._exchanges = exchanges_of(crawler)
        self._network = VerifyingHandler(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        return await self._exchanges.exchange(request, self._network)

    async def close(self) -> None:
        await self._network.close()


def exchanges_of(crawler: Crawler) -> ExchangeExtension:
    """Return the crawl's ExchangeExtension; raises NewscrawlError if it is off, so that no setting can bypass it."""
    exchanges = crawler.get_extension(ExchangeExtension)
    if exchanges is None:
        raise NewscrawlError(
            "newscrawl.fetch.downloader.ExchangeExtension is missing from EXTENSIONS; nothing is fetched without it"
        )
    return exchanges


def while_reading(crawler: Crawler, response: Response) -> AbstractContextManager[None]:
    """Count a page as open until its item has passed the pipelines: beyond a few, further requests wait."""
    return exchanges_of(crawler).activity.judging(response)


@contextmanager
def _while_owned(turn: HostTurn, deadline: asyncio.Timeout) -> Iterator[None]:
    """Let a deadline pass at once when the host is no longer certainly ours: another process may request it then."""
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle | None = None

    def check() -> None:
        nonlocal timer
        if _is_over(turn):
            deadline.reschedule(loop.time())
        elif turn.ends_at is not None:
            timer = loop.call_at(turn.ends_at, check)

    check()
    try:
        yield
    finally:
        if timer is not None:
            timer.cancel()


def _is_over(turn: HostTurn) -> bool:
    return turn.ends_at is not None and time.monotonic() >= turn.ends_at


def _warc_writer(settings: BaseSettings, now: datetime) -> WarcWriter | None:
    path = settings.get("NEWSCRAWL_RECORD")
    return WarcWriter(Path(path), software=settings["USER_AGENT"], now=now) if path else None
