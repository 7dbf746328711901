"""How many entries of a listing are read; readers return one more where there are more."""

from __future__ import annotations

MAX_ENTRIES = 50_000  # of a sitemap, as sitemaps.org allows, and of a JSON Feed: two seconds of CPU time
MAX_ITEMS = 20_000  # of a feed, of a page's links, and of a listing whose entries are parsed each by itself
