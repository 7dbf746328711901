"""A listing of a source that lists nothing any more: what it answers, and which listings its site has now."""

from __future__ import annotations

from datetime import UTC, datetime

from newscrawl.items import Capture
from newscrawl.sources.listing_trial import TriedListing, is_listing, try_listing
from newscrawl.spider import NewsSpider

FRONT = "https://courier.example/"
OLD, NEW = f"{FRONT}feed.xml", f"{FRONT}xml/news.rss"
ARTICLES = tuple(f"{FRONT}news/report-{number}" for number in (1, 2))


class Courier(NewsSpider):
    name = "courier"
    publisher = "The Courier"
    domains = ("courier.example",)
    feeds = (OLD,)
    article_pattern = r"/news/report-\d+$"
    guid_pattern = r"-(\d+)$"


def feed(*urls: str) -> bytes:
    items = "".join(f"<item><title>Report</title><link>{url}</link></item>" for url in urls)
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


async def tried(pages: dict[str, bytes]) -> TriedListing:
    async def fetch(url: str) -> Capture:
        found = pages.get(url)
        return Capture(url, url, 404 if found is None else 200, (), found or b"<h1>No</h1>", datetime.now(UTC))

    return await try_listing(Courier(), OLD, fetch)


async def test_listing_shows_the_articles_of_the_source(short_limits: None) -> None:
    found = await tried({OLD: feed(*ARTICLES, f"{FRONT}about")})
    assert (found.status, found.articles, found.is_good) == (200, ARTICLES, True)
    assert is_listing(Courier(), OLD)
    assert not is_listing(Courier(), ARTICLES[0])


async def test_gone_feed_leads_to_the_one_that_the_front_page_links(short_limits: None) -> None:
    front = f"<html><head><link rel=alternate type='application/rss+xml' href='{NEW}'></head><body></body></html>"
    found = await tried({FRONT: front.encode(), NEW: feed(*ARTICLES)})
    assert (found.status, found.articles, found.found, found.is_good) == (404, (), (NEW,), False)


async def test_gone_feed_of_a_site_without_another_leads_nowhere(short_limits: None) -> None:
    found = await tried({FRONT: b"<html><body><p>News</p></body></html>"})
    assert (found.status, found.found) == (404, ())


async def test_feed_of_something_else_is_no_listing_of_the_source(short_limits: None) -> None:
    found = await tried({OLD: feed(f"{FRONT}podcasts/1")})
    assert (found.status, found.articles, found.is_good) == (200, (), False)
