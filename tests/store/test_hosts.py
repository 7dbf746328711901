"""Hosts: one budget and one pause for all sources, a back-off that grows, and a lease for the process that asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio

from newscrawl.items import Resource
from newscrawl.store import Store
from newscrawl.store.host_allowance import FAILURES, MIN_BACKOFF, PROBE_TERM
from newscrawl.store.host_lease import Terms
from newscrawl.store.owned_hosts import BLOCK, OwnedHosts
from tests.store.owners import fail, owner, request
from tests.store.samples import HOUR, NOON

HOST = "www.courier.example"
NEXT_HOUR = NOON.replace(microsecond=0) + HOUR
MINUTE = timedelta(minutes=1)
# No step of these tests takes so long that a test on a busy machine would see them pass.
DELAY_SECONDS = 3000.0
LONG = Terms(term=timedelta(hours=2))
# An owner whose lease is over as soon as it is taken: it was frozen, or its machine lost the network.
OVER = Terms(term=timedelta(milliseconds=1), margin=timedelta())


@pytest_asyncio.fixture
async def hosts(store: Store) -> AsyncIterator[OwnedHosts]:
    opened = owner(store)
    yield opened
    await opened.close()


async def refusal(hosts: OwnedHosts, now: datetime = NOON, per_hour: int = 0) -> str:
    return (await request(hosts, HOST, now, per_hour=per_hour)).refused_for


async def document(store: Store) -> dict[str, Any]:
    found = await store.db.hosts.find_one({"_id": HOST})
    assert found is not None
    return found


async def let_term_pass(store: Store) -> None:
    """Let the lease's term be over, as a minute would."""
    await store.db.hosts.update_one({"_id": HOST}, [{"$set": {"until": {"$subtract": ["$$NOW", 1000]}}}])


# The budget


async def test_many_workers_together_get_exactly_the_budget_of_the_hour(store: Store) -> None:
    """One after the other: a host has one owner at a time."""
    answers = []
    for _ in range(8):
        hosts = owner(store)
        answers += await asyncio.gather(*(request(hosts, HOST, NOON, per_hour=7) for _ in range(3)))
        await hosts.close()
    refused = [answer for answer in answers if answer.refused_for]
    assert len(answers) - len(refused) == 7
    assert {(answer.refused_for, answer.opens_at) for answer in refused} == {("budget", NEXT_HOUR)}
    assert (await store.host(HOST)).count == 7


async def test_what_an_owner_drew_and_did_not_spend_is_the_next_ones(store: Store) -> None:
    budget = BLOCK + 10
    hosts = owner(store)
    assert [await refusal(hosts, per_hour=budget) for _ in range(3)] == ["", "", ""]
    assert (await document(store))["count"] == BLOCK, "drawn at once"
    await hosts.close()
    assert (await document(store))["count"] == 3
    later = owner(store)
    assert [await refusal(later, per_hour=budget) for _ in range(budget - 2)] == [*[""] * (budget - 3), "budget"]


async def test_the_block_of_a_dead_owner_stays_unspent_for_the_hour(store: Store) -> None:
    budget = BLOCK + 2
    assert await refusal(owner(store), per_hour=budget) == ""
    await let_term_pass(store)
    heir = owner(store)
    assert [await refusal(heir, per_hour=budget) for _ in range(3)] == ["", "", "budget"]
    assert await refusal(heir, NEXT_HOUR, budget) == ""


async def test_a_new_hour_brings_a_new_budget(hosts: OwnedHosts) -> None:
    assert [await refusal(hosts, NOON, 1), await refusal(hosts, NOON + 59 * MINUTE, 1)] == ["", "budget"]
    assert [await refusal(hosts, NEXT_HOUR, 1), await refusal(hosts, NEXT_HOUR, 1)] == ["", "budget"]


async def test_a_worker_whose_clock_is_behind_gets_no_second_budget_of_an_hour(store: Store) -> None:
    for now, answer in ((NEXT_HOUR, ""), (NEXT_HOUR - MINUTE, "budget"), (NEXT_HOUR, "budget")):
        hosts = owner(store)
        assert await refusal(hosts, now, 1) == answer
        await hosts.close()


