"""Which site listed feeds and front pages are of, and which of them a source has already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from newscrawl.items import Capture
from newscrawl.sources.address_lists import ListedAddress
from newscrawl.sources.catalogue import load_spider
from newscrawl.sources.feed_lists import find_sites
from newscrawl.sources.probe import Fetch
from newscrawl.sources.site_discovery import discover_site


def feed(*urls: str) -> bytes:
    items = "".join(f"<item><title>A bridge is closed</title><link>{url}</link></item>" for url in urls)
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


def site_of(pages: Mapping[str, bytes]) -> Fetch:
    async def fetch(url: str) -> Capture:
        found = pages.get(url)
        return Capture(url, url, 404 if found is None else 200, (), found or b"<h1>No</h1>", datetime.now(UTC))

    return fetch


async def test_feeds_of_editions_with_one_domain_are_known_by_the_edition_that_states_them(short_limits: None) -> None:
    feeds = {name: load_spider(name).feeds[0] for name in ("euronewsfr", "euronewsde")}
    pages = {
        url: feed(f"https://{name[-2:]}.euronews.com/my-europe/2026/03/02/a-bridge") for name, url in feeds.items()
    }
    found = await find_sites([ListedAddress(n, feed=url) for n, url in enumerate(pages, 1)], site_of(pages))
    assert not found.new
    assert not found.failed
    assert {each.known: each.missing for each in found.known} == dict.fromkeys(feeds, ())


async def test_a_feed_of_a_site_whose_name_ends_alike_is_none_of_a_new_one(short_limits: None) -> None:
    front = "https://post.example/"
    pages = {
        front: b"<html><title>The Post</title><a href='/about'>About</a></html>",
        f"{front}feed": feed("https://eveningpost.example/2026/03/02/a-1", "https://post.example.net/2026/03/02/a-2"),
        f"{front}rss": feed("https://www.post.example/2026/03/02/a-3"),
    }
    site = await discover_site(front, site_of(pages))
    assert site.feeds == (f"{front}rss",)


async def test_a_site_at_a_port_has_the_host_with_www_too(short_limits: None) -> None:
    front = "http://www.post.example:8080/"
    pages = {
        front: b"<html><title>The Post</title><a href='/about'>About</a></html>",
        f"{front}feed": feed("http://www.post.example:8080/2026/03/02/a-1"),
    }
    site = await discover_site(front, site_of(pages))
    assert (site.domain, site.feeds) == ("post.example:8080", (f"{front}feed",))
