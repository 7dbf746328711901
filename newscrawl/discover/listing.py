"""Tell what a listing is by its bytes, and read it."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from newscrawl.discover import links, xml
from newscrawl.items import GZIP_MAGIC, Candidate

XML = (b"<?xml", b"<rss", b"<rdf", b"<feed", b"<urlset", b"<sitemapindex")
MAX_BYTES = 64 * 2**20  # a sitemap may hold 50 MB uncompressed (sitemaps.org)
MAX_ADDRESS = 2000  # characters; longer ones are junk or attacks


@dataclass(frozen=True, slots=True)
class Listing:
    """Stories that a listing names, further sitemaps it points to, and what was wrong with it."""

    candidates: tuple[Candidate, ...] = ()
    sitemaps: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def listing(body: bytes, *, url: str, content_type: str = "") -> Listing:
    """Read RSS 0.9 to 2.0, Atom, JSON Feed, sitemaps (news, index; gzipped or not) or an HTML page of links.

    Never raises: what cannot be read is a problem in words. A candidate appears once, with absolute http(s) address.
    """
    try:
        body = _unzipped(body)
    except (zlib.error, ValueError) as error:
        return Listing(problems=(f"{url}: {error}",))
    start = body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        return Listing(problems=(f"{url}: the listing is empty",))
    if start.startswith(b"{"):
        return _json_feed(body, url)
    # By its first tag, not by its Content-Type: many feeds are served as text/html.
    is_page = start[:9].lower() == b"<!doctype" or b"<html" in start.lower() or "html" in content_type
    if is_page and not start.lower().startswith(XML):
        return _settled(links.candidates(body, url), (), url)
    try:
        found, sitemaps = xml.entries(body, url)
    except etree.XMLSyntaxError as error:
        return Listing(problems=(f"{url}: neither feed nor sitemap: {error.msg}",))
    if found is None:
        return Listing(problems=(f"{url}: neither feed nor sitemap: its root names neither entries nor addresses",))
    return _settled(found, sitemaps, url)


def _settled(found: list[Candidate], sitemaps: tuple[str, ...], url: str) -> Listing:
    unique: dict[str, Candidate] = {}
    for candidate in found:
        if is_http_url(candidate.url):
            unique.setdefault(candidate.url, candidate)
    return Listing(tuple(unique.values()), tuple(s for s in dict.fromkeys(sitemaps) if is_http_url(s)))


def is_http_url(url: str) -> bool:
    """Tell whether a link can be a story: http or https with a host, one line, no tricks of the parser."""
    if not 10 <= len(url) <= MAX_ADDRESS or "\\" in url or any(ord(c) <= 32 for c in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _unzipped(body: bytes) -> bytes:
    if not body.startswith(GZIP_MAGIC):
        return body
    machine = zlib.decompressobj(wbits=31)
    text = machine.decompress(body, MAX_BYTES)
    if machine.unconsumed_tail:
        raise ValueError(f"the listing is larger than {MAX_BYTES} bytes when unpacked")
    if not machine.eof:
        raise ValueError("the listing's gzip stream is cut short")
    return text


def _json_feed(body: bytes, url: str) -> Listing:
    try:
        feed = json.loads(body)
        items = feed["items"]
        if not isinstance(items, list):
            raise TypeError("items is no list")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return Listing(problems=(f"{url}: not a JSON Feed: {error!r}",))
    found = [
        Candidate(
            url=xml.joined(url, str(item.get("url") or item.get("external_url") or "")),
            guid=_text(item.get("id")),
            headline=_text(item.get("title")),
            published=_text(item.get("date_published")),
            modified=_text(item.get("date_modified")),
            listing_url=url,
        )
        for item in items
        if isinstance(item, dict)
    ]
    return _settled(found, (), url)


def _text(value: object) -> str | None:
    return str(value).strip() or None if value is not None else None
