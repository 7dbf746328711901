"""Recognize the format of a listing by its content, and parse it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import unescape

from newscrawl.discover import feeds_and_sitemaps, json_feeds, links, text_sitemaps, xml_repair
from newscrawl.discover.addresses import is_http_url
from newscrawl.discover.characters import decoded
from newscrawl.discover.limits import MAX_ENTRIES, MAX_ITEMS, Entries
from newscrawl.items import GZIP_MAGIC, Candidate

MAX_BYTES = 64 * 2**20  # a sitemap may hold 50 MB uncompressed (sitemaps.org)
MAX_PACKINGS = 2  # a gzipped file, gzipped again by the server without saying so
_STEP_BYTES = 1 << 16  # of packed input
_GZIP, _ZLIB = 31, 15  # zlib's names for the two
_BLANKS = b"\xef\xbb\xbf \t\r\n"


@dataclass(frozen=True, slots=True)
class Listing:
    """The candidates of a listing, the further sitemaps it names, and its problems, each a sentence with the URL.

    A listing without candidates and sitemaps has a problem.
    """

    candidates: tuple[Candidate, ...] = ()
    sitemaps: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    left_out: str = ""  # that there are more entries than are read, in a sentence with the URL
    is_empty_sitemap: bool = (
        False  # well formed: a news sitemap holds two days, and a small paper may have written none
    )

    def problems_for_source(self, url: str, has_articles: bool, depth: int, *, is_alone: bool) -> tuple[str, ...]:
        """Return the problems of a listing for a source; that a stated one names no article of it is one.

        A front page drawn by a script still has its navigation. Sitemaps below an index (`depth`) may be of anything,
        and a sitemap beside other listings may be empty.
        """
        if self.is_empty_sitemap and (depth or not is_alone):
            return ()
        if self.problems or has_articles or self.sitemaps or depth:
            return self.problems
        return (f"{url}: none of its {len(self.candidates)} addresses is an article of this source",)


def listing(body: bytes, *, url: str, content_type: str = "") -> Listing:
    """Parse RSS 0.9 to 2.0, RDF, Atom, JSON Feed, sitemaps (news, index, text; packed or not) or a page of links.

    Never raises: a listing that cannot be parsed has a problem. Candidates are distinct and have absolute http(s) URLs.
    Of `content_type` only the charset counts: many feeds are served as text/html.
    """
    try:
        text = decoded(_unpacked(body), content_type)
        entries = _read(text, url)
    except (zlib.error, ValueError) as error:
        return Listing(problems=(f"{url}: {error}",))
    most = entries.most
    found = _distinct(entries.candidates[:most], entries.sitemaps[:most])
    if found.candidates or found.sitemaps:
        return replace(found, left_out=f"{url}: only its first {most} entries are read") if entries.is_cut else found
    is_empty_sitemap = not entries.candidates and not entries.sitemaps and xml_repair.is_sitemap(text)
    problem = f"{url}: {_emptiness(text, len(entries.candidates))}"
    return Listing(problems=(problem,), is_empty_sitemap=is_empty_sitemap)


def _read(text: str, url: str) -> Entries:
    if not text[:2048].strip("\ufeff \t\r\n\0"):
        raise ValueError("the listing is empty")
    text = json_feeds.unquoted(text)
    if (begins := json_feeds.start_of(text)) is not None:
        try:
            return Entries(json_feeds.read(text[begins:], url), [], MAX_ENTRIES)
        except ValueError as error:
            raise ValueError(f"not a JSON Feed: {error}") from error
    if root := xml_repair.root_of(text):
        try:
            return feeds_and_sitemaps.read(text, root, url)
        except feeds_and_sitemaps.Unreadable as error:
            raise ValueError(f"neither feed nor sitemap: {error}") from error
    if text_sitemaps.is_one(text):
        return Entries(text_sitemaps.read(text, url), [], MAX_ENTRIES)
    if xml_repair.is_page(text):
        found = links.candidates(text, url)
        shown = unescape(text) if not found and "&lt;" in text else ""
        if shown and xml_repair.root_of(shown):  # a feed as a browser shows it, or escaped by its template
            return _read(shown, url)
        return Entries(found, [], MAX_ITEMS)
    raise ValueError("neither feed nor sitemap nor page: its root element is of no known kind")


def _emptiness(text: str, entries: int) -> str:
    """Return what is missing in a listing that names no address."""
    if entries:
        return f"none of its {entries} entries has an address"
    if xml_repair.root_of(text) is None and xml_repair.is_page(text):
        return "the page has no links; a script may draw them"
    return "the listing has no entries"


def _distinct(candidates: Iterable[Candidate], sitemaps: Iterable[str]) -> Listing:
    unique: dict[str, Candidate] = {}
    for candidate in candidates:
        if is_http_url(candidate.url):
            known = unique.get(candidate.url)
            unique[candidate.url] = candidate if known is None else _merged(known, candidate)
    return Listing(tuple(unique.values()), tuple(s for s in dict.fromkeys(sitemaps) if is_http_url(s)))


def _merged(known: Candidate, other: Candidate) -> Candidate:
    """Return a candidate with what only another entry of the same address says of it."""
    if other.headline is None and other.published is None and other.modified is None:
        return known
    return replace(
        known,
        headline=known.headline or other.headline,
        published=known.published or other.published,
        modified=known.modified or other.modified,
    )


def _unpacked(body: bytes) -> bytes:
    """Return a listing without its packings, stated or not; a stream that is cut short raises ValueError."""
    for _ in range(MAX_PACKINGS):
        inner = body.lstrip(_BLANKS) if body[:64].lstrip(_BLANKS).startswith(GZIP_MAGIC) else body  # a script's line
        wbits = _GZIP if inner.startswith(GZIP_MAGIC) else _ZLIB if _is_zlib(inner) else 0
        if not wbits:
            break
        body = _inflated(inner, wbits)
    return body


def _is_zlib(body: bytes) -> bool:
    """Return whether bytes begin with a zlib stream (RFC 1950); its first two may be letters, so it is tried."""
    if len(body) < 2 or body[0] & 0x0F != 8 or (body[0] << 8 | body[1]) % 31:
        return False
    try:
        return bool(zlib.decompressobj(_ZLIB).decompress(body[:_STEP_BYTES], _STEP_BYTES))
    except zlib.error:
        return False


def _inflated(body: bytes, wbits: int) -> bytes:
    """Return what a zlib stream or a file of gzip members holds; what follows the last of them is padding."""
    parts: list[bytes] = []
    room, at = MAX_BYTES, 0
    while at == 0 or (wbits == _GZIP and body.startswith(GZIP_MAGIC, at)):
        member = zlib.decompressobj(wbits)
        while not member.eof and at < len(body):
            step = body[at : at + _STEP_BYTES]
            parts.append(member.decompress(step, room + 1))  # one more, as 0 would be no limit
            room -= len(parts[-1])
            if room < 0:
                raise ValueError(f"the listing is larger than {MAX_BYTES} bytes when unpacked")
            at += len(step) - len(member.unused_data)
        if not member.eof:
            raise ValueError(f"the listing's {'gzip' if wbits == _GZIP else 'zlib'} stream is cut short")
    return b"".join(parts)
