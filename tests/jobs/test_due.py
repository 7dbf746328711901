"""Which sources a round crawls: those whose listings or articles are due, each once, and none that is paused."""

from __future__ import annotations

import asyncio
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newscrawl.config import Config
from newscrawl.items import RunRecord, SourceState
from newscrawl.jobs import CrawlReport, Job
from newscrawl.jobs.assignments import MAX_LOST_TAKERS, DueSources
from newscrawl.jobs.overview import overview
from newscrawl.sources.catalogue import is_unverified, load_spider, source_names
from newscrawl.store import Store
from newscrawl.store.process_identity import has_ended, process_identity
from newscrawl.store.source_schedule import MIN_BETWEEN_TURNS, TAKEN_TERM, Taker
from tests.store.samples import append, article, first_version

MANY = 1000
INTERVAL = timedelta(minutes=15)
SCHEDULED = {name for name in source_names() if not is_unverified(name)} - {"demo"}


def a_round(config: Config, *, is_resident: bool = False) -> DueSources:
    return DueSources(config, lambda name: Job(source=name), is_resident=is_resident)


async def names(round_: DueSources, free: int = MANY, running: tuple[str, ...] = ()) -> set[str]:
    return {job.source for job in await round_.next_jobs(free, running)}


async def test_source_that_was_never_crawled_is_due_except_the_demo(config: Config, store: Store) -> None:
    due = a_round(config)
    assert await names(due) == SCHEDULED
    assert due.is_done()
    await due.close()


async def test_unverified_source_is_due_once_it_was_crawled_by_name(config: Config, store: Store) -> None:
    now = datetime.now(UTC)
    first = a_round(config)
    assert not any(map(is_unverified, await names(first)))
    await first.close()
    # As every run does at its end.
    await store.plan_source("spiegelonline", now, listings_at=now - timedelta(minutes=1))
    second = a_round(config)
    assert set(filter(is_unverified, await names(second))) == {"spiegelonline"}
    await second.close()


async def test_source_is_due_when_its_listings_are(config: Config, store: Store) -> None:
    now = datetime.now(UTC)
    await store.plan_source("bbc", now, listings_at=now + timedelta(minutes=1))
    await store.plan_source("guardian", now, listings_at=now - timedelta(minutes=1))
    due = a_round(config)
    found = await names(due)
    assert "bbc" not in found
    assert "guardian" in found
    await due.close()


async def test_source_is_due_when_an_article_is_although_its_listings_are_not(config: Config, store: Store) -> None:
    now = datetime.now(UTC)
    await store.plan_source("bbc", now, listings_at=now + INTERVAL)
    await append(store, first_version(article("one", source="bbc")), next_check_at=now - timedelta(minutes=1))
    due = a_round(config)
    assert "bbc" in await names(due)
    await due.close()


async def test_source_of_an_article_that_a_person_made_due_is_due_first(config: Config, store: Store) -> None:
    now = datetime.now(UTC)
    await append(store, first_version(article("one", source="washpo")), next_check_at=now + timedelta(days=9))
    await store.plan_source("washpo", now, listings_at=now + INTERVAL)
    await store.make_due(now, "asked for", source="washpo")
    due = a_round(config)
    assert await names(due, free=1) == {"washpo"}
    await due.close()


async def test_paused_source_is_not_due(config: Config, store: Store) -> None:
    await store.save_source_state(SourceState(source="washpo", is_paused=True, paused_reason="moving house"))
    due = a_round(config)
    assert "washpo" not in await names(due)
    await due.close()


@pytest.mark.parametrize("is_resident", [False, True])
async def test_crawls_of_due_sources_make_room_for_others(config: Config, store: Store, is_resident: bool) -> None:
    due = a_round(config, is_resident=is_resident)
    jobs = await due.next_jobs(MANY, ())
    assert jobs
    assert all(job.may_yield for job in jobs)
    await due.close()


async def test_crawl_that_yielded_goes_on_soon(config: Config, store: Store) -> None:
    due = a_round(config)
    await names(due)
    await due.ended(CrawlReport(source="bbc", reason="yielded", exit_code=0))
    assert "bbc" in {
        found.source for found in await store.due_sources(datetime.now(UTC) + MIN_BETWEEN_TURNS, limit=MANY)
    }
    await due.close()


async def test_two_rounds_at_once_share_the_sources(config: Config, store: Store) -> None:
    first, second = a_round(config), a_round(config)
    half, rest = await names(first, free=5), await names(second)
    assert len(half) == 5
    assert half | rest == SCHEDULED
    assert not half & rest
    await first.close()
    await second.close()


async def test_what_a_round_took_and_did_not_crawl_is_due_for_the_next(config: Config, store: Store) -> None:
    first = a_round(config)
    taken = await names(first)
    await first.close()
    second = a_round(config)
    assert await names(second) == taken
    await second.close()


async def test_source_whose_crawl_could_not_begin_waits_for_its_next_turn(config: Config, store: Store) -> None:
    first = a_round(config)
    await names(first)
    await first.ended(CrawlReport.failed("bbc", reason="not_started", exit_code=2, error="no such folder"))
    await first.close()
    second = a_round(config)
    found = await names(second)
    assert "bbc" not in found
    assert "washpo" in found
    await second.close()


async def test_source_whose_run_was_ended_by_the_store_is_due_in_a_moment(config: Config, store: Store) -> None:
    round_ = a_round(config)
    await names(round_)
    await round_.ended(CrawlReport.failed("bbc", reason="store_unavailable", exit_code=4, error="no answer"))
    await round_.close()
    now = datetime.now(UTC)
    assert "bbc" not in {due.source for due in await store.due_sources(now, limit=MANY)}
    assert "bbc" in {due.source for due in await store.due_sources(now + timedelta(minutes=1), limit=MANY)}


