"""Hosts: one budget and one pause for all sources, and a back-off that grows."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from newscrawl.items import Resource
from newscrawl.store import Store
from newscrawl.store.host_allowance import FAILURES, MIN_BACKOFF, PROBE_TERM
from newscrawl.store.owned_hosts import BLOCK, OwnedHosts
from tests.store.owners import HOST, document, fail, let_term_pass, owner, refusal, request
from tests.store.samples import HOUR, NOON

NEXT_HOUR = NOON.replace(microsecond=0) + HOUR
MINUTE = timedelta(minutes=1)


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
