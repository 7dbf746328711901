"""Pages and listings made to cost minutes or gigabytes are read within the limits of one: 5 s of CPU time, 512 MB.

The limits are those of newscrawl.bounds, which the kernel enforces: what exceeds them raises TooCostly here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from newscrawl.bounds import Pool
from newscrawl.discover import Listing, listing
from newscrawl.items import PageReading
from newscrawl.reading import PageReader
from tests.hostile.test_pages import PROSE, SOURCE, URL, capture_of, ld_of

pytestmark = pytest.mark.slow

Make = Callable[[], bytes]
ENTRY = "<item><title>t {0}</title><link>https://example.org/{0}</link><guid>same</guid></item>"


def rss(items: str, before: str = "") -> bytes:
    return f"<?xml version='1.0'?>{before}<rss><channel>{items}</channel></rss>".encode()


def in_root(name: str, text: str) -> bytes:
    return f"<{name}>{text}</{name}>".encode()


def repeated(text: str, times: int) -> str:
    return "".join(text.format(number) for number in range(times))


LOC = "<loc>https://example.org/{0}</loc>"
NESTED = "".join(f"<!ENTITY {chr(98 + k)} '{f'&{chr(97 + k)};' * 10}'>" for k in range(9))
LISTINGS: dict[str, Make] = {
    "entities in entities": lambda: rss(ENTRY.format("&i;"), f"<!DOCTYPE r [<!ENTITY a 'lol'>{NESTED}]>"),
    "one long entity": lambda: rss(ENTRY.format("&a;" * 50_000), f"<!DOCTYPE r [<!ENTITY a '{'x' * 100_000}'>]>"),
    "a hundred thousand entries": lambda: rss(repeated(ENTRY, 100_000)),
    "a sitemap of 16 MB": lambda: in_root("urlset", repeated(f"<url>{LOC}</url>", 330_000)),
    "an index of 16 MB": lambda: in_root("sitemapindex", repeated(f"<sitemap>{LOC}</sitemap>", 260_000)),
    "a million tags in each other": lambda: rss("<item>" * 1_000_000),
    "an entry with millions of children": lambda: rss(f"<item>{'<a/>' * 1_900_000}<link>/1</link></item>"),
    "children of children": lambda: rss(f"<item>{'<news><a/></news>' * 600_000}<link>/1</link></item>"),
    "attributes": lambda: rss("<item " + repeated("a{0}='1' ", 200_000) + "><link>/1</link></item>"),
    "namespaces": lambda: rss("<item " + repeated("xmlns:a{0}='u{0}' ", 200_000) + "><link>/1</link></item>"),
    "a JSON Feed of 16 MB": lambda: json.dumps({"items": [{"url": f"/{n}"} for n in range(400_000)]}).encode(),
    "lists in each other": lambda: b'{"items":' + b"[" * 1_000_000,
    "tables in links": lambda: b"<!doctype html>" + repeated("<div><a href=/{0}><table><tr><td>w ", 100_000).encode(),
}
PAGES: dict[str, Make] = {
    "a title of 5 MB": lambda: f"<title>{'word ' * 1_000_000}</title><h1>A ferry</h1>{PROSE}".encode(),
    "headlines": lambda: f"{PROSE}{'<h1>A ferry of towns and more</h1>' * 90_000}".encode(),
    "nested text": lambda: (PROSE + repeated("<div>" + "some words in here, of a length. " * 200, 1900)).encode(),
    "a million tags in each other": lambda: (PROSE + "<div>" * 1_000_000).encode(),
    "16 MB of words": lambda: f"<h1>A ferry</h1><p>{'words of prose. ' * 2**20}</p>".encode(),
    "signs of Han": lambda: f"<h1>A ferry</h1>{PROSE}<p>{'世' * 3_000_000}</p>".encode(),
    "authors": lambda: (ld_of(author=[{"name": f"Jane Doe{n}"} for n in range(100_000)]) + PROSE).encode(),
    "states": lambda: f"<script>{'window.__STATE__ = {x' * 300_000}</script>{PROSE}".encode(),
    "json": lambda: f'<script type="application/ld+json">{json.dumps(list(range(1_500_000)))}</script>{PROSE}'.encode(),
}


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    made = Pool()
    yield made
    made.close()


@pytest.mark.parametrize("name", LISTINGS)
async def test_hostile_listing_is_read_within_bounds(pool: Pool, name: str) -> None:
    found: Listing = await pool.call("hostile", listing, LISTINGS[name](), url=URL)
    assert found.candidates or found.sitemaps or found.problems


@pytest.mark.parametrize("name", PAGES)
async def test_hostile_page_is_read_within_bounds(pool: Pool, name: str) -> None:
    reading: PageReading = await pool.call("hostile", PageReader.of(SOURCE).read, capture_of(PAGES[name]()), guid=URL)
    assert (reading.article is None) == bool(reading.problem)


async def test_entries_that_claim_one_guid_are_candidates_of_their_own_addresses(pool: Pool) -> None:
    found = await pool.call("hostile", listing, rss(repeated(ENTRY, 50)), url=URL)
    assert len({candidate.url for candidate in found.candidates}) == 50
    assert {candidate.guid for candidate in found.candidates} == {"same"}
