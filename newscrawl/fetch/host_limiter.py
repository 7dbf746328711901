"""Interface for per-host limits: budget, pauses, back-off. An implementation may persist them across crawls."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol, Self

from scrapy.http import Response

from newscrawl.clock import Clock
from newscrawl.fetch.failures import classify_failure
from newscrawl.fetch.politeness import Politeness, host_of
from newscrawl.items import Resource

# Reasons that mean a failure of the host, not of one page; every status from 500 on means one, too.
HOST_FAILURES = frozenset({"timeout", "dns", "tls", "refused", "connection"})


@dataclass(frozen=True, slots=True)
class Permit:
    """When a request may be sent: after `wait_seconds`, unless it must ask again and was not counted."""

    wait_seconds: float = 0.0
    paused_until: datetime | None = None
    ask_again_seconds: float | None = None  # another process has the host

    @property
    def is_given(self) -> bool:
        return self.paused_until is None and self.ask_again_seconds is None


class HostTurn(Protocol):
    """One request's way to its host; times are by the crawl's clock."""

    async def admit(self, now: datetime, *, delay_seconds: float) -> Permit:
        """Count the request, or return why it must ask again; the next one to the host is `delay_seconds` later.

        Raises HostBudget if the hour's budget is used up, HostResting while the host is in back-off after failures.
        """
        ...

    def confirm(self, now: datetime) -> Permit:
        """Return whether the request may be sent, now that it has waited for its place."""
        ...

    @property
    def ends_at(self) -> float | None:
        """Until when the host is certainly ours, by the monotonic clock; that moves on with each renewal."""
        ...


class HostLimiter(Protocol):
    """Limits per host across crawls, sources and processes; times are by the crawl's clock."""

    def turn(self, host: str) -> AbstractAsyncContextManager[HostTurn]:
        """Return the context of one request; while it lasts, an admitted request keeps the host with this process."""
        ...

    async def pause(self, host: str, wait: timedelta, now: datetime) -> None:
        """Store a pause that the host demanded by Retry-After."""
        ...

    async def failed(self, host: str, now: datetime, reason: str, resource: Resource) -> None:
        """Count a failure of the host itself."""
        ...

    async def answered(self, host: str, now: datetime, resource: Resource) -> None:
        """End the host's failures of this resource and of lesser ones: robots.txt says nothing about articles."""
        ...


class NoTurn:
    """The turn of a request without limits."""

    ends_at: float | None = None

    async def admit(self, now: datetime, *, delay_seconds: float) -> Permit:
        return Permit()

    def confirm(self, now: datetime) -> Permit:
        return Permit()


class NoLimit:
    """No limits: for fetches outside a crawl, which have no store."""

    def turn(self, host: str) -> AbstractAsyncContextManager[HostTurn]:
        return nullcontext(NoTurn())

    async def pause(self, host: str, wait: timedelta, now: datetime) -> None:
        return None

    async def failed(self, host: str, now: datetime, reason: str, resource: Resource) -> None:
        return None

    async def answered(self, host: str, now: datetime, resource: Resource) -> None:
        return None


async def wait_for_turn(turn: HostTurn, politeness: Politeness, clock: Clock, url: str, delay_seconds: float) -> None:
    """Wait until a URL may be requested; raises HostPaused, HostBudget or HostResting with `retry_at`."""
    await politeness.wait(url, delay_seconds)
    now = clock.now()
    while not (permit := await _take_place(turn, politeness, url, now, delay_seconds)).is_given:
        if permit.paused_until is not None:  # by a Retry-After that another process received
            politeness.pause(host_of(url), permit.paused_until - now)
            await politeness.wait(url, delay_seconds)
        elif permit.ask_again_seconds:
            await politeness.sleep(permit.ask_again_seconds)
        now = max(clock.now(), permit.paused_until or now)


async def _take_place(turn: HostTurn, politeness: Politeness, url: str, now: datetime, delay_seconds: float) -> Permit:
    """Wait for a place in the pace that all processes share; what happened meanwhile counts."""
    permit = await turn.admit(now, delay_seconds=politeness.delay_of(url, delay_seconds))
    if not permit.is_given:
        return permit
    if permit.wait_seconds > 0:
        await politeness.sleep(permit.wait_seconds)
    politeness.raise_if_stopped()
    return turn.confirm(now)


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
