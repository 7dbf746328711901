"""A crawl ends when its source's hours are over: what it has left is due again when they begin."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from newscrawl.fetch import records_of
from newscrawl.jobs.exit_codes import YIELDED
from newscrawl.jobs.stopping import interrupt_crawl
from newscrawl.recheck import sleeps_until
from newscrawl.spider import NewsSpider

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0


class ClosingTime:
    """Scrapy extension: for spiders with `active_hours`, and not in a replay, which requests nothing."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def spider_opened(self, spider: Spider) -> None:
        if isinstance(spider, NewsSpider) and spider.active_hours is not None and records_of(self._crawler) is None:
            self._task = asyncio.ensure_future(self._watch(spider))

    def spider_closed(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _watch(self, spider: NewsSpider) -> None:
        """End the crawl at closing time; the clock is asked again each second, as it may be set meanwhile."""
        if sleeps_until(spider.source, datetime.now(UTC)) is not None:
            return  # it began outside of the hours, and requests nothing
        while sleeps_until(spider.source, datetime.now(UTC)) is None:
            await asyncio.sleep(TICK_SECONDS)
        logger.info("crawl=%s source=%s reason=hours_over", YIELDED, spider.name)
        interrupt_crawl(self._crawler, YIELDED)
