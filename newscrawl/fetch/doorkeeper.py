"""Who says whether a host may be asked now, and hears how it answered: kept beyond one crawl by whoever can."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from scrapy.http import Response

from newscrawl.clock import Clock
from newscrawl.fetch.failures import reason_of

# What says that a host is down, rather than one of its pages odd; a status from 500 on says so too.
TROUBLES = frozenset({"timeout", "dns", "tls", "refused", "connection"})


class Doorkeeper(Protocol):
    """What holds across crawls, sources and processes; moments are of the crawl's clock."""

    async def admit(self, host: str, now: datetime) -> datetime | None:
        """Count one request, or return the end of a pause that the host asked for.

        Raises HostBudget or HostResting where it must not be asked for other reasons.
        """
        ...

    async def pause(self, host: str, until: datetime, now: datetime) -> None:
        """Keep the pause that a host asked for."""
        ...

    async def failed(self, host: str, now: datetime, reason: str) -> None: ...

    async def answered(self, host: str) -> None: ...


class Anyone:
    """Admits all: for fetches outside any crawl, which have no store to ask."""

    async def admit(self, host: str, now: datetime) -> datetime | None:
        return None

    async def pause(self, host: str, until: datetime, now: datetime) -> None:
        return None

    async def failed(self, host: str, now: datetime, reason: str) -> None:
        return None

    async def answered(self, host: str) -> None:
        return None


class Watch:
    """Tells a doorkeeper how one exchange with a host went."""

    def __init__(self, doorkeeper: Doorkeeper, host: str, clock: Clock) -> None:
        self._doorkeeper = doorkeeper
        self._host = host
        self._clock = clock
        self._status = 0

    def saw(self, response: Response) -> None:
        self._status = response.status

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        reason = f"http_{self._status}" if self._status >= 500 else None
        if isinstance(error, Exception):
            reason = reason_of(error)[1]
            reason = reason if reason in TROUBLES else None
        if reason is not None:
            await self._doorkeeper.failed(self._host, self._clock.now(), reason)
        elif error is None:
            await self._doorkeeper.answered(self._host)