async def test_source_that_is_made_due_during_its_run_has_another_turn(config: Config, store: Store) -> None:
    worker = a_round(config, is_resident=True)
    await names(worker)
    await store.make_sources_due(["bbc"], datetime.now(UTC))
    await worker.ended(CrawlReport(source="bbc", reason="finished", exit_code=0))
    assert await names(worker) == {"bbc"}
    await worker.ended(CrawlReport(source="bbc", reason="finished", exit_code=0))
    assert await names(worker) == set()
    await worker.close()


async def let_time_pass(store: Store, seconds: float) -> None:
    """Move the terms of what is taken into the past, as so many seconds would."""
    earlier = {"$subtract": ["$taken.until", round(1000 * seconds)]}
    await store.db.sources.update_many({"taken": {"$ne": None}}, [{"$set": {"taken.until": earlier}}])


async def due_names(store: Store) -> set[str]:
    return {due.source for due in await store.due_sources(datetime.now(UTC), limit=MANY)}


async def test_what_a_round_of_a_lost_machine_took_is_free_when_its_term_has_passed(
    config: Config, store: Store
) -> None:
    lost = a_round(config)
    taken = await names(lost)
    assert await due_names(store) == set()
    await let_time_pass(store, TAKEN_TERM.total_seconds())
    assert await due_names(store) == taken
    await lost.close()


async def test_what_a_killed_round_of_this_machine_took_is_free_at_once(config: Config, store: Store) -> None:
    killed, heir = a_round(config), a_round(config)
    taken = await names(killed)
    ended = subprocess.Popen(["true"])
    identity = process_identity()
    ended.wait()
    await store.db.sources.update_many({"taken": {"$ne": None}}, {"$set": {"taken.pid": ended.pid}})
    assert has_ended(ended.pid, identity)
    assert await names(heir) == taken
    await killed.close()
    await heir.close()


async def test_what_a_process_of_another_place_took_is_waited_for(config: Config, store: Store) -> None:
    elsewhere, other = a_round(config), a_round(config)
    await names(elsewhere)
    place = process_identity().replace("pid:[", "pid:[1")
    await store.db.sources.update_many({"taken": {"$ne": None}}, {"$set": {"taken.pid": 1, "taken.process": place}})
    assert await names(other) == set()
    await elsewhere.close()
    await other.close()


async def test_what_a_round_keeps_is_not_free_when_its_first_term_has_passed(config: Config, store: Store) -> None:
    await store.make_sources_due(["bbc"], datetime.now(UTC))
    assert await store.take_source("bbc", datetime.now(UTC), Taker("one")) == 0
    await let_time_pass(store, TAKEN_TERM.total_seconds() - 5)
    await store.keep_sources(["bbc"], "one")
    await let_time_pass(store, TAKEN_TERM.total_seconds() / 2)
    assert await due_names(store) == set()
    await store.keep_sources(["bbc"], "another")
    await let_time_pass(store, TAKEN_TERM.total_seconds() / 2)
    assert await due_names(store) == {"bbc"}


async def test_what_another_supervisor_has_taken_since_is_not_planned_by_the_former(
    config: Config, store: Store
) -> None:
    frozen, heir = a_round(config), a_round(config)
    assert "bbc" in await names(frozen)
    await let_time_pass(store, TAKEN_TERM.total_seconds())
    assert "bbc" in await names(heir)
    await frozen.ended(CrawlReport.failed("bbc", reason="lease_held", exit_code=3, error="another run has it"))
    await store.make_sources_due(["bbc"], datetime.now(UTC))
    assert await due_names(store) == set()
    await frozen.close()
    await heir.close()


async def test_source_with_which_supervisors_vanish_is_set_aside_with_an_alarm(config: Config, store: Store) -> None:
    for _ in range(MAX_LOST_TAKERS):
        worker = a_round(config, is_resident=True)
        assert await names(worker) == SCHEDULED
        await let_time_pass(store, TAKEN_TERM.total_seconds())
    for name in SCHEDULED - {"bbc"}:  # whoever comes to an end is innocent
        await worker.ended(CrawlReport(source=name, reason="finished", exit_code=0))
    worker = a_round(config, is_resident=True)
    assert await names(worker) == set()
    assert {(alarm.source, alarm.kind) for alarm in await store.alarms()} == {("bbc", "set_aside")}
    assert set(await store.sources_set_aside()) == {"bbc"}


@pytest.mark.parametrize("is_resident", [False, True])
async def test_source_that_is_running_is_not_assigned_again(config: Config, store: Store, is_resident: bool) -> None:
    due = a_round(config, is_resident=is_resident)
    await names(due)
    await store.make_sources_due(["bbc"], datetime.now(UTC))
    assert "bbc" not in await names(due, running=("bbc",))
    await due.close()


async def test_every_source_is_in_the_overview_with_its_last_run(config: Config, store: Store) -> None:
    at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    run = await store.start_run(RunRecord(run_id="bbc-1", source="bbc", started_at=at))
    await store.end_run(replace(run, ended_at=at))
    rows = {row["source"]: row for row in await collect(config)}
    assert set(rows) == set(source_names())
    assert rows["bbc"]["last_run"] == at
    assert rows["guardian"]["last_run"] is None
    assert (rows["bbc"]["alarms"], rows["bbc"]["paused"]) == (0, False)
    assert load_spider("washpo").publisher == "The Washington Post"


async def collect(config: Config) -> list[dict[str, Any]]:
    """Call `overview` in a thread: it runs a loop of its own."""
    return await asyncio.to_thread(overview, config)
