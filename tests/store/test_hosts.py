"""Hosts: one budget and one pause for all sources, and a back-off that grows while a host is down."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from newscrawl.items import Resource
from newscrawl.store import Store
from newscrawl.store.hosts import FAILURES, MAX_BACKOFF, MIN_BACKOFF, PROBE_TERM
from tests.store.samples import HOUR, NOON

HOST = "www.courier.example"
NEXT_HOUR = NOON.replace(microsecond=0) + HOUR
MINUTE = timedelta(minutes=1)


async def refusal(store: Store, now: object = NOON, per_hour: int = 0) -> str:
    return (await store.admit(HOST, now, per_hour=per_hour)).refused_for  # type: ignore[arg-type]


async def fail(store: Store, now: object = NOON, failures: int = FAILURES) -> None:
    for _ in range(failures):
        await store.host_failed(HOST, now, "timeout")  # type: ignore[arg-type]


async def test_many_workers_together_get_exactly_the_budget_of_the_hour(store: Store) -> None:
    answers = await asyncio.gather(*(store.admit(HOST, NOON, per_hour=7) for _ in range(40)))
    refused = [answer for answer in answers if answer.refused_for]
    assert len(answers) - len(refused) == 7
    assert {(answer.refused_for, answer.opens_at) for answer in refused} == {("budget", NEXT_HOUR)}


async def test_a_new_hour_brings_a_new_budget(store: Store) -> None:
    assert [await refusal(store, NOON, 1), await refusal(store, NOON + 59 * MINUTE, 1)] == ["", "budget"]
    assert [await refusal(store, NEXT_HOUR, 1), await refusal(store, NEXT_HOUR, 1)] == ["", "budget"]


async def test_a_worker_whose_clock_is_behind_gets_no_second_budget_of_an_hour(store: Store) -> None:
    assert await refusal(store, NEXT_HOUR, 1) == ""
    assert await refusal(store, NEXT_HOUR - MINUTE, 1) == "budget"
    assert await refusal(store, NEXT_HOUR, 1) == "budget"


async def test_a_clock_set_back_by_a_month_does_not_refuse_the_host_for_a_month(store: Store) -> None:
    await refusal(store, NOON + timedelta(days=30), 1)
    await store.pause_host(HOST, NOON + timedelta(days=30, hours=1), now=NOON + timedelta(days=30))
    await fail(store, NOON + timedelta(days=30))
    assert await refusal(store, NOON, 1) == ""


async def test_requests_are_counted_without_a_limit_too(store: Store) -> None:
    assert [await refusal(store) for _ in range(3)] == ["", "", ""]
    assert (await store.host(HOST)).count == 3


async def test_other_hosts_have_budgets_of_their_own(store: Store) -> None:
    assert await refusal(store, NOON, 1) == ""
    assert (await store.admit("m.courier.example", NOON, per_hour=1)).refused_for == ""


async def test_a_shorter_pause_does_not_end_a_longer_one(store: Store) -> None:
    await store.pause_host(HOST, NOON + HOUR, now=NOON)
    await store.pause_host(HOST, NOON + MINUTE, now=NOON)
    answer = await store.admit(HOST, NOON + 59 * MINUTE, per_hour=0)
    assert (answer.refused_for, answer.opens_at) == ("pause", NOON + HOUR)
    assert await refusal(store, NOON + HOUR) == ""


async def test_failures_with_an_answer_between_them_do_not_add_up(store: Store) -> None:
    await fail(store, failures=FAILURES - 1)
    await store.host_answered(HOST, NOON)
    await fail(store, failures=FAILURES - 1)
    assert await refusal(store) == ""


async def test_a_host_that_is_down_is_left_alone_until_one_probe_is_answered(store: Store) -> None:
    await fail(store)
    refused = await store.admit(HOST, NOON + MINUTE, per_hour=0)
    assert (refused.refused_for, refused.opens_at) == ("rest", NOON + MIN_BACKOFF)
    later = NOON + MIN_BACKOFF
    assert [await refusal(store, later) for _ in range(3)] == ["", "rest", "rest"]
    await store.host_answered(HOST, later)
    assert [await refusal(store, later) for _ in range(3)] == ["", "", ""]


async def test_the_probe_of_a_killed_process_does_not_block_the_next_one(store: Store) -> None:
    await fail(store)
    later = NOON + MIN_BACKOFF
    assert await refusal(store, later) == ""
    assert await refusal(store, later + PROBE_TERM) == ""


async def test_each_failed_probe_doubles_the_back_off_up_to_six_hours(store: Store) -> None:
    await fail(store)
    now, backoffs = NOON, []
    for _ in range(9):
        opens_at = (await store.host(HOST)).backoff_until
        assert opens_at is not None
        backoffs.append(opens_at - now)
        now = opens_at
        assert await refusal(store, now) == ""
        await store.host_failed(HOST, now, "dns")
    assert backoffs[:3] == [MIN_BACKOFF, 2 * MIN_BACKOFF, 4 * MIN_BACKOFF]
    assert backoffs[-1] == max(backoffs) == MAX_BACKOFF


@pytest.mark.parametrize("late", [1, 3])
async def test_requests_under_way_when_the_back_off_began_do_not_prolong_it(store: Store, late: int) -> None:
    await fail(store, failures=FAILURES + late)
    assert (await store.host(HOST)).backoff_until == NOON + MIN_BACKOFF


@pytest.mark.parametrize("alive", [(Resource.ROBOTS,), (Resource.ROBOTS, Resource.LISTING)])
async def test_the_back_off_grows_while_articles_fail_although_lesser_files_are_answered(
    store: Store, alive: tuple[Resource, ...]
) -> None:
    await fail(store)
    now, backoffs = NOON, []
    for _ in range(4):
        opens_at = (await store.host(HOST)).backoff_until
        assert opens_at is not None
        backoffs.append(opens_at - now)
        now = opens_at
        for resource in alive:
            assert await refusal(store, now) == ""
            assert not await store.host_answered(HOST, now, resource)
        assert [await refusal(store, now) for _ in range(2)] == ["", "rest"], "one article is the probe"
        await store.host_failed(HOST, now, "http_500")
    assert backoffs == [MIN_BACKOFF * 2**n for n in range(4)]
    assert await store.host_answered(HOST, now)
    assert (await store.host(HOST)).failures == 0


async def test_failures_of_a_listing_end_with_an_answer_to_a_listing_or_an_article(store: Store) -> None:
    for resource in (Resource.LISTING, Resource.ARTICLE):
        for _ in range(FAILURES):
            await store.host_failed(HOST, NOON, "timeout", Resource.LISTING)
        assert not await store.host_answered(HOST, NOON, Resource.ROBOTS)
        assert await store.host_answered(HOST, NOON, resource)
        assert await refusal(store) == ""


async def test_failures_of_articles_that_nobody_requests_any_more_are_forgotten(store: Store) -> None:
    await fail(store)
    assert not await store.host_answered(HOST, NOON + timedelta(hours=23), Resource.LISTING)
    assert await store.host_answered(HOST, NOON + timedelta(hours=25), Resource.LISTING)


async def place(store: Store, delay_seconds: float = 30) -> datetime:
    """Admit a request, and return its place in the host's pace."""
    await store.admit(HOST, NOON, per_hour=0, delay_seconds=delay_seconds)
    document = await store.db.hosts.find_one({"_id": HOST}) or {}
    moment: datetime = document["place"]
    return moment


async def test_each_request_gets_a_place_in_the_pace_after_the_one_before(store: Store) -> None:
    places = [await place(store) for _ in range(4)]
    assert [later - earlier for earlier, later in pairwise(places)] == 3 * [timedelta(seconds=30)]


async def test_requests_that_come_at_the_same_time_get_different_places(store: Store) -> None:
    first = await place(store)
    await asyncio.gather(*(store.admit(HOST, NOON, per_hour=0, delay_seconds=30) for _ in range(5)))
    assert await place(store) == first + timedelta(seconds=6 * 30)


async def test_refused_requests_take_no_place(store: Store) -> None:
    first = await place(store)
    await fail(store)
    assert [await refusal(store) for _ in range(3)] == 3 * ["rest"]
    await store.host_answered(HOST, NOON)
    assert await place(store) == first + timedelta(seconds=30)


async def test_a_place_stored_before_the_stores_clock_was_set_back_delays_nothing(store: Store) -> None:
    first = await place(store)
    await store.db.hosts.update_one({"_id": HOST}, {"$set": {"next_place": first + timedelta(days=1)}})
    assert (await store.admit(HOST, NOON, per_hour=0, delay_seconds=30)).wait_seconds == 0
