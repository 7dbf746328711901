"""The base class of all spiders: listings and due articles become requests, responses become items."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from newscrawl.bounded_reading import prepare, read_listing
from newscrawl.bounds import filtered_in_turns
from newscrawl.clock import Clock
from newscrawl.discover import Listing, ParsedListings
from newscrawl.errors import NewscrawlError
from newscrawl.failures import Failures
from newscrawl.fetch import (
    capture_of,
    clock_of,
    conditional_headers,
    records_of,
    rendered_meta,
    resource_meta,
)
from newscrawl.fetch.downloader import while_reading
from newscrawl.frontier import Frontier
from newscrawl.history import MassChanges, containers_to_expect
from newscrawl.items import (
    Candidate,
    FetchFailure,
    Head,
    IdenticalPage,
    Outcome,
    Resource,
    Revisit,
    ScrapedArticle,
    Source,
    Tombstone,
)
from newscrawl.normalize import own_url, spellings
from newscrawl.normalize.redirects import is_left_behind
from newscrawl.reading import PageReader
from newscrawl.recheck import sleeps_until
from newscrawl.source_definition import SourceDefinition, reader_of, source_of
from newscrawl.stages import read
from newscrawl.store.shared_store import shared_store

__all__ = ["Item", "NewsSpider", "reader_of", "source_of"]

Item = ScrapedArticle | IdenticalPage | Revisit | Tombstone | FetchFailure
MAX_FULL_TEXTS = 10  # requests in a run, beside those of its checks
_parsed_listings = ParsedListings()  # of all crawls of this process
MAX_LISTINGS = 1000  # of a run, with the sitemaps that indexes name: each is a request
SITEMAP_DEPTH = 3  # an index of indexes of sitemaps; deeper chains are a trap


class NewsSpider(Failures, SourceDefinition, scrapy.Spider):
    """Crawls one source. A subclass is one small file: it states what SourceDefinition lists, and its layouts.

    Layouts are nested `Rules` classes, oldest first: one for each layout whose stored pages must stay readable.
    """

    name = ""

    # These statuses reach the callbacks, as they matter to a history; Scrapy retries 5xx before that.
    handle_httpstatus_list: ClassVar[tuple[int, ...]] = (304, *range(400, 600))

    source: Source
    reader: PageReader
    frontier: Frontier
    clock: Clock
    _has_recorded_articles = False
    _is_alone = False  # of the source's listings

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source_of(type(self))
        self.reader = reader_of(type(self))
        self._mass_changes: MassChanges | None = None
        self._watched: set[str] | None = None  # guids and URLs
        self._listings: set[str] = set()  # requested in this run; none twice, as an index may name itself
        self._not_modified: list[Request] = []  # full requests for some of the articles that were

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        prepare()  # for commands of Scrapy that nobody else prepares: they have one thread so far
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.clock = clock_of(crawler)
        crawler.signals.connect(spider.spider_idle, signal=scrapy.signals.spider_idle)
        holds = records.holds if (records := records_of(crawler)) is not None else None
        spider.frontier = Frontier.from_crawler(crawler, spider.source, cls.policy, spider.guid_of, is_recorded=holds)
        if records is not None and not records.is_edition:
            records.recording.refuse_several(spider.concerns)
        spider._has_recorded_articles = records is not None and any(map(spider.is_article_url, records.unanswered()))
        return spider

    async def mass_changes(self) -> MassChanges:
        """Return what decides in this crawl which edits are public."""
        if self._mass_changes is None:
            config = self.crawler.settings["NEWSCRAWL_CONFIG"]
            store = await shared_store(self.crawler, config).get()
            opened = MassChanges(store, self.name, timedelta(seconds=config.mass_change_window_seconds))
            self._mass_changes = self._mass_changes or opened  # another component may have been first
        return self._mass_changes

    async def start(self) -> AsyncIterator[Any]:
        """Yield the requests for the listings, then those for the due articles; nothing outside of its hours."""
        if not self.frontier.is_replay and (opening := sleeps_until(self.source, self.clock.now())):
            self.logger.info("decision=sleeps source=%s until=%s", self.name, f"{opening:%Y-%m-%dT%H:%M:%SZ}")
            return
        try:
            heads = await self.frontier.claim_due(self.clock.now()) if not self.is_of_addresses else []
            await (await self.mass_changes()).open(self.clock.now())
        except NewscrawlError as error:
            self.logger.error("%s", error)
            raise CloseSpider("store_unavailable") from error
        for request in self._answerable(list(self.discovery())) if self.reads_listings else ():
            yield request
        for head in heads:
            yield self.check_request(self.frontier.url_of(head), head=head)
        for candidate in await self.frontier.not_stored([Candidate(url=url) for url in self._addresses()]):
            yield self.check_request(candidate.url, candidate=candidate)

    @property
    def is_of_addresses(self) -> bool:
        """Whether the crawl is of single addresses alone."""
        return self.settings.getbool("NEWSCRAWL_ADDRESSES_ONLY")

    @property
    def reads_listings(self) -> bool:
        """Whether the crawl reads the source's listings; else they keep the turn that they have."""
        return not self.is_of_addresses

    def _addresses(self) -> list[str]:
        """Return the articles to watch that no listing need name; a known one is checked when it is due."""
        return list(dict.fromkeys((*self.addresses, *self.settings.getlist("NEWSCRAWL_ADDRESSES"))))

    def is_watched(self, head: Head) -> bool:
        """Whether an article is at one of the addresses that are watched."""
        if self._watched is None:
            urls = self._addresses()
            self._watched = {self.guid_of(url) for url in urls}
            self._watched |= {form for url in urls for form in spellings(url, self.source)}
        return not self._watched.isdisjoint((head.guid, head.url, *head.aliases))

    def discovery(self) -> Iterator[Request]:
        """Yield the requests for the source's listings."""
        yield from map(self.listing_request, (*self.feeds, *self.sitemaps, *self.sections))

    def _answerable(self, requests: list[Request]) -> list[Request]:
        """Return the listings to request: in a replay the recorded ones.

        A replay without any asks for all, and says that they are not recorded, unless it has articles of this source.
        """
        self._is_alone = len(requests) == 1
        answerable = [request for request in requests if self.frontier.can_answer(request.url)]
        if answerable and len(answerable) < len(requests):
            left_out = len(requests) - len(answerable)
            self.logger.info("decision=left_alone source=%s listings=%d reason=not_in_the_records", self.name, left_out)
        return answerable if answerable or self._has_recorded_articles else requests

    def listing_request(self, url: str, depth: int = 0) -> Request:
        """Return the request for a feed, sitemap or section page; `depth` counts the sitemap indexes above it."""
        self._listings.add(url)
        return Request(
            url,
            callback=self.parse_listing,
            errback=self.listing_failed,
            cb_kwargs={"depth": depth},
            meta=resource_meta(Resource.LISTING),
            dont_filter=True,
            priority=10,
        )

    def check_request(
        self, url: str, *, head: Head | None = None, candidate: Candidate | None = None, is_full: bool = False
    ) -> Request:
        """Return the request that checks an article: conditional if its head has trusted validators.

        It is unconditional with `is_full`, and while edits are held: only texts of other articles can release them.
        """
        is_full = is_full or self.rendered or (self._mass_changes is not None and self._mass_changes.held is not None)
        is_conditional = head is not None and not is_full and self.frontier.trusts_validators(head, self.full_get_share)
        return Request(
            url,
            callback=self.parse_article,
            errback=self.article_failed,
            headers=conditional_headers(head.validators) if head is not None and is_conditional else {},
            cb_kwargs={"head": head, "candidate": candidate},
            dont_filter=True,
            meta=rendered_meta() if self.rendered else None,
            priority=0 if head is not None else 5,  # if the budget is too small, what is not stored yet matters most
        )

    def spider_idle(self) -> None:
        """Request articles in full that were not modified, if their texts must show that edits are no mass change."""
        changes = self._mass_changes
        if changes is None or self.frontier.is_replay or not self._not_modified or not changes.is_suspicious:
            return
        requests, self._not_modified = self._not_modified, []
        for request in requests:
            self.crawler.engine.crawl(request)
        raise DontCloseSpider

    async def parse(self, response: Response) -> AsyncIterator[Any]:
        """Read a page for `scrapy parse URL`: as an article, or as a listing, and nothing of it is stored."""
        if self.is_article_url(response.url):
            async for item in self.parse_article(response):
                yield item
            return
        for each in (await self._listing(response)).candidates:
            if self.is_article_url(each.url):
                yield self.check_request(each.url, candidate=each)

    async def parse_listing(self, response: Response, depth: int) -> AsyncIterator[Any]:
        """Turn a feed, sitemap or section page into requests for its new, signalled or due articles."""
        if response.status != 200:
            yield self.frontier.failed_listing(response.request, self._status_failure(response, None, response.url))
            return
        parsed = await self._listing(response)
        candidates = await filtered_in_turns(parsed.candidates, lambda each: self.is_article_url(each.url))
        problems = parsed.problems_for_source(response.url, bool(candidates), depth, is_alone=self._is_alone)
        if parsed.problems and not problems:
            self.logger.warning("decision=empty_listing source=%s url=%s", self.name, response.url)
        self.frontier.listings_read += not parsed.problems and not problems
        self.frontier.answered_listing(response.request, self.clock.now(), articles=len(candidates))
        for problem in problems:
            failure = self._fetch_failure(None, response.url, Outcome.ERROR, "bad_listing", detail=problem)
            yield self.frontier.failed_listing(response.request, failure)
        for request in await self._further_sitemaps(parsed, depth):
            yield request
        async for candidate, head in self.frontier.select(candidates, self.clock.now()):
            yield self.check_request(candidate.url, head=head, candidate=candidate)

    async def _listing(self, response: Response) -> Listing:
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        read = partial(read_listing, self.name, self.frontier.max_candidates)
        found = await _parsed_listings.of(response.body, read, url=response.url, content_type=content_type)
        if found.left_out:
            self.logger.warning("decision=left_alone source=%s reason=left_out detail=%r", self.name, found.left_out)
        return found

    async def _further_sitemaps(self, parsed: Listing, depth: int) -> Iterator[Request]:
        new = await filtered_in_turns(parsed.sitemaps, lambda url: self.is_ours(url) and url not in self._listings)
        taken = new[: max(0, MAX_LISTINGS - len(self._listings))] if depth < SITEMAP_DEPTH else []
        if left_out := len(new) - len(taken):
            why = "too_many" if depth < SITEMAP_DEPTH else "too_deep"
            self.logger.warning("decision=left_alone source=%s sitemaps=%d reason=%s", self.name, left_out, why)
        return (self.listing_request(url, depth + 1) for url in taken)

    async def parse_article(
        self, response: Response, head: Head | None = None, candidate: Candidate | None = None
    ) -> AsyncIterator[Item]:
        """Yield the item for the response to a check: an article, a revisit, a tombstone or a failure."""
        capture = capture_of(response)
        is_not_modified = response.status == 304 and head is not None
        if is_not_modified and len(self._not_modified) < MAX_FULL_TEXTS:
            self._not_modified.append(self.check_request(capture.target_uri, head=head, is_full=True))
        if head is not None and not is_not_modified and is_left_behind(capture, head, self.source):
            yield self._fetch_failure(head, capture.target_uri, Outcome.ERROR, "former_domain", status=response.status)
            return
        known = containers_to_expect(head, self.reader.stamp, self.frontier.trusts_containers)
        guid_of = partial(self.guid_of, own_url(capture, self.source))
        with while_reading(self.crawler, response):
            item = await read(capture, head, self.reader, guid_of, containers=known)
            yield item or self._status_failure(response, head, capture.target_uri)

    # Failures

    def article_failed(self, failure: Failure) -> Iterator[Item]:
        yield from self._request_failure(failure, failure.request.cb_kwargs["head"], failure.request)  # type: ignore[attr-defined]

    def listing_failed(self, failure: Failure) -> Iterator[Item]:
        request: Request = failure.request  # type: ignore[attr-defined]
        failed = self._request_failure(failure, None, request)
        yield from (self.frontier.failed_listing(request, each) for each in failed)
