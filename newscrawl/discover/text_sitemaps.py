"""Sitemaps as plain text, one URL a line (sitemaps.org)."""

from __future__ import annotations

import re
from itertools import islice

from newscrawl.discover.addresses import is_http_url, resolved
from newscrawl.discover.limits import MAX_ENTRIES
from newscrawl.items import Candidate

# A line may be quoted, or one of a table: behind the URL a tab, or a comma and the date of the last change.
_URL = re.compile(
    r"""["'<]?(https?://[^\s<>"]+?)["'>]?(?:[,;|]\s?["']?\d{4}-\d\d-\d\d\b.*|\t.*|[,;|]["'][^<>]*|[,;])?$""",
    re.IGNORECASE,
)
_TRIED_LINES = 20


def is_one(text: str) -> bool:
    """Return whether most of the first lines, but for comments, are URLs and nothing else."""
    stripped = (line.strip() for line in text[:50_000].splitlines())
    lines = [line for line in stripped if line and not line.startswith("#")][:_TRIED_LINES]
    return bool(lines) and 2 * sum(bool(_URL.match(line)) for line in lines) > len(lines)


def read(text: str, url: str) -> list[Candidate]:
    """Return the URLs of the lines that hold one."""
    lines = (_URL.match(line.strip(" \t\r\0\ufeff")) for line in text.splitlines())
    addresses = (resolved(url, line[1]) for line in lines if line)
    found = (Candidate(url=address, listing_url=url) for address in addresses if is_http_url(address))
    return list(islice(found, MAX_ENTRIES + 1))
