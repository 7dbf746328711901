"""Hosts: a lease for the process that requests one, and its pace from owner to owner."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from newscrawl.items import Resource
from newscrawl.store import Store
from newscrawl.store.host_lease import Terms
from newscrawl.store.owned_hosts import OwnedHosts
from tests.store.owners import HOST, document, let_term_pass, owner, refusal
from tests.store.samples import NOON

# No step of these tests takes so long that a test on a busy machine would see them pass.
DELAY_SECONDS = 3000.0
LONG = Terms(term=timedelta(hours=2))
# An owner whose lease is over as soon as it is taken: it was frozen, or its machine lost the network.
OVER = Terms(term=timedelta(milliseconds=1), margin=timedelta())


# Leases


async def test_a_host_has_one_owner_at_a_time(store: Store) -> None:
    first, second = owner(store), owner(store)
    assert (await refusal(first), await refusal(second)) == ("", "held")
    await first.close()
    assert (await refusal(second), await refusal(first)) == ("", "held")


async def test_processes_that_ask_at_the_same_moment_get_one_lease(store: Store) -> None:
    answers = await asyncio.gather(*(refusal(owner(store)) for _ in range(12)))
    assert sorted(answers) == ["", *["held"] * 11]


async def test_requests_of_an_owner_cost_no_command(store: Store) -> None:
    hosts = owner(store)
    await refusal(hosts)
    await store.db.hosts.update_one({"_id": HOST}, {"$set": {"token": 1000}})  # a command of theirs would miss it
    assert [await refusal(hosts) for _ in range(50)] == [""] * 50
    await hosts.failed(HOST, NOON, "timeout", Resource.ARTICLE)
    await hosts.answered(HOST, NOON, Resource.ARTICLE)
    assert (await document(store))["count"] == 0


async def test_waiting_processes_get_the_host_in_the_order_in_which_they_came(store: Store) -> None:
    first, *others = owners = [owner(store) for _ in range(5)]
    assert [await refusal(hosts) for hosts in owners] == ["", *["held"] * 4]
    served = []
    await first.close()
    for _ in others:
        answers = {hosts: await refusal(hosts) for hosts in [first, *reversed(others)]}
        [got] = [hosts for hosts, answer in answers.items() if answer == ""]
        served.append(got)
        await got.close()
    assert served == others


async def test_a_process_that_waits_no_longer_holds_up_no_other(store: Store) -> None:
    first, gone, third = owner(store), owner(store), owner(store)
    assert [await refusal(hosts) for hosts in (first, gone, third)] == ["", "held", "held"]
    await first.close()
    assert await refusal(third) == "held"
    past = {"$subtract": ["$$NOW", 1000]}
    stale = {"$map": {"input": "$wanted", "as": "wish", "in": {"$mergeObjects": ["$$wish", {"until": past}]}}}
    await store.db.hosts.update_one({"_id": HOST}, [{"$set": {"wanted": stale}}])
    assert await refusal(third) == ""


async def test_an_owner_that_others_wait_for_hands_over_when_its_share_is_over(store: Store) -> None:
    hosts, other = owner(store, Terms(wishes_seconds=0.01, share_seconds=0.0)), owner(store)
    admission = await hosts.admit(HOST, NOON, per_hour=0)
    assert await refusal(other) == "held"
    lease = admission.lease
    assert lease is not None
    await until(lambda: lease.is_leaving)
    assert (await refusal(hosts), await refusal(other)) == ("held", "held"), "its last request is under way"
    hosts.ended(lease, was_sent=True)
    await until_owned(store, None)
    assert [await refusal(hosts), await refusal(other), await refusal(hosts)] == ["held", "", "held"]


async def test_an_owner_gives_back_a_host_that_it_does_not_use_and_others_want(store: Store) -> None:
    hosts, other = owner(store, Terms(wishes_seconds=0.01, share_seconds=1e6)), owner(store)
    assert (await refusal(hosts), await refusal(other)) == ("", "held")
    await until_owned(store, None)
    assert await refusal(other) == ""


async def test_an_owner_keeps_a_host_that_nobody_wants(store: Store) -> None:
    hosts = owner(store, Terms(wishes_seconds=0.01, share_seconds=0.0))
    await refusal(hosts)
    renewed = (await document(store))["until"]
    while (await document(store))["until"] <= renewed + timedelta(seconds=0.2):
        await asyncio.sleep(0.01)
    assert await refusal(owner(store)) == "held"
    await hosts.close()


async def until(is_so: Any) -> None:
    async with asyncio.timeout(300):
        while not is_so():
            await asyncio.sleep(0.01)


async def until_owned(store: Store, by: str | None) -> None:
    async with asyncio.timeout(300):
        while (await document(store))["owner"] != by:
            await asyncio.sleep(0.01)


async def test_lost_lease_admits_nothing_more(store: Store) -> None:
    hosts, other = owner(store, LONG), owner(store)
    admission = await hosts.admit(HOST, NOON, per_hour=1)
    await let_term_pass(store)
    assert await refusal(other) == ""
    assert admission.lease is not None
    await hosts._leases.renew([admission.lease])
    assert hosts.confirm(admission.lease, NOON).refused_for == "held"
    hosts.ended(admission.lease, was_sent=False)
    assert await refusal(hosts) == "held"


async def test_request_whose_lease_passed_while_it_waited_is_not_sent(store: Store) -> None:
    hosts = owner(store, OVER)
    admission = await hosts.admit(HOST, NOON, per_hour=0)
    assert admission.lease is not None
    lease = admission.lease
    await until(lambda: not lease.holds)
    assert hosts.confirm(lease, NOON).refused_for == "held"


# The pace, from owner to owner


async def waits(store: Store, hosts: OwnedHosts, delay_seconds: float = 0.0) -> float:
    return (await hosts.admit(HOST, NOON, per_hour=0, delay_seconds=delay_seconds)).wait_seconds


async def test_each_request_gets_a_place_in_the_pace_after_the_one_before(store: Store, hosts: OwnedHosts) -> None:
    places = [await waits(store, hosts, DELAY_SECONDS) for _ in range(4)]
    assert places[0] == 0
    assert [round(place / DELAY_SECONDS, 1) for place in places] == [0, 1, 2, 3]


async def test_next_owner_keeps_the_delay_of_the_one_before(store: Store) -> None:
    hosts = owner(store)
    assert await waits(store, hosts, DELAY_SECONDS) == 0.0
    await hosts.close()
    later = owner(store)
    assert round(await waits(store, later) / DELAY_SECONDS, 1) == 1, "its own delay is none"
    await later.close()
    assert round(await waits(store, owner(store), 2 * DELAY_SECONDS) / DELAY_SECONDS, 1) == 2, "the longer one counts"


async def test_heir_of_a_dead_owner_waits_a_delay_from_the_end_of_its_lease(store: Store) -> None:
    dead = owner(store)
    assert await waits(store, dead, 1.0) == 0.0
    assert await waits(store, dead, DELAY_SECONDS) > 0  # robots.txt has a Crawl-delay
    heir = owner(store)
    assert await refusal(heir) == "held"
    await let_term_pass(store)
    before = (await document(store))["until"]
    assert await waits(store, heir) > 0
    found = await document(store)
    assert (found["last_at"], found["delay_ms"]) == (before, 1000 * DELAY_SECONDS)


async def test_heir_of_an_owner_whose_process_has_ended_starts_at_once_and_a_delay_later(store: Store) -> None:
    assert await waits(store, owner(store), DELAY_SECONDS) == 0.0
    await store.db.hosts.update_one({"_id": HOST}, [{"$set": {"process": gone("$process")}}])
    assert 0.9 < await waits(store, owner(store)) / DELAY_SECONDS <= 1
    found = await document(store)
    assert (found["last_at"], found["delay_ms"]) == (found["at"], 1000 * DELAY_SECONDS)


def gone(process: str) -> dict[str, Any]:
    """Return the expression of a process that had this one's pid before it."""
    return {"$concat": [process, "0"]}


async def test_what_was_stored_before_the_stores_clock_was_set_back_delays_no_longer_than_a_delay(store: Store) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    for stored in ({"last_at": tomorrow}, {"owner": "dead", "until": tomorrow}):
        await store.db.hosts.replace_one({"_id": HOST}, {**stored, "delay_ms": 1000 * DELAY_SECONDS}, upsert=True)
        hosts = owner(store)
        assert await waits(store, hosts) <= DELAY_SECONDS
        await hosts.close()
