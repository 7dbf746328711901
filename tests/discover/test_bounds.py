"""Listings made to cost time or memory: they are read within bounds, and what is right in them is found."""

from __future__ import annotations

import gzip
import time
from collections.abc import Mapping

import pytest

from newscrawl.discover import ParsedListings, listing
from newscrawl.discover.listing import MAX_BYTES, Listing
from newscrawl.discover.parsed_listings import MAX_ADDRESSES_EACH

URL = "https://paper.example/feed.xml"
FEED = "<rss><channel><item><title>a < b</b></title><link>/1</link></item>{}</channel></rss>"
# Each is repeated to a megabyte behind an entry that is no XML, so that the tolerant readers see it.
HOSTILE = (
    "&", "<!", "<!--", "<![CDATA[", "<![x ", "<?", "<a ", "<a b='c'>", "&#", "&amp", "]]>", "<!DOCTYPE [", "<item>",
    "</item>", "<title>", "<!ENTITY a '", "<a\n\n", "=", " ", "<a xml:base='/x'>", "<x:y xmlns:x='z'>", "\x00", "<",
)  # fmt: skip
MAX_CPU_SECONDS = 20.0  # of a quarter of a second each as measured; quadratic work took minutes


@pytest.mark.parametrize("part", HOSTILE)
def test_repeated_markup_costs_no_quadratic_time_and_hides_no_entry_before_it(part: str) -> None:
    body = FEED.format(part * (1_000_000 // len(part))).encode()
    began = time.process_time()
    parsed = listing(body, url=URL)
    assert time.process_time() - began < MAX_CPU_SECONDS
    assert [candidate.url for candidate in parsed.candidates] == ["https://paper.example/1"]


def test_a_deep_tree_hides_no_entry_behind_it() -> None:
    body = FEED.format("<a>" * 100_000 + "<item><link>/2</link></item>").encode()
    urls = [candidate.url for candidate in listing(body, url=URL).candidates]
    assert urls == ["https://paper.example/1", "https://paper.example/2"]


def test_a_tree_of_too_many_elements_is_not_built() -> None:
    parsed = listing(b"<urlset>" + b"<a/>" * 2_000_001 + b"</urlset>", url=URL)
    assert parsed.problems == (f"{URL}: neither feed nor sitemap: it has more than 2000000 tags",)


@pytest.mark.parametrize("members", [1, 3])
def test_gzip_of_more_than_the_limit_is_a_problem(members: int) -> None:
    body = gzip.compress(bytes(MAX_BYTES // members + 1)) * members
    assert "larger than" in listing(body, url=URL).problems[0]


EMPTY: Mapping[str, tuple[str, str]] = {
    "feed": ("<rss><channel><title>Paper</title></channel></rss>", "has no entries"),
    "atom": ('<feed xmlns="http://www.w3.org/2005/Atom"/>', "has no entries"),
    "sitemap": ("<urlset></urlset>", "has no entries"),
    "index": ("<sitemapindex/>", "has no entries"),
    "json": ('{"items": []}', "has no entries"),
    "addresses": ("<rss><channel><item><link>ftp://paper.example/1</link></item></channel></rss>", "has an address"),
    "front": ('<!doctype html><div id="root"></div><script src="/app.js"></script>', "a script may draw them"),
}


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_listing_has_a_problem(name: str) -> None:
    text, words = EMPTY[name]
    parsed = listing(text.encode(), url=URL)
    assert (parsed.candidates, parsed.sitemaps) == ((), ())
    assert [words in problem for problem in parsed.problems] == [True]
    assert parsed.is_empty_sitemap is (name in {"sitemap", "index"})


class Counting:
    """The parser, and how often it was asked."""

    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self, body: bytes, *, url: str, content_type: str = "") -> Listing:
        self.calls += 1
        return listing(body, url=url, content_type=content_type)


def feed(*numbers: int) -> bytes:
    items = "".join(f"<item><link>/{number}</link></item>" for number in numbers)
    return f"<rss><channel>{items}</channel></rss>".encode()


async def test_an_unchanged_listing_is_parsed_once_and_lists_the_same() -> None:
    parse = Counting()
    parsed = ParsedListings()
    first, again = [await parsed.of(feed(1, 2), parse, url=URL, content_type="") for _ in range(2)]
    assert (again, parse.calls) == (first, 1)
    assert len((await parsed.of(feed(1, 2, 3), parse, url=URL, content_type="")).candidates) == 3
    (other,) = (await parsed.of(feed(1), parse, url="https://else.example/", content_type="")).candidates
    assert (other.url, other.listing_url, parse.calls) == ("https://else.example/1", "https://else.example/", 3)


async def test_what_is_kept_of_listings_is_bounded() -> None:
    parse = Counting()
    parsed = ParsedListings()
    huge = feed(*range(MAX_ADDRESSES_EACH + 1))
    large = [feed(*range(start, start + 4000)) for start in range(6)]
    for body in (huge, huge, *large, large[-1], large[0]):
        await parsed.of(body, parse, url=URL, content_type="")
    assert parse.calls == 2 + 6 + 1, "the huge one is never kept, the oldest one was forgotten"
