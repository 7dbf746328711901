"""What the stages of one crawl share: its store, source, rules and policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from scrapy.crawler import Crawler

from newscrawl.extract import Rules
from newscrawl.items import Source
from newscrawl.schedule import Schedule
from newscrawl.spider import NewsSpider
from newscrawl.store.shared_store import SharedStore, shared_store


@dataclass(frozen=True, slots=True)
class Crawl:
    source: Source
    layouts: Sequence[type[Rules]]
    rules_stamp: str
    schedule: Schedule
    shared_store: SharedStore


class CrawlStage:
    """A pipeline stage; only wiring."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._crawl: Crawl | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def crawl(self) -> Crawl:
        if self._crawl is None:
            self._crawl = await crawl_of(self.crawler)
        return self._crawl


async def crawl_of(crawler: Crawler) -> Crawl:
    spider = crawler.spider
    if not isinstance(spider, NewsSpider):
        raise TypeError(f"spider {getattr(spider, 'name', spider)!r} is no NewsSpider; see any file in spiders/")
    config = crawler.settings["NEWSCRAWL_CONFIG"]
    return Crawl(
        source=spider.source,
        layouts=spider.layouts,
        rules_stamp=spider.rules_stamp,
        schedule=await spider.agenda.schedule(),
        shared_store=shared_store(crawler, config),
    )
