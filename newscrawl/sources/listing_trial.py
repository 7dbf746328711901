"""Try a listing of a source: which of its articles it lists, and if it lists none, which listings its site has now."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from newscrawl.bounded_reading import read_listing
from newscrawl.sources.probe import Fetch, ProbeFailed
from newscrawl.sources.site_discovery import MAX_CANDIDATES, discover_listings
from newscrawl.spider import NewsSpider


@dataclass(frozen=True, slots=True)
class TriedListing:
    """A feed, sitemap or section page as it is served now; `found` are listings that the front page leads to."""

    url: str
    status: int
    articles: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    found: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return bool(self.articles or self.sitemaps)


def is_listing(spider: NewsSpider, url: str) -> bool:
    """Return whether a source states a URL as one of its listings."""
    return url in {*spider.feeds, *spider.sitemaps, *spider.sections}


async def try_listing(spider: NewsSpider, url: str, fetch: Fetch) -> TriedListing:
    """Read a listing of a source; raises ProbeFailed if it cannot be fetched."""
    capture = await fetch(url)
    tried = TriedListing(url, capture.status)
    if capture.status == 200:
        content_type = capture.header("content-type") or ""
        listing = await read_listing(
            url, MAX_CANDIDATES, capture.body, url=capture.final_uri, content_type=content_type
        )
        articles = tuple(each.url for each in listing.candidates if spider.is_article_url(each.url))
        tried = TriedListing(url, capture.status, articles, listing.sitemaps, listing.problems)
    if tried.is_good:
        return tried
    found = tuple(each for each in await _listings_now(url, fetch) if each != url)
    return TriedListing(url, tried.status, problems=tried.problems, found=found)


async def _listings_now(url: str, fetch: Fetch) -> tuple[str, ...]:
    """Return the feeds and sitemaps that a site's front page leads to; none if it cannot be read."""
    front = urljoin(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}", "/")
    try:
        return await discover_listings(front, fetch)
    except ProbeFailed:
        return ()
