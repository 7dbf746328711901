"""A spider that reads its source's archive beside its ordinary checks: due articles first, then page after page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from newscrawl.bounds import filtered_in_turns, within_bounds
from newscrawl.discover.archive_pages import ArchivePage, archive_page
from newscrawl.discover.archive_walk import ArchiveWalk, Step
from newscrawl.errors import TooCostly
from newscrawl.fetch import resource_meta
from newscrawl.items import NOT_REQUESTED, Candidate, FetchFailure, Head, RecordedItem, Resource, ScrapedArticle
from newscrawl.normalize import instant
from newscrawl.recheck import sleeps_until
from newscrawl.sources.archive_starts import sitemaps_of_robots
from newscrawl.spider import Item, NewsSpider

BATCH = 20  # articles that are requested before the clock is asked again
BACKFILL_PRIORITY = -10  # behind whatever is due
HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Backfill:
    """One way through an archive, over all crawls that it takes; `save` keeps its position."""

    walk: ArchiveWalk
    save: Callable[[], Awaitable[None]]
    limit: int | None = None  # articles
    turn_seconds: float = 60.0
    per_hour: int = 0  # requests; 0: no limit
    recorded: int = 0
    known: int = 0  # articles of the span that were stored before
    outside: int = 0  # articles that turned out to be of other days
    failed: int = 0
    unread_pages: int = 0
    is_finished: bool = False
    waits_until: datetime | None = None  # for the budget of its host
    reads_listings: bool = False  # in this turn: they are due
    queue: list[Candidate] = field(default_factory=list)  # of the page that was read, not yet requested
    step: Step | None = None
    page: ArchivePage = field(default_factory=ArchivePage)
    articles: set[str] = field(default_factory=set)  # that the page names
    dates: list[date] = field(default_factory=list)  # of its articles
    error: BaseException | None = None  # that ended the turn
    sent_at: list[datetime] = field(default_factory=list)  # requests of the newest hour

    @property
    def is_at_limit(self) -> bool:
        return self.limit is not None and self.recorded >= self.limit

    def may_request(self, count: int, now: datetime) -> bool:
        """Return whether so many requests leave the rest of the host's budget to ordinary checks; if so, count them."""
        self.sent_at = [at for at in self.sent_at if now - at < HOUR]
        if self.per_hour and len(self.sent_at) + count > self.per_hour:
            self.waits_until = (self.sent_at[0] if self.sent_at else now) + HOUR
            return False
        self.sent_at += [now] * count
        return True


