"""Interface for per-host limits: budget, pauses, back-off. An implementation may persist them across crawls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from scrapy.http import Response

from newscrawl.clock import Clock
from newscrawl.fetch.failures import classify_failure
from newscrawl.items import Resource

# Reasons that mean a failure of the host, not of one page; every status from 500 on means one, too.
HOST_FAILURES = frozenset({"timeout", "dns", "tls", "refused", "connection"})


@dataclass(frozen=True, slots=True)
class Permit:
    """When a request may be sent: after `wait_seconds`, unless its host is paused."""

    wait_seconds: float = 0.0
    paused_until: datetime | None = None  # the request was not counted


class HostLimiter(Protocol):
    """Limits per host across crawls, sources and processes; times are by the crawl's clock."""

    async def admit(self, host: str, now: datetime, *, delay_seconds: float) -> Permit:
        """Count one request, or return when the host's pause (Retry-After) ends; the next one is `delay_seconds` later.

        Raises HostBudget if the hour's budget is used up, HostResting while the host is in back-off after failures.
        """
        ...

    async def paused_until(self, host: str, now: datetime) -> datetime | None:
        """Return when the pause ends that a host demanded meanwhile."""
        ...

    async def pause(self, host: str, until: datetime, now: datetime) -> None:
        """Store a pause that the host demanded by Retry-After."""
        ...

    async def failed(self, host: str, now: datetime, reason: str, resource: Resource) -> None:
        """Count a failure of the host itself."""
        ...

    async def answered(self, host: str, now: datetime, resource: Resource) -> None:
        """End the host's failures of this resource and of lesser ones: robots.txt says nothing about articles."""
        ...


class NoLimit:
    """No limits: for fetches outside a crawl, which have no store."""

    async def admit(self, host: str, now: datetime, *, delay_seconds: float) -> Permit:
        return Permit()

    async def paused_until(self, host: str, now: datetime) -> datetime | None:
        return None

    async def pause(self, host: str, until: datetime, now: datetime) -> None:
        return None

    async def failed(self, host: str, now: datetime, reason: str, resource: Resource) -> None:
        return None

    async def answered(self, host: str, now: datetime, resource: Resource) -> None:
        return None


class OutcomeReport:
    """Reports the outcome of one exchange to a host limiter."""

    def __init__(self, host_limiter: HostLimiter, host: str, resource: Resource, clock: Clock) -> None:
        self._limiter = host_limiter
        self._host = host
        self._resource = resource
        self._clock = clock
        self._status = 0

    def received(self, response: Response) -> None:
        self._status = response.status

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, error_class: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        reason = f"http_{self._status}" if self._status >= 500 else None
        if isinstance(error, Exception):
            reason = classify_failure(error)[1]
            reason = reason if reason in HOST_FAILURES else None
        if reason is not None:
            await self._limiter.failed(self._host, self._clock.now(), reason, self._resource)
        elif error is None:
            await self._limiter.answered(self._host, self._clock.now(), self._resource)
