"""Sitemaps as plain text, one URL a line (sitemaps.org)."""

from __future__ import annotations

import re
from itertools import islice

from newscrawl.discover.addresses import is_http_url, resolved
from newscrawl.discover.limits import MAX_ENTRIES
from newscrawl.items import Candidate

_URL = re.compile(r"https?://[^\s<>\"]+$", re.IGNORECASE)
_TRIED_LINES = 20


def is_one(text: str) -> bool:
    """Return whether most of the first lines, but for comments, are URLs and nothing else."""
    stripped = (line.strip() for line in text[:50_000].splitlines())
    lines = [line for line in stripped if line and not line.startswith("#")][:_TRIED_LINES]
    return bool(lines) and 2 * sum(bool(_URL.match(line)) for line in lines) > len(lines)


def read(text: str, url: str) -> list[Candidate]:
    """Return the URLs of the lines that hold one."""
    addresses = (resolved(url, line) for line in text.splitlines() if _URL.match(line.strip()))
    found = (Candidate(url=address, listing_url=url) for address in addresses if is_http_url(address))
    return list(islice(found, MAX_ENTRIES + 1))