class Backfilling(NewsSpider):
    """Mixed into a source's spider by `backfilling`; what it records is marked as backfilled."""

    backfill: Backfill
    _advancing: asyncio.Task[None] | None = None
    _is_over = False
    _began_at: float | None = None  # of the turn, when nothing was due any more

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.backfill = crawler.settings["NEWSCRAWL_BACKFILL"]
        crawler.signals.connect(spider.article_recorded, signal=signals.item_scraped)
        return spider

    @property
    def reads_listings(self) -> bool:
        return self.backfill.reads_listings

    def article_recorded(self, item: Any) -> None:
        if isinstance(item, RecordedItem) and item.is_backfilled:
            self.backfill.recorded += item.adds_version
            self.backfill.failed += not item.adds_version

    def spider_idle(self) -> None:
        """Go on in the archive when nothing else is left to do."""
        super().spider_idle()
        if self._is_over:
            return
        if self._advancing is None or self._advancing.done():
            if self._advancing is not None and (error := self._advancing.exception()) is not None:
                self.backfill.error = error
                return
            self._advancing = asyncio.ensure_future(self._advance())
        raise DontCloseSpider

    async def _advance(self) -> None:
        engine = self.crawler.engine
        requests = await self._next_requests()
        for request in requests:
            engine.crawl(request)
        if not requests:
            self._is_over = True
            self._closing = asyncio.ensure_future(engine.close_spider_async(reason="finished"))

    async def _next_requests(self) -> list[Request]:
        """Return the requests for the next articles of the page, or for the next page; none when this turn is over."""
        backfill, now = self.backfill, self.clock.now()
        self._began_at = self._began_at or time.monotonic()
        if backfill.waits_until is not None or sleeps_until(self.source, now) is not None:
            return []
        while True:
            if backfill.queue:
                return self._article_requests(now)
            if backfill.step is not None:
                await self._conclude(backfill.step)
            if self._is_turn_over or backfill.is_at_limit:
                return []
            step = backfill.walk.next_step()
            if step is None:
                backfill.is_finished = True
                await backfill.save()
                return []
            if self.frontier.can_answer(step.url):
                return [self._page_request(step)] if backfill.may_request(1, now) else []
            backfill.walk.failed(step)

    @property
    def _is_turn_over(self) -> bool:
        return self._began_at is not None and time.monotonic() - self._began_at >= self.backfill.turn_seconds

    def _article_requests(self, now: datetime) -> list[Request]:
        backfill = self.backfill
        count = min(BATCH, len(backfill.queue))
        if backfill.limit is not None:
            count = min(count, backfill.limit - backfill.recorded)
        if count <= 0 or self._is_turn_over or not backfill.may_request(count, now):
            return []
        taken, backfill.queue = backfill.queue[:count], backfill.queue[count:]
        return [
            self.check_request(each.url, candidate=each).replace(
                priority=BACKFILL_PRIORITY, errback=self.article_failed
            )
            for each in taken
        ]

    async def _conclude(self, step: Step) -> None:
        """Store that a page is done: its articles are recorded, or cannot be."""
        backfill = self.backfill
        backfill.walk.done(step, backfill.page, backfill.articles, backfill.dates)
        backfill.step, backfill.page, backfill.articles, backfill.dates = None, ArchivePage(), set(), []
        await backfill.save()
        walk = backfill.walk
        self.logger.info(
            "backfill=page source=%s url=%s pages=%d waiting=%d recorded=%d",
            self.name, step.url, walk.pages, walk.waiting, backfill.recorded,
        )  # fmt: skip

    def _page_request(self, step: Step) -> Request:
        return Request(
            step.url,
            callback=self.parse_archive,
            errback=self.archive_failed,
            cb_kwargs={"step": step},
            meta=resource_meta(Resource.LISTING),
            dont_filter=True,
            priority=BACKFILL_PRIORITY,
        )

    async def parse_archive(self, response: Response, step: Step) -> AsyncIterator[Any]:
        """Find the articles of a page that are of the span and not stored, and the pages that it leads to."""
        if response.status != 200:
            is_missing = response.status in (404, 410)
            self._page_failed(step, is_missing=is_missing)
            if not is_missing:
                yield replace(self._status_failure(response, None, response.url), is_listing=True, is_backfilled=True)
            return
        self.backfill.page = page = await self._only_ours(await self._archive_page(response))
        await self._queue(page)
        self.backfill.step = step

    async def _archive_page(self, response: Response) -> ArchivePage:
        header = {name: (response.headers.get(name) or b"").decode("latin-1") for name in ("Content-Type", "Link")}
        if response.url.endswith("/robots.txt"):
            return ArchivePage(sitemaps=sitemaps_of_robots(response.body))
        try:
            return await within_bounds(
                self.name, archive_page, response.body, url=response.url, content_type=header["Content-Type"],
                link_header=header["Link"], most=self.frontier.max_candidates,
            )  # fmt: skip
        except TooCostly as error:
            self.logger.warning("backfill=too_costly source=%s url=%s detail=%r", self.name, response.url, str(error))
            return ArchivePage()

    async def _only_ours(self, page: ArchivePage) -> ArchivePage:
        """Return what of a page is this source's; the many addresses of a sitemap are not tried at one go."""
        candidates = await filtered_in_turns(page.candidates, lambda each: self.is_article_url(each.url))
        rest = replace(page, candidates=()).of_source(self.is_article_url, self.is_ours)
        return replace(rest, candidates=tuple(candidates))

    async def _queue(self, page: ArchivePage) -> None:
        """Queue what is of the span and not stored, marked with the date that is stated for it."""
        backfill, now = self.backfill, self.clock.now()
        backfill.articles = {each.url for each in page.candidates}
        wanted: list[Candidate] = []
        for each in page.candidates:
            published, modified = self._day(each.published, now), self._day(each.modified, now)
            if published is not None:
                backfill.dates.append(published)
            if backfill.walk.is_wanted(each, published, modified):
                wanted.append(replace(each, is_backfilled=True))
            else:
                backfill.outside += 1
        new, known = await self.frontier.not_stored_and_days(wanted)
        backfill.dates += known
        backfill.known += sum(backfill.walk.since <= day <= backfill.walk.until for day in known)
        backfill.queue = new

    def _day(self, stated: str | None, now: datetime) -> date | None:
        moment = instant(stated, source=self.source, captured_at=now) if stated else None
        return moment.value.date() if moment else None

    async def parse_article(
        self, response: Response, head: Head | None = None, candidate: Candidate | None = None
    ) -> AsyncIterator[Item]:
        async for item in super().parse_article(response, head, candidate):
            if candidate is None or not candidate.is_backfilled or head is not None:
                yield item
            elif (marked := self._marked(item, candidate)) is not None:
                yield marked

    def _marked(self, item: Item, candidate: Candidate) -> Item | None:
        """Return an item as backfilled; None for an article that is of another time after all."""
        if isinstance(item, FetchFailure):
            return replace(item, is_backfilled=True)
        if not isinstance(item, ScrapedArticle):
            return item
        article = item.reading.article if item.reading else None
        published = article.date_published.value.date() if article and article.date_published else None
        listed = published or self._day(candidate.published, self.clock.now())
        if listed is not None:
            self.backfill.dates.append(listed)
            if not self.backfill.walk.since <= listed <= self.backfill.walk.until:
                self.backfill.outside += 1
                return None
        return replace(item, is_backfilled=True, listed_at=_midnight(listed))

    def article_failed(self, failure: Failure) -> Iterator[Item]:
        candidate = failure.request.cb_kwargs.get("candidate")  # type: ignore[attr-defined]
        for item in super().article_failed(failure):
            if candidate is None or not candidate.is_backfilled:
                yield item
            elif isinstance(item, FetchFailure) and item.reason in NOT_REQUESTED:
                self.backfill.queue.append(candidate)
                self._wait(item)
            elif (marked := self._marked(item, candidate)) is not None:
                yield marked

    def archive_failed(self, failure: Failure) -> Iterator[Item]:
        for item in super().listing_failed(failure):
            if isinstance(item, FetchFailure) and item.reason in NOT_REQUESTED:
                self._wait(item)
            elif isinstance(item, FetchFailure):
                self._page_failed(failure.request.cb_kwargs["step"])  # type: ignore[attr-defined]
                yield replace(item, is_backfilled=True)

    def _wait(self, item: FetchFailure) -> None:
        self.backfill.waits_until = item.retry_at or item.at + timedelta(minutes=1)

    def _page_failed(self, step: Step, *, is_missing: bool = False) -> None:
        self.backfill.unread_pages += 1
        self.backfill.walk.failed(step, is_missing=is_missing)


def backfilling(spider: type[NewsSpider]) -> type[NewsSpider]:
    """Return a source's spider that reads its archive too."""
    return type(spider.__name__, (Backfilling, spider), {"__module__": spider.__module__})


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
