"""Politeness: Retry-After, Crawl-delay and the pace of requests to each host."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from scrapy.http import Headers, Response

from newscrawl.clock import Clock
from newscrawl.fetch.captures import fetched_at
from newscrawl.fetch.failures import HostPaused, Interrupted
from newscrawl.fetch.scope import FetchScope, HostPace
from newscrawl.items import MAX_RETRY_AFTER

logger = logging.getLogger(__name__)

PAUSE_STATUSES = frozenset({429, 503})


def retry_after(headers: Headers, now: datetime) -> timedelta | None:
    """Return the Retry-After of a response (RFC 9110, 10.2.3) as a duration; None if there is none.

    A date is relative to the response's own Date, if it has one, since both are by the server's clock.
    """
    value = (headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isascii() and value.isdigit():
        wait = timedelta(seconds=min(int(value[:12]), MAX_RETRY_AFTER.total_seconds()))
    elif moment := _http_date(value):
        sent = _http_date((headers.get("Date") or b"").decode("latin-1"))
        wait = moment - (sent or now)
    else:
        return None
    return min(max(wait, timedelta()), MAX_RETRY_AFTER)


def retry_at_of(response: Response) -> datetime | None:
    """Return when the Retry-After of a 429 or 503 ends, by the crawl's clock."""
    at = fetched_at(response)
    if response.status not in PAUSE_STATUSES or at is None:
        return None
    wait = retry_after(response.headers, at)
    return None if wait is None else at + wait


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


class Politeness:
    """When each host may be requested again: by one crawl's clock and stop, over paces that its process shares.

    Paces are measured with the monotonic clock: setting the system's clock neither shortens nor prolongs them.
    """

    def __init__(self, clock: Clock, scope: FetchScope, *, max_wait_seconds: float, requests_at_once: int = 1) -> None:
        self._clock = clock
        self._scope = scope
        self._max_wait_seconds = max_wait_seconds
        self._requests_at_once = requests_at_once
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Let no further request of this crawl through; those that wait raise Interrupted now."""
        self._stopped.set()

    @asynccontextmanager
    async def place_in_queue(self, url: str) -> AsyncIterator[None]:
        """Hold one of the host's places while a request is made; raises Interrupted after `stop`."""
        queue = self._pace(url).queue
        if queue.locked():
            await self.until_stopped(queue.acquire())
        else:
            await queue.acquire()
        try:
            self.raise_if_stopped()
            yield
        finally:
            queue.release()

    async def wait(self, url: str, delay_seconds: float = 0.0) -> None:
        """Wait until the host's pause and its pace permit a request, and count it from then on.

        Raises HostPaused if a pause is longer than a crawl may wait, Interrupted after `stop`.
        """
        pace = self._pace(url)
        while (wait := max(pace.paused_until, pace.next_start) - time.monotonic()) > 0:
            pause = pace.paused_until - time.monotonic()
            if pause > self._max_wait_seconds:
                until = self._clock.now() + timedelta(seconds=pause)
                raise HostPaused(f"{host_of(url)} asked for a pause until {until:%Y-%m-%dT%H:%M:%SZ}", retry_at=until)
            await self.until_stopped(asyncio.sleep(wait))
        self.raise_if_stopped()
        pace.next_start = time.monotonic() + max(delay_seconds, pace.crawl_delay_seconds)

    async def sleep(self, seconds: float) -> None:
        """Wait; raises Interrupted after `stop`."""
        await self.until_stopped(asyncio.sleep(seconds))

    def pause(self, host: str, wait: timedelta) -> None:
        pace = self._scope.pace_of(host, self._requests_at_once)
        pace.paused_until = max(pace.paused_until, time.monotonic() + wait.total_seconds())

    def observe(self, response: Response) -> timedelta | None:
        """Start the pause that a 429 or 503 demands by Retry-After, and return its length; None if there is none."""
        if response.status not in PAUSE_STATUSES:
            return None
        wait = retry_after(response.headers, self._clock.now())
        if wait:
            host = host_of(response.url)
            self.pause(host, wait)
            logger.warning("fetch=paused host=%s seconds=%d status=%d", host, wait.total_seconds(), response.status)
        return wait

    def set_crawl_delay(self, url: str, seconds: float) -> None:
        """Apply a host's Crawl-delay, at most the configured maximum."""
        self._pace(url).crawl_delay_seconds = min(seconds, self._max_wait_seconds)

    def delay_of(self, url: str, default: float) -> float:
        """Return the minimum seconds between two requests to a URL's host."""
        return max(default, self._pace(url).crawl_delay_seconds)

    def _pace(self, url: str) -> HostPace:
        return self._scope.pace_of(host_of(url), self._requests_at_once)

    async def until_stopped(self, awaitable: Awaitable[object]) -> None:
        """Await something; raises Interrupted, and gives it up, if the crawl is stopped first."""
        waiting = asyncio.ensure_future(awaitable)
        stopping = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait({waiting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            waiting.cancel()
        self.raise_if_stopped()

    def raise_if_stopped(self) -> None:
        """Raise Interrupted after `stop`."""
        if self._stopped.is_set():
            raise Interrupted("the crawl is being stopped")


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
