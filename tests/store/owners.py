"""Processes that want hosts, as tests need them: several in one process, each with leases of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from newscrawl.items import Resource
from newscrawl.store import Store
from newscrawl.store.host_allowance import FAILURES
from newscrawl.store.host_lease import Terms
from newscrawl.store.owned_hosts import Admission, OwnedHosts
from tests.store.samples import NOON

HOST = "www.courier.example"


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


async def refusal(hosts: OwnedHosts, now: datetime = NOON, per_hour: int = 0) -> str:
    return (await request(hosts, HOST, now, per_hour=per_hour)).refused_for


async def document(store: Store) -> dict[str, Any]:
    found = await store.db.hosts.find_one({"_id": HOST})
    assert found is not None
    return found


async def let_term_pass(store: Store) -> None:
    """Let the lease's term be over, as a minute would."""
    await store.db.hosts.update_one({"_id": HOST}, [{"$set": {"until": {"$subtract": ["$$NOW", 1000]}}}])
