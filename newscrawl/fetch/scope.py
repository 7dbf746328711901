"""What the exchanges of one process share, whichever crawl they belong to: paces of hosts, and robots.txt files."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from scrapy.crawler import Crawler

from newscrawl.errors import RecordingError, StoreUnavailable

if TYPE_CHECKING:
    from newscrawl.fetch.robots import Robots

ROBOTS_SECONDS = 3600.0  # RFC 9309, 2.4 allows 24 hours; an hour notices a new rule on the same day
ROBOTS_FAILURE_SECONDS = 60.0


@dataclass(slots=True)
class HostPace:
    """One host's queue, and when its next request may be sent, by the monotonic clock."""

    queue: asyncio.Semaphore
    paused_until: float = 0.0
    next_start: float = 0.0
    crawl_delay_seconds: float = 0.0


@dataclass(slots=True)
class _CachedRobots:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    expires_at: float = 0.0
    robots: Robots | None = None
    error: Exception | None = None


class FetchScope:
    """Passed to crawlers as a setting; Scrapy copies settings in depth, and this must stay the one it is."""

    def __init__(self) -> None:
        self._paces: dict[str, HostPace] = {}
        self._robots: dict[str, _CachedRobots] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def pace_of(self, host: str, requests_at_once: int) -> HostPace:
        if host not in self._paces:
            self._paces[host] = HostPace(asyncio.Semaphore(requests_at_once))
        return self._paces[host]

    async def robots_of(self, origin: str, fetch: Callable[[], Awaitable[Robots]]) -> Robots:
        """Return an origin's robots.txt, fetched by whoever needs it first; an error is kept for a minute.

        What ends the crawl that fetches, or keeps it from storing, is no error of the origin: the next one fetches
        again.
        """
        cached = self._robots.setdefault(origin, _CachedRobots())
        async with cached.lock:
            if time.monotonic() >= cached.expires_at:
                await self._refresh(cached, fetch)
        if cached.error is not None:
            raise cached.error
        if cached.robots is None:
            raise RuntimeError(f"{origin}: robots.txt was neither fetched nor failed")
        return cached.robots

    async def _refresh(self, cached: _CachedRobots, fetch: Callable[[], Awaitable[Robots]]) -> None:
        try:
            cached.robots, cached.error = await fetch(), None
        except Exception as error:
            if getattr(error, "is_of_crawl", False) or isinstance(error, StoreUnavailable | RecordingError):
                raise
            cached.robots, cached.error = None, error
            cached.expires_at = time.monotonic() + ROBOTS_FAILURE_SECONDS
        else:
            cached.expires_at = time.monotonic() + ROBOTS_SECONDS


def fetch_scope_of(crawler: Crawler) -> FetchScope:
    """Return the process's scope, or one of the crawl's own where none was passed: `scrapy crawl`, replays, probes."""
    scope: FetchScope | None = crawler.settings.get("NEWSCRAWL_FETCH_SCOPE")
    if scope is None:
        scope = FetchScope()
        crawler.settings.set("NEWSCRAWL_FETCH_SCOPE", scope, priority="cmdline")
    return scope
