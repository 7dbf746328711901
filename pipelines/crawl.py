"""The base class of the stages: the crawl's spider, and the history that they append to."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler

from newscrawl.history import History
from newscrawl.spider import NewsSpider
from newscrawl.store.shared_store import shared_store


class CrawlStage:
    """A pipeline stage of one crawl; only wiring."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._history: History | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def spider(self) -> NewsSpider:
        spider = self.crawler.spider
        if not isinstance(spider, NewsSpider):
            raise TypeError(
                f"spider {getattr(spider, 'name', spider)!r} is not a NewsSpider; see the files in spiders/"
            )
        return spider

    async def history(self) -> History:
        if self._history is None:
            spider = self.spider
            shared = shared_store(self.crawler, self.crawler.settings["NEWSCRAWL_CONFIG"])
            policy = await spider.frontier.source_policy()
            store = await shared.get()
            self._history = History(
                store,
                spider.reader,
                policy,
                await spider.mass_changes(),
                lease=shared.lease,
                claimed_heads=spider.frontier.claimed_heads,
                is_replay=spider.frontier.is_replay,
            )
            self._history.is_watched = spider.is_watched
        return self._history
