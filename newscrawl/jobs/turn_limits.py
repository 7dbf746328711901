"""How long a crawl may go on: it yields after a long turn, and is ended when it makes no progress."""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from newscrawl import bounds
from newscrawl.config import Config
from newscrawl.fetch.downloader import MAX_STOP_SECONDS, exchanges_of
from newscrawl.jobs.exit_codes import FAILED, STALLED, YIELDED
from newscrawl.jobs.run_recorder import RunRecorder
from newscrawl.jobs.stopping import interrupt_crawl
from newscrawl.jobs.totals import TotalsCounter
from newscrawl.spider import NewsSpider
from newscrawl.store.shared_store import SharedStore, shared_store

logger = logging.getLogger(__name__)

MAX_TICK_SECONDS = 1.0
# A crawl that is closed waits for its handlers: one that never returns keeps it open for ever.
MAX_CLOSE_SECONDS = 5.0


@dataclass(slots=True)
class TurnClock:
    """Measures one turn. Pure: whoever calls it knows the time."""

    stalled_after: float
    yields_after: float | None  # None: the crawl blocks no one, and need not yield
    total_seconds: float = 0.0
    stalled_seconds: float = 0.0  # without progress
    waiting_seconds: float = 0.0  # without progress, because of our own limits
    _progress: object = None

    def add(self, seconds: float, progress: object, *, is_waiting: bool, is_store_away: bool = False) -> None:
        """Take note of some seconds; any change of `progress` is progress.

        While the store is away nothing counts: how long a crawl waits for it is limited by the patience.
        """
        if is_store_away:
            return
        self.total_seconds += seconds
        if progress != self._progress:
            self._progress = progress
            self.stalled_seconds = self.waiting_seconds = 0.0
        elif is_waiting:
            self.waiting_seconds += seconds
        else:
            self.stalled_seconds += seconds

    @property
    def ending(self) -> str | None:
        """The reason to end the crawl now; a long turn yields at a moment of progress, so that it hides no stall."""
        if self.stalled_seconds >= self.stalled_after:
            return STALLED
        if self.yields_after is None:
            return None
        has_waited_long = self.waiting_seconds >= self.stalled_after
        has_progressed = self.stalled_seconds == self.waiting_seconds == 0
        return YIELDED if has_waited_long or (has_progressed and self.total_seconds >= self.yields_after) else None


class TurnLimits:
    """Scrapy extension. A check recorded, a listing read and a response received are progress.

    NEWSCRAWL_MAY_YIELD is set for crawls that others wait for. A crawl that waits for its host's pace, pause or queue
    is no fault of its source: it yields, if it may. NEWSCRAWL_ABANDONED is set if the crawl was recorded as ended
    although it does not close, because code of its spider does not return.
    """

    def __init__(self, crawler: Crawler, shared: SharedStore, clock: TurnClock) -> None:
        self._crawler = crawler
        self._shared = shared
        self._clock = clock
        self._tick = min(MAX_TICK_SECONDS, clock.stalled_after / 4)
        self._task: asyncio.Task[None] | None = None
        self._is_closed = asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        config: Config = crawler.settings["NEWSCRAWL_CONFIG"]
        may_yield = crawler.settings.getbool("NEWSCRAWL_MAY_YIELD")
        clock = TurnClock(config.stalled_after_seconds, config.yield_after_seconds if may_yield else None)
        limits = cls(crawler, shared_store(crawler, config), clock)
        crawler.signals.connect(limits.spider_opened, signal=signals.spider_opened)
        for signal in (signals.spider_closed, signals.engine_stopped):
            crawler.signals.connect(limits.closed, signal=signal)
        return limits

    def spider_opened(self, spider: Spider) -> None:
        self._task = asyncio.ensure_future(self._watch(spider))

    def closed(self) -> None:
        self._is_closed.set()

    async def _watch(self, spider: Spider) -> None:
        while (reason := self._clock.ending) is None:
            if await self._is_closed_within(self._tick):
                return
            # A tick, however long it took: a process that stood still (SIGSTOP, a busy machine) could make no progress.
            self._measure(spider, self._tick)
        logger.warning("crawl=%s source=%s seconds=%d", reason, spider.name, self._clock.total_seconds)
        # Exchanges of a stalled crawl have been under way for long enough.
        is_stalled = reason == STALLED
        if is_stalled:
            bounds.abandon(spider.name)
        interrupt_crawl(self._crawler, reason, grace_seconds=0.0 if is_stalled else MAX_STOP_SECONDS)
        if not await self._closes_within(MAX_CLOSE_SECONDS if is_stalled else self._clock.stalled_after):
            await self._abandon(spider)

    async def _closes_within(self, seconds: float) -> bool:
        """Return whether the crawl closes within so many seconds, without those in which the store is away."""
        waited = 0.0
        while waited < seconds:
            if await self._is_closed_within(self._tick):
                return True
            waited += 0.0 if self._shared.is_away else self._tick
        return False

    def _measure(self, spider: Spider, seconds: float) -> None:
        activity = exchanges_of(self._crawler).activity
        counter = self._crawler.get_extension(TotalsCounter)
        progress = (
            activity.answers,
            counter.totals.checked if counter else 0,
            spider.frontier.listings_read if isinstance(spider, NewsSpider) else 0,
        )
        self._clock.add(seconds, progress, is_waiting=activity.is_only_waiting, is_store_away=self._shared.is_away)

    async def _abandon(self, spider: Spider) -> None:
        """Record the end of a crawl that does not close, and let its process go on without it."""
        logger.error("crawl=abandoned source=%s: code of its spider does not return", spider.name)
        bounds.abandon(spider.name)
        recorder = self._crawler.get_extension(RunRecorder)
        abandoned: asyncio.Event | None = self._crawler.settings.get("NEWSCRAWL_ABANDONED")
        try:
            if recorder is not None:
                await recorder.end(spider, STALLED)
        finally:
            if abandoned is not None:
                abandoned.set()
            else:  # `scrapy crawl`, whose process waits for the close
                os._exit(FAILED if recorder is None or recorder.exit_code is None else recorder.exit_code)

    async def _is_closed_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._is_closed.wait()
        except TimeoutError:
            return False
        return True
