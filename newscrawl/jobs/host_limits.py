"""Host limits kept in the store: budgets, pauses and back-off, shared by all crawls."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Self

from scrapy.crawler import Crawler

from newscrawl.config import Config
from newscrawl.fetch.failures import HostBudget, HostResting
from newscrawl.fetch.host_limiter import Permit
from newscrawl.items import Resource
from newscrawl.store.shared_store import SharedStore, shared_store

logger = logging.getLogger(__name__)


class StoreHostLimiter:
    """Asks the store before each request of a crawl; implements newscrawl.fetch.host_limiter.HostLimiter."""

    def __init__(self, shared: SharedStore, *, per_hour: int) -> None:
        self._shared = shared
        self._per_hour = per_hour
        self._failing: set[str] = set()  # their answers must be reported to the store
        self._logged: set[tuple[str, str]] = set()  # (host, reason)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        config: Config = crawler.settings["NEWSCRAWL_CONFIG"]
        return cls(shared_store(crawler, config), per_hour=config.host_requests_per_hour)

    async def admit(self, host: str, now: datetime, *, delay_seconds: float) -> Permit:
        store = await self._shared.get()
        admission = await store.admit(host, now, per_hour=self._per_hour, delay_seconds=delay_seconds)
        if admission.failures:
            self._failing.add(host)
        if not admission.refused_for or admission.opens_at is None:
            return Permit(wait_seconds=admission.wait_seconds)
        if admission.refused_for == "pause":
            return Permit(paused_until=admission.opens_at)
        opens_at = f"{admission.opens_at:%Y-%m-%dT%H:%M:%SZ}"
        self._log_once(host, admission.refused_for, opens_at)
        if admission.refused_for == "budget":
            message = f"{host}: all {self._per_hour} requests of this hour are used; next request from {opens_at}"
            raise HostBudget(message, retry_at=admission.opens_at)
        message = f"{host} failed {admission.failures} times in a row; no request before {opens_at}"
        raise HostResting(message, retry_at=admission.opens_at)

    async def paused_until(self, host: str, now: datetime) -> datetime | None:
        state = await (await self._shared.get()).host(host)
        return state.paused_until if state.is_paused(now) else None

    async def pause(self, host: str, until: datetime, now: datetime) -> None:
        await (await self._shared.get()).pause_host(host, until, now=now)

    async def failed(self, host: str, now: datetime, reason: str, resource: Resource) -> None:
        self._failing.add(host)
        await (await self._shared.get()).host_failed(host, now, reason, resource)

    async def answered(self, host: str, now: datetime, resource: Resource) -> None:
        if host in self._failing and await (await self._shared.get()).host_answered(host, now, resource):
            self._failing.discard(host)

    def _log_once(self, host: str, reason: str, opens_at: str) -> None:
        """Log a refusal once per crawl; each refused request also gets its own line from the spider."""
        if (host, reason) not in self._logged:
            self._logged.add((host, reason))
            logger.warning("fetch=refused host=%s reason=%s until=%s", host, reason, opens_at)
