"""Recognize the format of a listing by its bytes, and parse it."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from newscrawl.discover import feeds_and_sitemaps, links
from newscrawl.items import GZIP_MAGIC, Candidate

XML_BEGINNINGS = (b"<?xml", b"<rss", b"<rdf", b"<feed", b"<urlset", b"<sitemapindex")
MAX_BYTES = 64 * 2**20  # a sitemap may hold 50 MB uncompressed (sitemaps.org)
MAX_URL_LENGTH = 2000  # characters; longer URLs are junk or attacks


@dataclass(frozen=True, slots=True)
class Listing:
    """The candidates of a listing, the further sitemaps it names, and its problems, each a sentence with the URL."""

    candidates: tuple[Candidate, ...] = ()
    sitemaps: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def listing(body: bytes, *, url: str, content_type: str = "") -> Listing:
    """Parse RSS 0.9 to 2.0, Atom, JSON Feed, sitemaps (news, index; gzipped or not) or an HTML page of links.

    Never raises: a listing that cannot be parsed has a problem. Candidates are distinct and have absolute http(s) URLs.
    """
    try:
        body = _decompressed(body)
    except (zlib.error, ValueError) as error:
        return Listing(problems=(f"{url}: {error}",))
    start = body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        return Listing(problems=(f"{url}: the listing is empty",))
    if start.startswith(b"{"):
        return _json_feed(body, url)
    # The first tag decides, not the Content-Type: many feeds are served as text/html.
    is_page = start[:9].lower() == b"<!doctype" or b"<html" in start.lower() or "html" in content_type
    if is_page and not start.lower().startswith(XML_BEGINNINGS):
        return _without_duplicates(links.candidates(body, url), (), url)
    try:
        candidates, sitemaps = feeds_and_sitemaps.entries(body, url)
    except etree.XMLSyntaxError as error:
        return Listing(problems=(f"{url}: neither feed nor sitemap: {error.msg}",))
    if candidates is None:
        return Listing(problems=(f"{url}: neither feed nor sitemap: its root element is of no known kind",))
    return _without_duplicates(candidates, sitemaps, url)


def _without_duplicates(candidates: list[Candidate], sitemaps: tuple[str, ...], url: str) -> Listing:
    unique: dict[str, Candidate] = {}
    for candidate in candidates:
        if is_http_url(candidate.url):
            unique.setdefault(candidate.url, candidate)
    return Listing(tuple(unique.values()), tuple(s for s in dict.fromkeys(sitemaps) if is_http_url(s)))


def is_http_url(url: str) -> bool:
    """Return whether a link can be an article: http or https with a host, without white space, user or backslash."""
    if not 10 <= len(url) <= MAX_URL_LENGTH or "\\" in url or any(ord(c) <= 32 for c in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _decompressed(body: bytes) -> bytes:
    if not body.startswith(GZIP_MAGIC):
        return body
    decompressor = zlib.decompressobj(wbits=31)
    decompressed = decompressor.decompress(body, MAX_BYTES)
    if decompressor.unconsumed_tail:
        raise ValueError(f"the listing is larger than {MAX_BYTES} bytes when unpacked")
    if not decompressor.eof:
        raise ValueError("the listing's gzip stream is cut short")
    return decompressed


def _json_feed(body: bytes, url: str) -> Listing:
    try:
        feed = json.loads(body)
        items = feed["items"]
        if not isinstance(items, list):
            raise TypeError("items is not a list")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return Listing(problems=(f"{url}: not a JSON Feed: {error!r}",))
    candidates = [
        Candidate(
            url=feeds_and_sitemaps.joined(url, str(item.get("url") or item.get("external_url") or "")),
            guid=_text(item.get("id")),
            headline=_text(item.get("title")),
            published=_text(item.get("date_published")),
            modified=_text(item.get("date_modified")),
            listing_url=url,
        )
        for item in items
        if isinstance(item, dict)
    ]
    return _without_duplicates(candidates, (), url)


def _text(value: object) -> str | None:
    return str(value).strip() or None if value is not None else None
