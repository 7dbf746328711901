"""The shared base of all sources: discovery and due rechecks become requests, responses become items."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from newscrawl.clock import Clock
from newscrawl.discover import Listing, listing
from newscrawl.errors import NewscrawlError
from newscrawl.extract import layouts_of
from newscrawl.fetch import (
    capture_of,
    classify_failure,
    classify_status,
    clock_of,
    conditional_headers,
    records_of,
    retry_at_of,
)
from newscrawl.frontier import Frontier
from newscrawl.items import (
    Candidate,
    Capture,
    Extraction,
    FetchFailure,
    Head,
    Outcome,
    Revisit,
    ScrapedArticle,
    Source,
    Tombstone,
)
from newscrawl.normalize import canonical_url, same_site
from newscrawl.reading import PageReader

Item = ScrapedArticle | Revisit | Tombstone | FetchFailure
GONE = (404, 410, 451)
SITEMAP_DEPTH = 3  # an index of indexes of sitemaps; deeper chains are a trap


class NewsSpider(scrapy.Spider):
    """State what a source is; everything else has a default.

    A source is one small file: names, feeds, an address pattern, and nested `Rules` classes for the layouts whose
    pages must stay readable, newest first.
    """

    name = ""
    publisher: ClassVar[str] = ""
    domains: ClassVar[tuple[str, ...]] = ()
    languages: ClassVar[tuple[str, ...]] = ("en",)
    timezone: ClassVar[str] = "UTC"
    date_order: ClassVar[str | None] = None
    feeds: ClassVar[tuple[str, ...]] = ()
    sitemaps: ClassVar[tuple[str, ...]] = ()
    sections: ClassVar[tuple[str, ...]] = ()
    article_pattern: ClassVar[str] = r"https?://.+"  # searched in the address; what does not match is no story
    guid_pattern: ClassVar[str | None] = None  # its first group is the story's stable id
    policy: ClassVar[str | None] = None  # recheck policy of this source, where the default does not fit

    # Statuses that mean something to a history reach the callback; Scrapy retries 5xx before that.
    handle_httpstatus_list: ClassVar[tuple[int, ...]] = (304, *range(400, 600))

    source: Source
    reader: PageReader
    frontier: Frontier

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source_of(type(self))
        self.reader = reader_of(type(self))

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.clock = clock_of(crawler)
        records = records_of(crawler)
        spider.frontier = Frontier.from_crawler(
            crawler,
            spider.source,
            cls.policy,
            spider.guid_of,
            is_recorded=records.holds if records is not None else None,
        )
        return spider

    clock: Clock

    # What to look at

    async def start(self) -> AsyncIterator[Any]:
        """Yield what discovery needs, then every due story."""
        try:
            heads = await self.frontier.claim_due(self.clock.now())
        except NewscrawlError as error:
            self.logger.error("%s", error)
            raise CloseSpider("store_unavailable") from error
        for request in self._answerable(list(self.discovery())):
            yield request
        for head in heads:
            yield self.check_request(self.frontier.url_of(head), head=head)

    def discovery(self) -> Iterator[Request]:
        for url in (*self.feeds, *self.sitemaps, *self.sections):
            yield self._list(url)

    def _answerable(self, listings: list[Request]) -> list[Request]:
        """Return the listings to ask for: in a replay those that are recorded, as long as any is."""
        held = [request for request in listings if self.frontier.can_answer(request.url)]
        if held and len(held) < len(listings):
            self.logger.info(
                "decision=left_alone source=%s listings=%d reason=not_in_the_records",
                self.name,
                len(listings) - len(held),
            )
        return held or listings

    def _list(self, url: str, depth: int = 0) -> Request:
        return Request(
            url,
            callback=self.parse_listing,
            errback=self.listing_failed,
            cb_kwargs={"depth": depth},
            dont_filter=True,
            priority=10,
        )

    def check_request(self, url: str, *, head: Head | None = None, candidate: Candidate | None = None) -> Request:
        """Return the request that checks one story: conditional where we hold what the server gave us before."""
        is_conditional = head is not None and self.frontier.trusts_validators(head)
        return Request(
            url,
            callback=self.parse_article,
            errback=self.article_failed,
            headers=conditional_headers(head.validators) if head is not None and is_conditional else {},
            cb_kwargs={"head": head, "candidate": candidate},
            dont_filter=True,
            # Where not all fit into the host's hour: nothing is worth more than wording that nobody has kept.
            priority=0 if head is not None else 5,
        )

    # What came back

    async def parse_listing(self, response: Response, depth: int) -> AsyncIterator[Any]:
        """Turn a feed, sitemap or section page into requests for its new, changed or due stories."""
        if response.status != 200:
            outcome, reason = classify_status(response.status)
            yield self._mishap(
                None, response.url, outcome, reason, status=response.status, retry_at=retry_at_of(response)
            )
            return
        found = listing(response.body, url=response.url, content_type=_content_type(response))
        for problem in found.problems:
            yield self._mishap(None, response.url, Outcome.ERROR, "bad_listing", detail=problem)
        for request in self._deeper(found, depth):
            yield request
        candidates = [c for c in found.candidates[: self.frontier.max_candidates] if self.is_article_url(c.url)]
        async for candidate, head in self.frontier.select(candidates, self.clock.now()):
            yield self.check_request(candidate.url, head=head, candidate=candidate)

    def _deeper(self, found: Listing, depth: int) -> Iterator[Request]:
        if depth < SITEMAP_DEPTH:
            for url in found.sitemaps:
                if self.is_ours(url):
                    yield self._list(url, depth + 1)

    def parse_article(self, response: Response, head: Head | None, candidate: Candidate | None) -> Iterator[Item]:
        """Yield what one response to a story's address means: an article, a revisit, a tombstone or a mishap."""
        capture = capture_of(response)
        lease = head.lease if head else 0
        if response.status == 304 and head is not None:
            yield Revisit(self.name, head.article_id, capture, lease)
        elif response.status in GONE and head is not None:
            yield Tombstone(self.name, head.article_id, capture, lease, f"http_{response.status}")
        elif response.status != 200:
            outcome, reason = classify_status(response.status)
            yield self._mishap(
                head, capture.target_uri, outcome, reason, status=response.status, retry_at=retry_at_of(response)
            )
        elif head is not None and _went_home(capture):
            yield Tombstone(self.name, head.article_id, capture, lease, "redirected_home")
        elif head is not None and self._is_another_article(capture, head):
            yield Tombstone(self.name, head.article_id, capture, lease, f"merged into {capture.final_uri}")
        else:
            yield self._scraped(capture, head)

    def _is_another_article(self, capture: Capture, head: Head) -> bool:
        """Tell whether a story's address now leads to a page with another story's id: the two were merged."""
        if not capture.redirects or self.guid_pattern is None or not self.is_article_url(capture.final_uri):
            return False
        there = re.search(self.guid_pattern, capture.final_uri)
        here = re.search(self.guid_pattern, capture.target_uri)
        return there is not None and here is not None and self.guid_of(capture.final_uri) != head.guid

    def _scraped(self, capture: Capture, head: Head | None) -> ScrapedArticle:
        extraction = self.reader.extract(capture)
        guid = head.guid if head else self.guid_of(capture.final_uri, extraction)
        return ScrapedArticle(
            source=self.name,
            guid=guid,
            capture=capture,
            extraction=extraction,
            article_id=head.article_id if head else None,
            lease=head.lease if head else 0,
        )

    def article_failed(self, failure: Failure) -> Iterator[Item]:
        request = failure.request  # type: ignore[attr-defined]
        yield self._failed(failure, request.cb_kwargs["head"], request.url)

    def listing_failed(self, failure: Failure) -> Iterator[Item]:
        yield self._failed(failure, None, failure.request.url)  # type: ignore[attr-defined]

    def _failed(self, failure: Failure, head: Head | None, url: str) -> FetchFailure:
        outcome, reason, detail, retry_at = classify_failure(failure)
        return self._mishap(head, url, outcome, reason, detail=detail, retry_at=retry_at)

    def _mishap(self, head: Head | None, url: str, outcome: Outcome, reason: str, **more: Any) -> FetchFailure:
        return FetchFailure(
            source=self.name,
            article_id=head.article_id if head else None,
            url=url,
            at=self.clock.now(),
            outcome=outcome,
            reason=reason,
            lease=head.lease if head else 0,
            **more,
        )

    # What belongs to the source

    def is_ours(self, url: str) -> bool:
        """Tell whether an address is on a domain of this source."""
        return any(_host_within(url, domain) for domain in self.domains)

    def is_article_url(self, url: str) -> bool:
        """Tell whether an address looks like a story of this source."""
        return self.is_ours(url) and re.search(self.article_pattern, url) is not None

    def guid_of(self, url: str, extraction: Extraction | None = None) -> str:
        """Return the story's stable id: from its address, else as the page states it, else the canonical address."""
        if self.guid_pattern and (match := re.search(self.guid_pattern, url)):
            return next((g for g in match.groups() if g), match.group(0))
        if extraction is not None:
            if extraction.guid:
                return extraction.guid
            if extraction.url and same_site(extraction.url, url):
                return self.guid_of(extraction.url)
        return canonical_url(url)


def source_of(spider: type[NewsSpider]) -> Source:
    """Return what a spider states of its source."""
    return Source(
        name=spider.name,
        publisher=spider.publisher or spider.name,
        domains=tuple(spider.domains),
        languages=tuple(spider.languages),
        timezone=spider.timezone,
        date_order=spider.date_order,
    )


def reader_of(spider: type[NewsSpider]) -> PageReader:
    """Return how the pages of a spider's source are read; its layouts are its nested Rules classes."""
    return PageReader(source_of(spider), layouts_of(spider))


def _content_type(response: Response) -> str:
    return (response.headers.get("Content-Type") or b"").decode("latin-1")


def _host_within(url: str, domain: str) -> bool:
    host = urlsplit(url).netloc.rpartition("@")[2].lower()
    bare = host.partition(":")[0]
    return domain in {host, bare} or bare.endswith("." + domain)


def _went_home(capture: Capture) -> bool:
    """Tell whether a story's address now leads to a front page: sites do so with stories they took down."""
    if not capture.redirects:
        return False
    return len(urlsplit(capture.final_uri).path.strip("/")) == 0 and urlsplit(capture.target_uri).path.strip("/") != ""