async def test_a_clock_set_back_by_a_month_does_not_refuse_the_host_for_a_month(store: Store) -> None:
    hosts, later = owner(store), NOON + timedelta(days=30)
    await refusal(hosts, later, 1)
    await hosts.pause(HOST, HOUR, later)
    await fail(hosts, HOST, later)
    assert await refusal(hosts, NOON, 1) == ""
    await hosts.close()
    assert await refusal(owner(store), NOON, 2) == ""


async def test_requests_are_counted_without_a_limit_too(store: Store) -> None:
    hosts = owner(store)
    assert [await refusal(hosts) for _ in range(3)] == ["", "", ""]
    await hosts.close()
    assert (await store.host(HOST)).count == 3


async def test_other_hosts_have_budgets_of_their_own(hosts: OwnedHosts) -> None:
    assert await refusal(hosts, NOON, 1) == ""
    assert (await request(hosts, "m.courier.example", NOON, per_hour=1)).refused_for == ""


# Pause and back-off


async def test_a_pause_is_stored_at_once_and_kept_by_whoever_comes_next(store: Store) -> None:
    hosts = owner(store)
    await refusal(hosts)
    await hosts.pause(HOST, HOUR, NOON)
    await hosts.pause(HOST, MINUTE, NOON)
    assert (await store.host(HOST)).paused_until == NOON + HOUR
    for owners in (hosts, owner(store)):
        answer = await request(owners, HOST, NOON + 59 * MINUTE)
        assert (answer.refused_for, answer.opens_at, answer.opens_in) == ("pause", NOON + HOUR, MINUTE)
        assert await refusal(owners, NOON + HOUR) == ""
        await let_term_pass(store)


async def test_a_pause_lasts_as_long_by_the_stores_clock_as_the_host_asked_for(store: Store) -> None:
    hosts = owner(store)
    await request(hosts, HOST)
    await hosts.pause(HOST, HOUR, None)
    await hosts.close()
    answer = await request(owner(store), HOST)
    assert answer.refused_for == "pause"
    assert timedelta() < answer.opens_in <= HOUR


async def test_failures_with_an_answer_between_them_do_not_add_up(hosts: OwnedHosts) -> None:
    await fail(hosts, HOST, NOON, FAILURES - 1)
    await hosts.answered(HOST, NOON, Resource.ARTICLE)
    await fail(hosts, HOST, NOON, FAILURES - 1)
    assert await refusal(hosts) == ""


async def test_failures_of_several_processes_add_up(store: Store) -> None:
    for _ in range(FAILURES):
        hosts = owner(store)
        await fail(hosts, HOST, NOON, 1)
        await hosts.close()
    assert (await store.host(HOST)).failures == FAILURES
    assert await refusal(owner(store)) == "rest"


async def test_a_host_that_is_down_is_left_alone_until_one_probe_is_answered(store: Store) -> None:
    dead = owner(store)
    await fail(dead, HOST, NOON)
    await let_term_pass(store)
    hosts = owner(store)
    refused = await request(hosts, HOST, NOON + MINUTE)
    assert (refused.refused_for, refused.opens_at) == ("rest", NOON + MIN_BACKOFF)
    later = NOON + MIN_BACKOFF
    assert [await refusal(hosts, later) for _ in range(3)] == ["", "rest", "rest"]
    await hosts.answered(HOST, later, Resource.ARTICLE)
    assert [await refusal(hosts, later) for _ in range(3)] == ["", "", ""]
    assert (await store.host(HOST)).failures == 0, "stored at once"


async def test_the_probe_of_a_killed_process_does_not_block_the_next_one(store: Store) -> None:
    hosts, later = owner(store), NOON + MIN_BACKOFF
    await fail(hosts, HOST, NOON)
    assert await refusal(hosts, later) == ""
    assert await refusal(hosts, later + PROBE_TERM) == "", "its crawl was abandoned"
    await let_term_pass(store)
    assert await refusal(owner(store), later) == ""


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
