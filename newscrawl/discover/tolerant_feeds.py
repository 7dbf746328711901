"""Entries of feeds whose XML cannot be repaired, read by feedparser: complete and tolerant, ten times as costly."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from newscrawl.discover import plain_words
from newscrawl.discover.addresses import resolved
from newscrawl.items import Candidate

# Its tolerant parser is pure Python: .2 s for an entry as large as this.
MAX_CHARACTERS = 200_000
MAX_TAGS = 5_000
_MARKUP = re.compile(r"[\"<>]")  # in an address: an attribute that was never closed
_FEED = re.compile(r"<(?:[\w.-]+:)?(?:rss|rdf|feed|channel)[\s>/]", re.IGNORECASE)


def can_read(element: str) -> bool:
    """Return whether an element is of a kind that feedparser knows, and small enough for it."""
    is_small = len(element) <= MAX_CHARACTERS and element.count("<") <= MAX_TAGS
    return is_small and _FEED.match(element) is not None


def read(element: str, url: str) -> list[Candidate]:
    """Return the candidates of a feed or of one entry of it; links are relative to `xml:base` and the feed's URL."""
    import feedparser  # its import takes .1 s, and most feeds do not need it

    parsed = feedparser.parse(
        BytesIO(element.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return [_candidate(entry, url) for entry in parsed.entries]


def _candidate(entry: Any, url: str) -> Candidate:
    title = entry.get("title_detail", {})
    link = _text(entry.get("feedburner_origlink")) or _text(entry.get("link"))
    is_html = title.get("type") not in {"text/plain", None}
    return Candidate(
        url="" if _MARKUP.search(link) else resolved(url, link),
        guid=plain_words.plain(_text(entry.get("id"))),
        headline=(plain_words.of_html if is_html else plain_words.of_either)(_text(entry.get("title"))),
        published=plain_words.plain(_text(entry.get("published"))),
        modified=plain_words.plain(_text(entry.get("updated"))),
        listing_url=url,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
