"""Host limits kept by the process that owns a host: budgets, pauses and back-off, shared by all crawls."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from scrapy.crawler import Crawler

from newscrawl.clock import Clock, SystemClock
from newscrawl.config import Config
from newscrawl.fetch.clock import clock_of
from newscrawl.fetch.failures import HostBudget, HostResting
from newscrawl.fetch.host_limiter import Permit
from newscrawl.items import Resource
from newscrawl.jobs.host_manners import Manners, StatedManners, definitions, manners_of, stated_manners
from newscrawl.source_definition import SourceDefinition
from newscrawl.store.host_lease import HostLease
from newscrawl.store.owned_hosts import Admission, OwnedHosts
from newscrawl.store.shared_store import shared_store

logger = logging.getLogger(__name__)


class StoreHostLimiter:
    """Asks the hosts that this process owns; implements newscrawl.fetch.host_limiter.HostLimiter.

    Where a crawl has the system's clock, all counts by the store's: clocks of machines differ.
    """

    def __init__(
        self,
        hosts: OwnedHosts,
        clock: Clock,
        *,
        per_hour: int,
        source: str = "",
        stated: Sequence[StatedManners] = (),
    ) -> None:
        self.hosts = hosts
        self._per_hour = per_hour
        self._source = source
        self._stated = stated
        self._is_system_time = isinstance(clock, SystemClock)
        self._logged: set[tuple[str, str]] = set()  # (host, reason)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        config: Config = crawler.settings["NEWSCRAWL_CONFIG"]
        hosts = shared_store(crawler, config).hosts
        own = crawler.spidercls
        shared = [*definitions(), *([own] if issubclass(own, SourceDefinition) else [])]
        per_hour = config.host_requests_per_hour
        return cls(hosts, clock_of(crawler), per_hour=per_hour, source=own.name or "", stated=stated_manners(shared))

    def manners_of(self, host: str, delay_seconds: float) -> Manners:
        """Return how a host is requested by all, if a request of this crawl asks for a delay."""
        return manners_of(host, self._stated, Manners(delay_seconds, self._per_hour))

    def turn(self, host: str) -> StoreHostTurn:
        return StoreHostTurn(self, host)

    async def pause(self, host: str, wait: timedelta, now: datetime) -> None:
        await self.hosts.pause(host, wait, self.own_time(now))

    async def failed(self, host: str, now: datetime, reason: str, resource: Resource) -> None:
        await self.hosts.failed(host, self.own_time(now), reason, resource)

    async def answered(self, host: str, now: datetime, resource: Resource) -> None:
        await self.hosts.answered(host, self.own_time(now), resource)

    def own_time(self, now: datetime) -> datetime | None:
        """Return the time of a crawl that has a clock of its own, None for the store's time."""
        return None if self._is_system_time else now

    def log_once(self, host: str, reason: str, until: str = "") -> None:
        """Log a refusal once per crawl; each refused request also gets its own line from the spider."""
        if (host, reason) not in self._logged:
            self._logged.add((host, reason))
            level = logging.INFO if reason == "held" else logging.WARNING
            logger.log(
                level,
                "fetch=refused host=%s reason=%s%s",
                host,
                reason,
                until and f" until={until}",
                extra={"source": self._source},
            )


class StoreHostTurn:
    """The turn of one request; it ends with the request, whatever becomes of it."""

    def __init__(self, limiter: StoreHostLimiter, host: str) -> None:
        self._limiter = limiter
        self._host = host
        self._lease: HostLease | None = None
        self._is_sent = False
        self._per_hour = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, error_class: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    async def admit(self, now: datetime, *, delay_seconds: float) -> Permit:
        self._end()
        limiter = self._limiter
        manners = limiter.manners_of(self._host, delay_seconds)
        self._per_hour = manners.per_hour
        admission = await limiter.hosts.admit(
            self._host, limiter.own_time(now), per_hour=manners.per_hour, delay_seconds=manners.delay_seconds
        )
        self._lease = admission.lease
        return self._permit(admission, now)

    def confirm(self, now: datetime) -> Permit:
        if self._lease is None:
            raise RuntimeError(f"{self._host}: a request that was not admitted cannot be confirmed")
        admission = self._limiter.hosts.confirm(self._lease, self._limiter.own_time(now))
        self._is_sent = not admission.refused_for
        return self._permit(admission, now)

    @property
    def ends_at(self) -> float | None:
        return None if self._lease is None else self._lease.valid_until

    def _end(self) -> None:
        if self._lease is not None:
            self._limiter.hosts.ended(self._lease, was_sent=self._is_sent)
        self._lease, self._is_sent = None, False

    def _permit(self, admission: Admission, now: datetime) -> Permit:
        if not admission.refused_for:
            return Permit(wait_seconds=admission.wait_seconds)
        if admission.refused_for == "held":
            self._limiter.log_once(self._host, "held")
            return Permit(ask_again_seconds=admission.opens_in.total_seconds())
        opens_at = now + admission.opens_in
        if admission.refused_for == "pause":
            return Permit(paused_until=opens_at)
        moment = f"{opens_at:%Y-%m-%dT%H:%M:%SZ}"
        self._limiter.log_once(self._host, admission.refused_for, moment)
        if admission.refused_for == "budget":
            text = f"all {self._per_hour} requests of this hour are used; next request from {moment}"
            raise HostBudget(f"{self._host}: {text}", retry_at=opens_at)
        text = f"failed {admission.failures} times in a row; no request before {moment}"
        raise HostResting(f"{self._host} {text}", retry_at=opens_at)
