"""One active run per source, and a record of how each run ended."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from newscrawl.errors import Fenced, LeaseHeld
from newscrawl.items import RunRecord
from newscrawl.store import Store
from tests.store.samples import HOUR, NOON, SOURCE, append, article, delete_article, first_version

PASSED = timedelta(seconds=-1)  # term of a lease that has ended, by the store's clock


def run(run_id: str, source: str = SOURCE) -> RunRecord:
    return RunRecord(run_id=run_id, source=source, started_at=NOON, host="harbour", pid=7, arguments={"a.b": "$c"})


async def test_a_second_run_of_a_source_is_refused_with_the_run_that_has_it(store: Store) -> None:
    await store.start_run(run("one"))
    with pytest.raises(LeaseHeld, match=r"courier is being crawled by run one \(host harbour, pid 7"):
        await store.start_run(run("two"))
    assert [stored.run_id for stored in await store.runs(SOURCE)] == ["one"]
    await store.start_run(run("three", "gazette"))


async def test_of_many_runs_started_at_once_one_wins(store: Store) -> None:
    results = await asyncio.gather(*(store.start_run(run(f"r{n}")) for n in range(8)), return_exceptions=True)
    assert sum(isinstance(result, RunRecord) for result in results) == 1
    assert sum(isinstance(result, LeaseHeld) for result in results) == 7


async def test_a_run_with_heartbeats_keeps_its_source(store: Store) -> None:
    active = await store.start_run(run("one"), term=PASSED)
    await store.heartbeat(active)
    with pytest.raises(LeaseHeld):
        await store.start_run(run("two"))


async def test_a_run_without_heartbeats_is_taken_over_recorded_and_fenced(store: Store) -> None:
    await append(store, first_version(article()))
    dead = await store.start_run(run("dead"), term=PASSED)
    await store.claim_due(SOURCE, NOON + HOUR, 1, "dead", term=10 * HOUR)
    alive = await store.start_run(run("alive"))
    records = {record.run_id: record for record in await store.runs(SOURCE)}
    assert alive.token > dead.token
    assert (records["dead"].reason, records["dead"].ended_at) == ("lost", records["alive"].heartbeat_at)
    assert len(await store.claim_due(SOURCE, NOON + HOUR, 1, "alive", term=HOUR)) == 1
    with pytest.raises(Fenced, match="dead lost the lease"):
        await store.heartbeat(dead)


async def test_taking_over_completes_articles_that_the_dead_run_left_half_written(store: Store) -> None:
    version = first_version(article())
    await append(store, version)
    await store.start_run(run("dead"), term=PASSED)
    await delete_article(store, version)
    await store.start_run(run("alive"))
    assert [head.number for head in await store.find(SOURCE, version.article.url)] == [1]


async def test_an_ended_run_frees_its_source_and_records_how_it_ended(store: Store) -> None:
    active = await store.start_run(run("one"))
    ended = replace(
        active,
        ended_at=NOON + HOUR,
        reason="finished",
        exit_code=1,
        stats={"decision/new": 3, "downloader/response.status$count": 2},
        errors=(("timeout", 2), ("http_503", 1)),
    )
    await store.end_run(ended)
    [record] = await store.runs(SOURCE)
    assert record == replace(ended, heartbeat_at=NOON + HOUR)
    await store.start_run(run("two"))


async def test_a_run_that_was_recorded_as_lost_does_not_free_its_successor_s_source(store: Store) -> None:
    lost = await store.start_run(run("lost"), term=PASSED)
    await store.start_run(run("next"))
    await store.end_run(replace(lost, ended_at=NOON, reason="finished", exit_code=3))
    with pytest.raises(LeaseHeld, match="next"):
        await store.start_run(run("third"))
    assert {record.run_id: record.exit_code for record in await store.runs()}["lost"] == 3
