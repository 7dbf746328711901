"""Listings parsed before: one whose bytes are the same is not parsed again."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from newscrawl.discover.listing import Listing

MAX_ADDRESSES = 20_000  # over all listings kept: about 20 MB
MAX_ADDRESSES_EACH = 5_000


class ParsedListings:
    """What the listings of one process's crawls hold, the least recently used ones forgotten first.

    The candidates are needed each time, though their bytes are the same: that an article is still listed is noted, and
    one that could not be read before is new again.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[bytes, str, str], Listing] = OrderedDict()
        self._addresses = 0

    async def of(
        self, body: bytes, parse: Callable[..., Awaitable[Listing]], *, url: str, content_type: str
    ) -> Listing:
        """Return the listing of a body, parsed only if it differs from what was read at this URL."""
        key = (hashlib.sha256(body).digest(), url, content_type)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        parsed = await parse(body, url=url, content_type=content_type)
        if not parsed.problems and _size(parsed) <= MAX_ADDRESSES_EACH and key not in self._kept:
            self._keep(key, parsed)
        return parsed

    def _keep(self, key: tuple[bytes, str, str], parsed: Listing) -> None:
        self._kept[key] = parsed
        self._addresses += _size(parsed)
        while self._addresses > MAX_ADDRESSES:
            _, oldest = self._kept.popitem(last=False)
            self._addresses -= _size(oldest)


def _size(parsed: Listing) -> int:
    return 1 + len(parsed.candidates) + len(parsed.sitemaps)
