"""One active run a source, and books that tell the truth about each."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from newscrawl.errors import Fenced, LeaseHeld
from newscrawl.items import RunRecord
from newscrawl.store import Store
from newscrawl.store.runs import TERM
from tests.store.stories import HOUR, NOON, SOURCE, article, first, recorded


def run(run_id: str, source: str = SOURCE) -> RunRecord:
    return RunRecord(run_id=run_id, source=source, started_at=NOON, host="harbour", pid=7, arguments={"a.b": "$c"})


async def test_a_second_run_of_a_source_is_refused_and_told_by_whom(store: Store) -> None:
    await store.start_run(run("one"), now=NOON)
    with pytest.raises(LeaseHeld, match=r"courier is being crawled by run one \(host harbour, pid 7"):
        await store.start_run(run("two"), now=NOON + TERM - timedelta(seconds=1))
    assert [each.run_id for each in await store.runs(SOURCE)] == ["one"]
    await store.start_run(run("three", "gazette"), now=NOON)


async def test_of_many_runs_started_at_once_one_wins(store: Store) -> None:
    results = await asyncio.gather(*(store.start_run(run(f"r{n}"), now=NOON) for n in range(8)), return_exceptions=True)
    assert sum(isinstance(result, RunRecord) for result in results) == 1
    assert sum(isinstance(result, LeaseHeld) for result in results) == 7


async def test_a_run_that_beats_keeps_its_source(store: Store) -> None:
    mine = await store.start_run(run("one"), now=NOON)
    await store.heartbeat(mine, NOON + TERM / 2)
    with pytest.raises(LeaseHeld):
        await store.start_run(run("two"), now=NOON + TERM)


async def test_a_silent_run_is_taken_over_written_down_and_fenced(store: Store) -> None:
    await recorded(store, first(article()))
    dead = await store.start_run(run("dead"), now=NOON)
    await store.claim_due(SOURCE, NOON + HOUR, 1, "dead", term=10 * HOUR)
    alive = await store.start_run(run("alive"), now=NOON + TERM)
    books = {each.run_id: each for each in await store.runs(SOURCE)}
    assert alive.token > dead.token
    assert (books["dead"].reason, books["dead"].ended_at) == ("lost", NOON + TERM)
    assert len(await store.claim_due(SOURCE, NOON + HOUR, 1, "alive", term=HOUR)) == 1
    with pytest.raises(Fenced, match="dead lost the lease"):
        await store.heartbeat(dead, NOON + TERM)


async def test_taking_over_completes_what_the_dead_run_left_half_written(store: Store) -> None:
    version = first(article())
    await recorded(store, version)
    await store.start_run(run("dead"), now=NOON)
    await store.db.articles.delete_one({"_id": version.article_id})
    await store.start_run(run("alive"), now=NOON + TERM)
    assert [head.number for head in await store.find(SOURCE, version.article.url)] == [1]


async def test_an_ended_run_frees_its_source_and_tells_how_it_ended(store: Store) -> None:
    mine = await store.start_run(run("one"), now=NOON)
    ended = replace(
        mine,
        ended_at=NOON + HOUR,
        reason="finished",
        exit_code=1,
        stats={"decision/new": 3, "downloader/response.status$count": 2},
        errors=(("timeout", 2), ("http_503", 1)),
    )
    await store.end_run(ended)
    [found] = await store.runs(SOURCE)
    assert found == replace(ended, heartbeat_at=NOON + HOUR)
    await store.start_run(run("two"), now=NOON + timedelta(seconds=1))


async def test_a_run_that_was_taken_for_lost_does_not_free_its_successor_s_source(store: Store) -> None:
    slow = await store.start_run(run("slow"), now=NOON)
    await store.start_run(run("next"), now=NOON + TERM)
    await store.end_run(replace(slow, ended_at=NOON + TERM, reason="finished", exit_code=3))
    with pytest.raises(LeaseHeld, match="next"):
        await store.start_run(run("third"), now=NOON + TERM)
    assert {each.run_id: each.exit_code for each in await store.runs()}["slow"] == 3
