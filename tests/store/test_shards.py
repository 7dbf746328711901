"""Shards as the store keeps them: whatever is repeated since its answer was lost has the result of its first time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.errors import NotFound
from newscrawl.jobs.batches import batch_states
from newscrawl.jobs.shard_work import make_rebase
from newscrawl.store import Store
from newscrawl.store.shards import Shard
from newscrawl.store.source_schedule import LOST, Taker
from newscrawl.store.store_time import after

ONE, OTHER = Taker("one"), Taker("other")


def a_shard(number: int = 0) -> Shard:
    at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    return Shard(shard_id=f"batch-{number}", batch="batch", work="rebase", at=at, after_id=None, upto_id=None)


async def let_terms_end(store: Store) -> None:
    await store.db.shards.update_many({"taken": {"$ne": None}}, [{"$set": {"taken.until": after(-timedelta(hours=1))}}])


async def test_shards_that_are_made_again_stay_as_they_are(store: Store) -> None:
    await store.make_shards([a_shard(0)])
    taken = await store.take_shard("batch-0", ONE)
    assert taken is not None
    assert await store.finish_shard(taken, {"articles": 1})
    await store.make_shards([a_shard(0), a_shard(1)])
    assert [(shard.state, shard.tries) for shard in await store.shards("batch")] == [("done", 1), ("waiting", 0)]


async def test_source_that_is_named_twice_is_cut_once(store: Store) -> None:
    made = await make_rebase(store, ["bbc", "guardian", "bbc"])
    assert [shard.options["source"] for shard in made] == ["bbc", "guardian"]
    assert len(await store.shards(made[0].batch)) == 2


async def test_shard_is_queued_and_taken_by_one_worker_however_often_it_asks(store: Store) -> None:
    await store.make_shards([a_shard()])
    assert [await store.queue_shard("batch-0", name) for name in ("one", "one", "other")] == [True, True, False]
    tries = [await store.take_shard("batch-0", by) for by in (ONE, ONE, OTHER)]
    assert [found and found.tries for found in tries] == [1, 1, None]
    await let_terms_end(store)
    later = await store.take_shard("batch-0", OTHER)
    assert later is not None
    assert later.tries == 2


async def test_source_is_queued_and_taken_by_one_worker_however_often_it_asks(store: Store) -> None:
    now = datetime.now(UTC)
    await store.make_sources_due(["bbc"], now)
    assert [await store.queue_source("bbc", now, name) for name in ("one", "one", "other")] == [True, True, False]
    assert [await store.take_source("bbc", now, by) for by in (ONE, ONE, OTHER)] == [0, 0, None]
    mark = await store.db.sources.find_one({"_id": "bbc"})
    assert mark is not None
    assert (mark[LOST], mark["taken"]["by"]) == (0, "one"), "nobody vanished"


async def test_end_of_a_shard_is_stored_however_often_it_is_repeated_and_of_a_late_try_never(store: Store) -> None:
    await store.make_shards([a_shard()])
    late = await store.take_shard("batch-0", ONE)
    await let_terms_end(store)
    heir = await store.take_shard("batch-0", OTHER)
    assert late is not None
    assert heir is not None
    assert [await store.is_current_try(each) for each in (late, heir)] == [False, True]
    assert [await store.finish_shard(each, {"articles": 2}) for each in (late, heir, heir, late)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert not await store.is_current_try(heir)


async def test_shard_at_work_is_listed_as_running_while_its_term_lasts(store: Store) -> None:
    await store.make_shards([a_shard(0), a_shard(1)])
    await store.take_shard("batch-1", ONE)
    [state] = await batch_states(store, "batch")
    assert [state[name] for name in ("waiting", "running", "done", "failed")] == [1, 1, 0, 0]
    await let_terms_end(store)
    [state] = await batch_states(store, "batch")
    assert [state[name] for name in ("waiting", "running")] == [2, 0]


async def test_batch_that_was_never_made_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="nosuch"):
        await batch_states(store, "nosuch")
    assert await batch_states(store) == []
