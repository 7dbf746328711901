from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest

from newscrawl.discover import listing

FEED = "https://paper.example/feed"

RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title><link>https://paper.example/</link>
<item><title>One &amp; two</title><link>https://paper.example/1</link><guid isPermaLink="false">g1</guid>
<pubDate>Mon, 02 Mar 2026 07:00:00 GMT</pubDate></item>
<item><title>Two</title><guid>https://paper.example/2</guid></item>
<item><title>No URL</title></item></channel></rss>"""

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title><entry><title>A</title><id>urn:1</id>
<link rel="self" href="/self"/><link href="/a"/><published>2026-03-02T07:00:00Z</published>
<updated>2026-03-02T09:00:00Z</updated></entry></feed>"""

NEWS_SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://paper.example/n</loc>
<news:news><news:publication><news:name>Paper</news:name></news:publication>
<news:publication_date>2026-03-02</news:publication_date><news:title>N</news:title></news:news>
<lastmod>2026-03-03T01:00:00Z</lastmod></url></urlset>"""


def test_rss_items_have_url_guid_headline_and_date() -> None:
    parsed = listing(RSS, url=FEED)
    first, second = parsed.candidates
    assert (first.url, first.guid, first.headline) == ("https://paper.example/1", "g1", "One & two")
    assert first.published == "Mon, 02 Mar 2026 07:00:00 GMT"
    assert second.url == "https://paper.example/2"
    assert parsed.problems == ()


def test_atom_entries_take_the_alternate_link_and_both_dates() -> None:
    (entry,) = listing(ATOM, url=FEED).candidates
    assert entry.url == "https://paper.example/a"
    assert (entry.published, entry.modified) == ("2026-03-02T07:00:00Z", "2026-03-02T09:00:00Z")


@pytest.mark.parametrize("body", [NEWS_SITEMAP, gzip.compress(NEWS_SITEMAP)])
def test_news_sitemaps_are_read_plain_and_gzipped(body: bytes) -> None:
    (entry,) = listing(body, url=FEED, content_type="application/gzip").candidates
    assert (entry.url, entry.headline, entry.published) == ("https://paper.example/n", "N", "2026-03-02")
    assert entry.modified == "2026-03-03T01:00:00Z"


def test_sitemap_index_names_further_sitemaps() -> None:
    body = b"<sitemapindex><sitemap><loc>https://paper.example/s.xml</loc></sitemap></sitemapindex>"
    assert listing(body, url=FEED).sitemaps == ("https://paper.example/s.xml",)


def test_section_page_yields_absolute_links_with_their_longest_text() -> None:
    body = b'<!doctype html><a href="/s/1#top"><img></a><a href="/s/1">A headline</a><a href="mailto:x@y.example">m</a>'
    parsed = listing(body, url="https://paper.example/news/")
    assert [(candidate.url, candidate.headline) for candidate in parsed.candidates] == [
        ("https://paper.example/s/1", "A headline")
    ]


def test_feed_served_as_html_is_read_as_a_feed() -> None:
    body = RSS.partition(b"?>")[2]
    assert len(listing(body, url=FEED, content_type="text/html; charset=utf-8").candidates) == 2


def test_page_in_xhtml_is_read_as_a_page() -> None:
    body = b'<!doctype html PUBLIC "x"><html xmlns="http://www.w3.org/1999/xhtml"><a href="/s">A headline</a></html>'
    assert len(listing(body, url=FEED, content_type="application/xhtml+xml").candidates) == 1


def test_json_feed_is_read() -> None:
    body = b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"url":"/j","title":"J"},7]}'
    (entry,) = listing(body, url=FEED).candidates
    assert (entry.url, entry.guid, entry.headline) == ("https://paper.example/j", "1", "J")


def test_entries_before_a_break_in_the_xml_are_kept() -> None:
    broken = RSS.replace(b"<title>Two</title>", b"<title>Two & <b></title>")
    assert "https://paper.example/1" in [candidate.url for candidate in listing(broken, url=FEED).candidates]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not a feed",
        b"<html",
        b"{",
        b'{"items": 3}',
        b"\x1f\x8b\x08broken",
        gzip.compress(RSS)[:-20],
        b"<a><b/></a>",
    ],
)
def test_what_is_no_listing_is_a_problem_that_names_the_url(body: bytes) -> None:
    parsed = listing(body, url=FEED)
    assert parsed.candidates == ()
    assert parsed.problems
    assert all(FEED in problem for problem in parsed.problems)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://paper.example/1", "http://",
        "http://good.example\\@evil.example/", "http://user@paper.example/",
        "http://[::1", "https://paper.example/" + "a" * 3000,
    ],
)  # fmt: skip
def test_misleading_urls_are_no_candidates(link: str) -> None:
    item = f"<rss><channel><item><title>x</title><link>{link}</link></item></channel></rss>".encode()
    assert listing(item, url=FEED).candidates == ()


def test_entities_are_neither_fetched_nor_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("sentinel-7d1f")
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f"""<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY l0 "lol">{levels}]><rss><channel>
    <item><title>&x;&l9;</title><link>https://paper.example/1</link></item></channel></rss>""".encode()
    tracemalloc.start()
    parsed = listing(body, url=FEED)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "sentinel-7d1f" not in repr(parsed)
    assert peak < 50 * 2**20


def test_a_gzip_bomb_is_a_problem() -> None:
    body = gzip.compress(bytes(80 * 2**20))
    assert "larger than" in listing(body, url=FEED).problems[0]


@pytest.mark.corpus
def test_real_feeds_and_fronts_are_read(corpus: Path) -> None:
    for path in sorted((corpus / "feeds").iterdir()):
        parsed = listing(path.read_bytes(), url="https://paper.example/")
        assert parsed.candidates or parsed.sitemaps, path.name
        assert parsed.problems == (), path.name
    for path in sorted((corpus / "fronts").glob("*.gz")):
        parsed = listing(gzip.decompress(path.read_bytes()), url="https://paper.example/")
        assert len(parsed.candidates) > 20, path.name
