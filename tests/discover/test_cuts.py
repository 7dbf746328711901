"""A listing with more entries than are read says so; one with exactly as many does not."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence

import pytest

from newscrawl.discover import entry_chunks, feeds_and_sitemaps, json_feeds, links, text_sitemaps
from newscrawl.discover.listing import listing

URL = "https://paper.example/listing"
Made = Callable[[Sequence[str]], str]


def urlset(urls: Sequence[str]) -> str:
    return f"<urlset>{''.join(f'<url><loc>{url}</loc></url>' for url in urls)}</urlset>"


def index(urls: Sequence[str]) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{url}</loc></sitemap>' for url in urls)}</sitemapindex>"


def rss(urls: Sequence[str]) -> str:
    return f"<rss><channel>{''.join(f'<item><link>{url}</link></item>' for url in urls)}</channel></rss>"


def torn(urls: Sequence[str]) -> str:
    return rss(urls).replace("<channel>", "<channel><title>a < b & c</title><item")


def json_feed(urls: Sequence[str]) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"url": url} for url in urls]})


def front(urls: Sequence[str]) -> str:
    return f"<!doctype html><body>{''.join(f'<a href={url}>A headline</a>' for url in urls)}</body>"


def with_what_is_no_entry(urls: Sequence[str]) -> str:
    return json.dumps({"items": [7, *({"url": url} for url in urls)]})


CASES = [
    (urlset, 50),
    (index, 50),
    ("\n".join, 50),
    (json_feed, 50),
    (with_what_is_no_entry, 50),
    (rss, 20),
    (torn, 20),
    (front, 20),
]


@pytest.mark.parametrize(("made", "most"), CASES, ids=lambda case: getattr(case, "__name__", ""))
def test_a_cut_listing_says_so_and_one_with_exactly_as_many_entries_does_not(
    made: Made, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    recognition = sys.modules[listing.__module__]
    for module in (recognition, feeds_and_sitemaps, json_feeds, links, text_sitemaps):
        for name, limit in (("MAX_ENTRIES", 50), ("MAX_ITEMS", 20)):
            monkeypatch.setattr(module, name, limit, raising=False)
    urls = [f"https://paper.example/{number}" for number in range(most + 1)]
    whole, cut = (listing(made(urls[:count]).encode(), url=URL) for count in (most, most + 1))
    assert whole.left_out == ""
    assert cut.left_out == f"{URL}: only its first {most} entries are read"
    for found in (whole, cut):
        assert found.problems == ()
        assert [candidate.url for candidate in found.candidates] + list(found.sitemaps) == urls[:most]


def test_entries_without_an_address_hide_no_cut_of_a_listing_that_is_no_xml(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (entry_chunks, feeds_and_sitemaps):
        monkeypatch.setattr(module, "MAX_ITEMS", 20)
    urls = [f"https://paper.example/{number}" for number in range(30)]
    text = torn(urls).replace(f"<link>{urls[7]}</link>", "<title>no address</title>")
    found = listing(text.encode(), url=URL)
    assert [candidate.url for candidate in found.candidates] == [*urls[:7], *urls[8:20]], "and the broken one"
    assert found.left_out == f"{URL}: only its first 20 entries are read"


def test_a_sitemap_is_cut_after_50000_entries_and_a_feed_after_20000() -> None:
    for made, most in ((index, 50_000), (rss, 20_000)):
        urls = [f"https://paper.example/{number}" for number in range(most + 1)]
        found = listing(made(urls).encode(), url=URL)
        assert (len(found.candidates) + len(found.sitemaps), "only its first" in found.left_out) == (most, True)
