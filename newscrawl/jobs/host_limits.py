"""Host limits kept in the store: budgets, pauses and back-off, shared by all crawls."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Self

from scrapy.crawler import Crawler

from newscrawl.config import Config
from newscrawl.fetch.failures import HostBudget, HostResting
from newscrawl.store.shared_store import SharedStore, shared_store

logger = logging.getLogger(__name__)


class StoreHostLimiter:
    """Asks the store before each request of a crawl (the interface is newscrawl.fetch.host_limiter.HostLimiter)."""

    def __init__(self, shared: SharedStore, *, per_hour: int) -> None:
        self._shared = shared
        self._per_hour = per_hour
        self._failing: set[str] = set()  # hosts whose next good answer is news
        self._told: set[tuple[str, str]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        config: Config = crawler.settings["NEWSCRAWL_CONFIG"]
        return cls(shared_store(crawler, config), per_hour=config.host_requests_per_hour)

    async def admit(self, host: str, now: datetime) -> datetime | None:
        answer = await (await self._shared.get()).admit(host, now, per_hour=self._per_hour)
        if answer.failures:
            self._failing.add(host)
        if not answer.refused_for or answer.opens_at is None:
            return None
        if answer.refused_for == "pause":
            return answer.opens_at
        opens = f"{answer.opens_at:%Y-%m-%dT%H:%M:%SZ}"
        self._tell(host, answer.refused_for, opens)
        if answer.refused_for == "budget":
            told = f"{host} has had its {self._per_hour} requests of this hour; again from {opens}"
            raise HostBudget(told, retry_at=answer.opens_at)
        told = f"{host} failed {answer.failures} times in a row and is left alone until {opens}"
        raise HostResting(told, retry_at=answer.opens_at)

    async def pause(self, host: str, until: datetime, now: datetime) -> None:
        await (await self._shared.get()).pause_host(host, until, now=now)

    async def failed(self, host: str, now: datetime, reason: str) -> None:
        self._failing.add(host)
        await (await self._shared.get()).host_failed(host, now, reason)

    async def answered(self, host: str) -> None:
        if host in self._failing:
            self._failing.discard(host)
            await (await self._shared.get()).host_answered(host)

    def _tell(self, host: str, why: str, opens: str) -> None:
        """Say it once a crawl: every request that is refused for it says it again, in its own line."""
        if (host, why) not in self._told:
            self._told.add((host, why))
            logger.warning("fetch=refused host=%s reason=%s until=%s", host, why, opens)
