"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

from newscrawl.discover import plain_words
from newscrawl.discover.addresses import is_http_url, resolved
from newscrawl.discover.limits import MAX_ENTRIES
from newscrawl.items import Candidate


def read(text: str, url: str) -> list[Candidate]:
    """Return the candidates of a JSON Feed; raises ValueError if it is none. What is no item is left out."""
    try:
        feed, _ = json.JSONDecoder(strict=False).raw_decode(text.strip())
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise ValueError("it has no list of items")
    entries = islice((item for item in items if isinstance(item, dict)), MAX_ENTRIES + 1)
    return [_candidate(item, url) for item in entries]


def _candidate(item: dict[str, Any], base: str) -> Candidate:
    return Candidate(
        url=_address(item, base),
        guid=_text(item.get("id")),
        headline=_text(item.get("title")),
        published=_text(item.get("date_published")),
        modified=_text(item.get("date_modified")),
        listing_url=base,
    )


def _address(item: dict[str, Any], base: str) -> str:
    """Return the item's own page, else the page that it is about, else an id that is an address (as 1.1 advises)."""
    for name in ("url", "external_url"):
        if is_http_url(address := resolved(base, _text(item.get(name)) or "")):
            return address
    identifier = _text(item.get("id")) or ""
    return identifier if is_http_url(identifier) else ""


def _text(value: object) -> str | None:
    is_stated = isinstance(value, str | int | float) and not isinstance(value, bool)
    return plain_words.plain(str(value)) if is_stated else None
