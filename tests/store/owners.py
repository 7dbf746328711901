"""Processes that want hosts, as tests need them: several in one process, each with leases of its own."""

from __future__ import annotations

from datetime import datetime

from newscrawl.items import Resource
from newscrawl.store import Store
from newscrawl.store.host_allowance import FAILURES
from newscrawl.store.host_lease import Terms
from newscrawl.store.owned_hosts import Admission, OwnedHosts


def owner(store: Store, terms: Terms | None = None) -> OwnedHosts:
    """Return the leases of a further process."""

    async def opened() -> Store:
        return store

    return OwnedHosts(opened, terms)


async def request(
    hosts: OwnedHosts, host: str, now: datetime | None = None, *, per_hour: int = 0, delay_seconds: float = 0.0
) -> Admission:
    """Ask for a request, and let it end at once if it is admitted."""
    admission = await hosts.admit(host, now, per_hour=per_hour, delay_seconds=delay_seconds)
    if admission.lease is not None:
        hosts.ended(admission.lease, was_sent=False)
    return admission


async def fail(hosts: OwnedHosts, host: str, now: datetime, failures: int = FAILURES) -> None:
    await request(hosts, host, now)
    for _ in range(failures):
        await hosts.failed(host, now, "timeout", Resource.ARTICLE)
