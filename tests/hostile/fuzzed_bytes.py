"""Generated input of each format: its own signs in any order, sound documents that are damaged, and any bytes."""

from __future__ import annotations

import gzip
from collections.abc import Sequence

from hypothesis import strategies as st

Bytes = st.SearchStrategy[bytes]
ODD = (
    "\0", "\ufeff", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "\u202e",
    "e\u0301\u0316\u0f71\u0f72", "\ufffe", "\U0001f600", "\x85", "\xa0", "\x1b[2J", "%00", "&#0;", "&#xD800;",
    "&#1114112;", "&nbsp;", "&lt;", "]]>",
)  # fmt: skip
FEED = (
    "<?xml version='1.0' encoding='utf-8'?>", "<!DOCTYPE r [<!ENTITY a 'b'>]>", "<rss>", "<channel>", "<item>",
    "</item>", "<title>", "</title>", "<link>", "</link>", "/1", "https://paper.example/2", "<guid>", "<pubDate>",
    "<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>", "<link href='/3'/>", "<content type='xhtml'>",
    "<urlset>", "<url><loc>", "</loc></url>", "<sitemapindex>", "<sitemap>", "<news:news>", "<x:y xmlns:x='z'>",
    "xml:base='//['", "<![CDATA[", "<!--", "-->", "&a;", "</rss>", '{"items": [', '{"url": "/4", "id": 5}', "]}",
    "<html><a href='/6'>",
)  # fmt: skip
HTML = (
    "<!doctype html>", "<html lang=en>", "<head>", "<title>", "</title>", "<base href='http://['>",
    "<meta charset=utf-7>", "<link rel=canonical href='/7'>", "<meta property='og:title' content='A ferry'>",
    "<body>", "<article>", "<h1>", "<p>", "</p>",
    "Words of a sentence that is long enough to count as prose, and then some more. ", "<div class='ad'>", "</div>",
    "<a href='javascript:x'>", "<time datetime='2026-13-45T99'>", "<span class=byline>By Jane Doe</span>", "<script>",
    "</script>", "<style>", "<table><tr><td>", "<svg>", "<template>", "<textarea>", "<p a='<' b=\">\">", "<figure>",
    "<br>", "<li>", "<blockquote>", "<!--", "-->", "<?", "<![CDATA[", "window.x = {",
)  # fmt: skip
JSON_LD = (
    "{", "}", "[", "]", ",", ":", '"@type":', '"NewsArticle"', '"@graph":', '"@id":', '"#a"', '"headline":',
    '"A ferry"', '"articleBody":', '"author":', '{"name": "Jane Doe"}', '"datePublished":',
    '"2026-02-30T25:61:00+99:99"', '"url":', '"mainEntityOfPage":', '"isAccessibleForFree":', "null", "true", "1e999",
    "9" * 400, "NaN", "undefined", '"\\ud800"', '"\\x41"', "\\", '"', "//", "/*", "<!--",
)  # fmt: skip
ROBOTS = (
    "User-agent: *\n", "User-agent: newscrawl\n", "User-agent", ":", "\n", "\r", "Disallow: /", "Allow: /a*b$\n",
    "Disallow: " + "*" * 50, "$", "%2F", "%", "Crawl-delay: 1e999\n", "Crawl-delay: -1\n", "Sitemap: //[\n", "#",
    "<html>",
)  # fmt: skip
DATES = (
    "2026", "-", "02", "30", "T", "Z", "+99:99", "12:61", "Jan", "janvier", "Mon,", "GMT", "EST", "yesterday",
    "3 hours ago", "١٢", "令和8年", "3月", "il y a", "9999", "0000", "1e20", "/", ".", " ", ",", "at", "a.m.", "24:00",
    "\u200f", "1700000000",
)  # fmt: skip
URLS = (
    "http", "https", "file", "javascript", ":", "/", "//", "\\", "@", "#", "?", "&", "=", "[", "]", "paper.example",
    "%", "%2e%2e", "..", ".", ":99999", "xn--", "１２７.0.0.1", "utm_source=x", "2026/03/quarry-9", "amp", "index.html",
    " ", "\t",
)  # fmt: skip
_RECORD = (
    b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
    b"WARC-Target-URI: https://paper.example/2026/03/quarry-9\r\nContent-Type: application/http;msgtype=response\r\n"
    b"Content-Length: 63\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>A quarry.</p>\n\r\n\r\n\r\n"
)
WARC = (_RECORD, _RECORD * 2, gzip.compress(_RECORD), gzip.compress(_RECORD) * 2)


def text_of(parts: Sequence[str], size: int = 40) -> st.SearchStrategy[str]:
    """Return texts of a format's own signs in any order, odd signs and any characters among them."""
    piece = st.one_of(st.sampled_from(parts), st.sampled_from(parts), st.sampled_from(ODD), st.text(max_size=6))
    return st.lists(piece, max_size=size).map("".join)


def bytes_of(parts: Sequence[str], size: int = 40) -> Bytes:
    """Return such texts in some encoding, gzipped or damaged, and any bytes."""
    encoded = st.builds(
        lambda text, encoding: text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace"),
        text_of(parts, size),
        st.sampled_from(("utf-8", "utf-8", "utf-8", "utf-16", "latin-1", "shift_jis", "utf-32")),
    )
    return st.one_of(encoded, encoded, encoded.flatmap(damaged), encoded.map(gzip.compress), st.binary(max_size=200))


def damaged(sound: bytes) -> Bytes:
    """Return a document with a piece cut out, put in twice or replaced."""
    ends = st.integers(0, len(sound))
    return st.builds(
        lambda start, end, put: sound[:start] + put + sound[end:], ends, ends, st.binary(max_size=12) | st.just(sound)
    )
