"""The hosts that a process owns: leased when a request needs one, renewed together, handed over where others wait."""

from __future__ import annotations

import asyncio
import logging
import os
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from newscrawl.cancelling import cancelled
from newscrawl.errors import StoreUnavailable
from newscrawl.store.crawl_records import CrawlRecords
from newscrawl.store.documents import Document
from newscrawl.store.host_lease import HostLease, Terms, lease_of
from newscrawl.store.hosts import Demand, Held, Owner
from newscrawl.store.process_identity import has_ended, process_identity

logger = logging.getLogger(__name__)

IDLE_SECONDS, IDLE_WANTED_SECONDS = 60.0, 1.0  # without a request for so long a host is given back


class HostLeases:
    def __init__(self, open_store: Callable[[], Awaitable[CrawlRecords]], terms: Terms) -> None:
        self._open_store = open_store
        self._terms = terms
        self._owner = Owner(uuid.uuid4().hex, os.getpid(), process_identity())
        self._leases: dict[str, HostLease] = {}
        self._keeping = asyncio.Lock()
        self._store_time: tuple[datetime, float] | None = None  # the store's time, and the monotonic one it was at most
        self._keeper: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def get(self, host: str) -> HostLease | None:
        """Return the lease on a host, whether it still holds or not."""
        return self._leases.get(host)

    def now(self) -> datetime:
        """Return the store's time, or a moment before: what has passed since an answer is all that is added to it."""
        if self._store_time is None:
            raise RuntimeError("the store's time is known once a host was leased")
        moment, at = self._store_time
        return moment + timedelta(seconds=time.monotonic() - at)

    async def take(self, host: str, now: datetime | None, demand: Demand) -> HostLease | None:
        """Lease a host; returns None if another process has it, or is to get it before."""
        store, term = await self._open_store(), self._terms.term
        at = time.monotonic()
        document, is_taken = await store.take_host(host, self._owner, demand, now, term=term)
        if not is_taken and has_ended(document.get("pid") or 0, document.get("process") or ""):
            at = time.monotonic()
            dead = document["owner"]
            document, is_taken = await store.take_host(host, self._owner, demand, now, term=term, dead=dead)
        self._store_time = document["at"], time.monotonic()
        if not is_taken:
            return None
        lost = self._leases.get(host)
        lease = self._leases[host] = lease_of(host, document, valid_until=at + self._terms.safe_seconds)
        if lost is not None:
            lease.allowance.pace.exchanged(lost.allowance.pace.last)
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.get_running_loop().create_task(self._keep())
        return lease

    async def draw(self, lease: HostLease, now: datetime | None, demand: Demand) -> bool:
        """Draw a block of the budget; returns False if the lease is lost."""
        store = await self._open_store()
        document = await store.draw_requests(lease.host, self._owner, lease.token, demand, now)
        if document is None:
            self._lose(lease)
            return False
        self._store_time = document["at"], time.monotonic()
        lease.allowance.budget.draw(document["window"], document["drawn"])
        return True

    def _lose(self, lease: HostLease) -> None:
        if lease.valid_until:
            logger.warning("host=lost host=%s: another process has taken it, or its record was removed", lease.host)
        lease.valid_until = 0.0

    # Renewal and hand-over

    async def _keep(self) -> None:
        """Renew all leases every second time, and see between whether others wait."""
        while True:
            for work in (self._see_wishes, self._renew_all):
                await asyncio.sleep(self._terms.wishes_seconds)
                if not self._leases:
                    continue
                try:
                    await work()
                except StoreUnavailable as error:
                    logger.warning("hosts are not renewed: %s", error)

    async def _renew_all(self) -> None:
        for lease in [lease for lease in self._leases.values() if not lease.holds and lease.is_idle]:
            del self._leases[lease.host]
        idle = [lease for lease in self._leases.values() if lease.idle_seconds() > IDLE_SECONDS]
        await self._release(idle)
        await self.renew(list(self._leases.values()))

    async def _see_wishes(self) -> None:
        store = await self._open_store()
        documents = await store.owned_hosts(self._leases, self._owner, is_wanted=True)
        for lease in list(self._leases.values()):
            self._note_wishes(lease, documents.get(lease.host, {}))

    def _note_wishes(self, lease: HostLease, document: Mapping[str, Any]) -> None:
        now = self.now()
        lease.is_wanted = any(wish["until"] > now for wish in document.get("wanted") or ())
        self._leave_if_fair(lease)

    def hand_over_if_wanted(self, lease: HostLease) -> None:
        """Give back a host that others wait for, now or if it is idle in a moment."""
        if lease.is_wanted:
            self._leave_if_fair(lease)
            asyncio.get_running_loop().call_later(IDLE_WANTED_SECONDS, self._leave_if_fair, lease)

    def _leave_if_fair(self, lease: HostLease) -> None:
        """Give back a host that others wait for, if it is idle or its owner has had it for long enough."""
        if self._leases.get(lease.host) is not lease or not lease.is_wanted:
            return
        has_had_share = time.monotonic() - lease.taken_at >= self._terms.share_seconds
        if has_had_share or lease.idle_seconds() >= IDLE_WANTED_SECONDS:
            lease.is_leaving = True
        if lease.is_leaving and lease.is_idle:
            task = asyncio.get_running_loop().create_task(self._hand_over(lease))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _hand_over(self, lease: HostLease) -> None:
        try:
            await self._release([lease])
        except StoreUnavailable as error:
            logger.warning("host=%s is not handed over: %s", lease.host, error)

    async def renew(self, leases: Sequence[HostLease]) -> None:
        """Write back what is known of hosts, and read who waits and which pauses others have stored."""
        store = await self._open_store()
        async with self._keeping:
            at = time.monotonic()
            held = {lease: lease.held() for lease in self._present(leases)}
            if not held:
                return
            await store.keep_hosts(self._owner, list(held.values()), term=self._terms.term)
            documents = await store.owned_hosts([lease.host for lease in held], self._owner)
            for lease, written in held.items():
                self._renewed(lease, written, documents.get(lease.host), valid_until=at + self._terms.safe_seconds)

    def _renewed(self, lease: HostLease, written: Held, document: Document | None, *, valid_until: float) -> None:
        if document is None or document["token"] != lease.token:
            self._lose(lease)
            return
        lease.valid_until = valid_until
        lease.stored_delay_seconds = written.delay_seconds
        allowance = lease.allowance
        if allowance.budget.window == written.window:
            allowance.budget.unstored -= written.counted
        if written.failures is allowance.state:
            allowance.is_changed = False
        self._store_time = document["at"], time.monotonic()
        if paused_until := document.get("paused_until"):
            allowance.pause(paused_until, self.now())
        self._note_wishes(lease, document)

    async def _release(self, leases: Iterable[HostLease]) -> None:
        """Give hosts back that have no request under way."""
        store = await self._open_store()
        async with self._keeping:
            leaving = self._present(leases)
            if not leaving:
                return
            for lease in leaving:
                lease.is_leaving = True
            try:
                await store.keep_hosts(self._owner, [], [lease.released() for lease in leaving], term=self._terms.term)
                for lease in leaving:
                    lease.valid_until = 0.0
                    del self._leases[lease.host]
            finally:
                for lease in leaving:
                    lease.is_leaving = False

    def _present(self, leases: Iterable[HostLease]) -> list[HostLease]:
        return [lease for lease in leases if self._leases.get(lease.host) is lease]

    async def close(self) -> None:
        """Give all hosts back; while the store is away their terms pass, or their owner is found dead."""
        if self._keeper is not None:
            await cancelled([self._keeper])
            self._keeper = None
        if self._leases and not (await self._open_store()).is_away:
            for lease in self._leases.values():
                if not lease.is_idle:  # of a crawl that was abandoned
                    lease.allowance.pace.exchanged(time.monotonic())
            try:
                await self._release(list(self._leases.values()))
            except StoreUnavailable as error:
                logger.warning("hosts are not given back: %s", error)
        self._leases.clear()
