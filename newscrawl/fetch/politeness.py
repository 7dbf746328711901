"""Politeness: Retry-After, Crawl-delay and the pace of requests to each host."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from scrapy.http import Headers, Request, Response

from newscrawl.clock import Clock
from newscrawl.fetch.captures import fetched_at
from newscrawl.fetch.failures import HostPaused
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
    """When each host may be requested again, within one crawl.

    Pauses are measured with the monotonic clock: setting the system's clock neither shortens nor prolongs them.
    """

    def __init__(self, clock: Clock, *, max_wait_seconds: float) -> None:
        self._clock = clock
        self._max_wait_seconds = max_wait_seconds
        self._delays: dict[str, float] = {}
        self._free_at: dict[str, float] = {}

    def pause(self, host: str, wait: timedelta) -> None:
        self._free_at[host] = max(self._free_at.get(host, 0.0), time.monotonic() + wait.total_seconds())

    async def wait(self, url: str) -> None:
        """Wait until the host's pause is over; raises HostPaused if that takes longer than a crawl may wait."""
        host = host_of(url)
        while (wait := self._free_at.get(host, 0.0) - time.monotonic()) > 0:
            if wait > self._max_wait_seconds:
                until = self._clock.now() + timedelta(seconds=wait)
                raise HostPaused(f"{host} asked for a pause until {until:%Y-%m-%dT%H:%M:%SZ}", retry_at=until)
            await asyncio.sleep(wait)

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
        self._delays[host_of(url)] = min(seconds, self._max_wait_seconds)

    def delay_of(self, request: Request, default: float) -> float:
        """Return the minimum seconds between two requests to a request's host."""
        return max(default, self._delays.get(host_of(request.url), 0.0))


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
