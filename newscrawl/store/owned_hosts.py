"""Requests to the hosts that a process owns: while a lease holds, they cost no command.

Times passed as `now` are those of a crawl with a clock of its own; None is the store's time.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from newscrawl.items import Resource
from newscrawl.store.crawl_records import CrawlRecords
from newscrawl.store.host_lease import HostLease, Terms
from newscrawl.store.host_leases import HostLeases
from newscrawl.store.hosts import Demand

BLOCK = 25  # requests drawn from the hour's budget at once, or a twentieth of it; lost for the hour if the owner dies
ASK_AGAIN_SECONDS = 2.0  # whether a host that another process owns is free
SILENCE_SECONDS = 0.5  # for which a request waits for the store to answer something before it asks itself


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a request may be sent: `refused_for` is empty, or "pause", "rest" (back-off), "budget" or "held".

    Of a host that is held by another process nothing is known; it is asked for again after `opens_in`.
    """

    refused_for: str = ""
    opens_at: datetime | None = None
    opens_in: timedelta = timedelta()
    failures: int = 0
    wait_seconds: float = 0.0  # until the place in the host's pace that an admitted request has got
    lease: HostLease | None = None  # of an admitted request, which ends with `OwnedHosts.ended`


HELD = Admission("held", opens_in=timedelta(seconds=ASK_AGAIN_SECONDS))


class OwnedHosts:
    def __init__(self, open_store: Callable[[], Awaitable[CrawlRecords]], terms: Terms | None = None) -> None:
        self._open_store = open_store
        self._leases = HostLeases(open_store, terms or Terms())
        self._admitting: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def admit(self, host: str, now: datetime | None, *, per_hour: int, delay_seconds: float = 0.0) -> Admission:
        """Count one request to a host, or return why and until when it is refused; `per_hour` 0: no limit."""
        demand = Demand(per_hour, max(BLOCK, per_hour // 20), delay_seconds)
        async with self._admitting[host]:
            lease = await self._usable(host, now, demand)
            if lease is None:
                return HELD
            return await self._admission(lease, now, demand)

    async def _admission(self, lease: HostLease, now: datetime | None, demand: Demand) -> Admission:
        allowance, is_limited = lease.allowance, demand.per_hour > 0
        failures = allowance.state.failures
        while True:
            moment = now or self._leases.now()
            if refusal := allowance.refusal(moment, is_limited=is_limited):
                return Admission(refusal.reason, refusal.opens_at, refusal.opens_at - moment, failures)
            if not is_limited or allowance.budget.unspent:
                break
            if not await self._leases.draw(lease, now, demand):
                return HELD
        allowance.count(moment, is_limited=is_limited)
        lease.in_use += 1
        wait_seconds = allowance.pace.place(time.monotonic(), demand.delay_seconds)
        return Admission(failures=failures, wait_seconds=wait_seconds, lease=lease)

    def confirm(self, lease: HostLease, now: datetime | None) -> Admission:
        """Return whether an admitted request may still be sent, now that its wait is over."""
        if not lease.holds:
            return Admission("held")
        moment, paused_until = now or self._leases.now(), lease.allowance.state.paused_until
        if paused_until and lease.allowance.state.is_paused(moment):
            return Admission("pause", paused_until, paused_until - moment)
        lease.allowance.pace.exchanged(time.monotonic())
        return Admission(lease=lease)

    def ended(self, lease: HostLease, *, was_sent: bool) -> None:
        """Take note that an admitted request is over."""
        lease.in_use -= 1
        lease.used_at = time.monotonic()
        if was_sent:
            lease.allowance.pace.exchanged(lease.used_at)
        self._leases.hand_over_if_wanted(lease)

    async def pause(self, host: str, wait: timedelta, now: datetime | None) -> None:
        """Begin the pause that a host asked for; it is stored at once, for those who come later."""
        if lease := self._leases.get(host):
            moment = now or self._leases.now()
            lease.allowance.pause(moment + wait, moment)
        await (await self._open_store()).pause_host(host, wait, now=now)

    async def failed(self, host: str, now: datetime | None, reason: str, resource: Resource) -> None:
        """Count a failure; a back-off that begins with it is stored at once. Of a lost host it is not counted."""
        lease = self._leases.get(host)
        if lease and lease.allowance.failed(now or self._leases.now(), reason, resource):
            await self._leases.renew([lease])

    async def answered(self, host: str, now: datetime | None, resource: Resource) -> None:
        """End the failures of this resource and of lesser ones; the end of a back-off is stored at once."""
        lease = self._leases.get(host)
        if lease and lease.allowance.answered(now or self._leases.now(), resource):
            await self._leases.renew([lease])

    async def _usable(self, host: str, now: datetime | None, demand: Demand) -> HostLease | None:
        """Return a lease that holds; None if another process has the host, or is to get it."""
        lease = self._leases.get(host)
        if lease is None or not lease.holds:
            return await self._leases.take(host, now, demand)
        if lease.is_leaving:
            return None
        # A longer delay (Crawl-delay) must be known to who takes over from a dead owner.
        is_longer = demand.delay_seconds > lease.stored_delay_seconds
        if is_longer or not await self._store_answers(lease):
            lease.allowance.pace.delay_seconds = max(lease.allowance.pace.delay_seconds, demand.delay_seconds)
            await self._leases.renew([lease])
        return lease if lease.holds and not lease.is_leaving else None

    async def _store_answers(self, lease: HostLease) -> bool:
        """Return whether the store has answered since the host's last request, if it was asked anything.

        While it is silent no request leaves, since nothing could be stored.
        """
        store = await self._open_store()
        is_silent = store.is_away or (store.is_asked and store.answers == lease.answers_seen)
        if is_silent and (store.is_away or not await store.answers_within(SILENCE_SECONDS)):
            return False
        lease.answers_seen = store.answers
        return True

    async def close(self) -> None:
        """Give all hosts back."""
        await self._leases.close()
