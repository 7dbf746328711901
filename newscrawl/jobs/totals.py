"""Totals of a crawl, counted while it runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from newscrawl.errors import StoreUnavailable
from newscrawl.health.page_counts import PageCounts
from newscrawl.items import NOT_REQUESTED, Outcome, RecordedItem

MAX_DISTINCT_ERRORS = 20


@dataclass(slots=True)
class CrawlTotals:
    """Totals of one crawl; outcomes are counted by the value of their Outcome."""

    discovered: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    versions: int = 0  # added to histories
    errors: dict[str, int] = field(default_factory=dict)  # message → how often; only the first 20 distinct ones
    defects: int = 0  # exceptions in our own code
    not_requested: int = 0  # checks without a request, because of the host's budget, pause or back-off
    refused: int = 0  # checks that the server refused without an error of its own; they count as failed, like errors
    pages: PageCounts = field(default_factory=PageCounts)
    alarms: int = 0  # that are open after the crawl
    last_read: RecordedItem | None = None  # the newest check that read an article and did not doubt it
    excused: str = ""  # why the exit code does not count in a round: paused, acknowledged

    @property
    def checked(self) -> int:
        return sum(self.outcomes.values())

    @property
    def failed(self) -> int:
        return self.outcomes.get(Outcome.ERROR.value, 0) + self.refused

    def add_error(self, message: str) -> None:
        if message in self.errors or len(self.errors) < MAX_DISTINCT_ERRORS:
            self.errors[message] = self.errors.get(message, 0) + 1

    def add(self, item: RecordedItem) -> None:
        self.outcomes[item.outcome.value] += 1
        self.not_requested += item.reason in NOT_REQUESTED
        self.refused += item.is_refused and item.outcome is not Outcome.ERROR
        self.versions += item.adds_version
        if not item.is_backfilled:  # what is usual for the source are its new articles
            self.pages.add(item)
            if item.outcome.is_complete_check and item.article is not None:
                self.last_read = item
        if item.outcome in {Outcome.ERROR, Outcome.BLOCKED}:
            detail = f" ({item.detail})" if item.detail and item.detail != item.url else ""
            self.add_error(f"{item.url}: {item.reason}{detail}")

    def as_stats(self) -> dict[str, int]:
        """Return the counts for the run record."""
        versions = {"versions": self.versions} if self.versions else {}
        return {"discovered": self.discovered, "checked": self.checked, **self.outcomes, **versions}


class TotalsCounter:
    """Scrapy extension: counts recorded items, failures and defects of one crawl."""

    def __init__(self) -> None:
        self.totals = CrawlTotals()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        counter = cls()
        crawler.signals.connect(counter.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(counter.item_error, signal=signals.item_error)
        crawler.signals.connect(counter.spider_error, signal=signals.spider_error)
        return counter

    def item_scraped(self, item: Any) -> None:
        if isinstance(item, RecordedItem):
            self.totals.add(item)

    def item_error(self, failure: Any) -> None:
        self._add_failure(failure.value)

    def spider_error(self, failure: Any) -> None:
        if not isinstance(failure.value, CloseSpider):
            self._add_failure(failure.value)

    def _add_failure(self, error: BaseException) -> None:
        self.totals.defects += not isinstance(error, StoreUnavailable)
        self.totals.add_error(f"{type(error).__name__}: {error}")
