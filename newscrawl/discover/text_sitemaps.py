"""Sitemaps as plain text, one URL a line (sitemaps.org)."""

from __future__ import annotations

import re
from itertools import islice

from newscrawl.discover.addresses import is_http_url, resolved
from newscrawl.discover.limits import MAX_ENTRIES
from newscrawl.items import Candidate

# A line may be quoted, or one of a table: behind the URL a tab, or a comma and the date of the last change.
_URL = re.compile(
    r"""["'<]?(https?://[^\s<>"]+?)["'>]?"""
    r"""(?:\t.*|[,;|]\s?["']?\d{4}-\d\d-\d\d(?:T[\d:.+Z-]*+)?["']?(?:[\s,;|].*)?|[,;|]["'][^<>]*|[,;])?$""",
    re.IGNORECASE,
)
_MAX_LINE = 8192  # characters; a line is tried once for each of its commas
_TRIED_LINES = 20


def is_one(text: str) -> bool:
    """Return whether most of the first lines, but for comments, are URLs, or begin with one and its date."""
    stripped = (line.strip() for line in text[:50_000].splitlines())
    lines = [line for line in stripped if line and not line.startswith("#")][:_TRIED_LINES]
    return bool(lines) and 2 * sum(_url_of(line) is not None for line in lines) > len(lines)


def read(text: str, url: str) -> list[Candidate]:
    """Return the URLs of the lines that hold one."""
    addresses = (resolved(url, stated) for line in text.splitlines() if (stated := _url_of(line)))
    found = (Candidate(url=address, listing_url=url) for address in addresses if is_http_url(address))
    return list(islice(found, MAX_ENTRIES + 1))


def _url_of(line: str) -> str | None:
    found = _URL.match(line.strip(" \t\r\0\ufeff")) if len(line) <= _MAX_LINE else None
    return found[1] if found else None
