"""How many entries of a listing are read; readers return one more where there are more."""

from __future__ import annotations

from typing import NamedTuple

from newscrawl.items import Candidate

MAX_ENTRIES = 50_000  # of a sitemap, as sitemaps.org allows, and of a JSON Feed: two seconds of CPU time
MAX_ITEMS = 20_000  # of a feed, of a page's links, and of a listing whose entries are parsed each by itself


class Entries(NamedTuple):
    """What the entries of a listing name; `most` of these are read, and there may be one more."""

    candidates: list[Candidate]
    sitemaps: list[str]
    most: int
    has_more: bool = False

    @property
    def is_cut(self) -> bool:
        return self.has_more or len(self.candidates) + len(self.sitemaps) > self.most
