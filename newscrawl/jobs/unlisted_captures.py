"""Captures of a replay that no listing names: they are played too, so that a recording is played as a whole."""

from __future__ import annotations

import asyncio
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider

from newscrawl.errors import NewscrawlError
from newscrawl.fetch import records_of
from newscrawl.items import Candidate
from newscrawl.jobs.stopping import stop_crawl
from newscrawl.spider import NewsSpider


class UnlistedCaptures:
    """Scrapy extension: when a replay has nothing left to do, it requests the recorded articles nobody asked for."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._work: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        if crawler.settings.get("NEWSCRAWL_REPLAY"):
            crawler.signals.connect(extension.spider_idle, signal=signals.spider_idle)
        return extension

    def spider_idle(self, spider: Spider) -> None:
        if not isinstance(spider, NewsSpider):
            return
        if self._work is None and (urls := self._unanswered(spider)):
            self._work = asyncio.ensure_future(self._request(spider, urls))
        if self._work is not None and not self._work.done():
            raise DontCloseSpider

    def _unanswered(self, spider: NewsSpider) -> list[str]:
        records = records_of(self._crawler)
        return [url for url in records.unanswered() if spider.is_article_url(url)] if records is not None else []

    async def _request(self, spider: NewsSpider, urls: list[str]) -> None:
        candidates = [Candidate(url) for url in urls]
        try:
            async for candidate, head in spider.frontier.select(candidates, spider.clock.now()):
                if self._crawler.engine is not None:
                    self._crawler.engine.crawl(spider.check_request(candidate.url, head=head, candidate=candidate))
        except NewscrawlError as error:
            spider.logger.error("%s", error)
            stop_crawl(self._crawler, "store_unavailable")
