"""What workers of many machines tell one another: who is there, and shards of batch work."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from newscrawl.store import shards, source_schedule, workers
from newscrawl.store.mass_changes import MassChangeRecords
from newscrawl.store.retries import translate_errors


class ClusterRecords(MassChangeRecords):
    @translate_errors
    async def keep_worker(self, worker: source_schedule.Taker, slots: int) -> None:
        """Note that a resident worker is there, and how many crawls it may run."""
        await workers.keep(self.db, worker, slots)

    @translate_errors
    async def forget_worker(self, worker: source_schedule.Taker) -> None:
        await workers.forget(self.db, worker)

    @translate_errors
    async def cluster_state(self) -> workers.ClusterState:
        """Return who works on what, as the marks say."""
        return await workers.state(self.db)

    # Batch work in shards

    @translate_errors
    async def shard_boundaries(self, query: Mapping[str, Any], size: int) -> list[str]:
        """Return the id of every `size`-th article that matches, in the order of ids."""
        return [boundary async for boundary in shards.boundaries(self.db, query, size)]

    @translate_errors
    async def has_articles(self, source: str) -> bool:
        """Return whether anything of a source is stored: its file may be gone."""
        return await self.db.articles.find_one({"source": source}, {"_id": 1}) is not None

    @translate_errors
    async def make_shards(self, made: Sequence[shards.Shard]) -> None:
        await shards.make(self.db, made)

    @translate_errors
    async def waiting_shards(self, limit: int) -> list[str]:
        """Return shards that nobody has and no message names; what ended processes of this machine had is free."""
        await shards.free_abandoned(self.db)
        return await shards.waiting(self.db, limit)

    @translate_errors
    async def queue_shard(self, shard_id: str, by: str) -> bool:
        return await shards.queue(self.db, shard_id, by)

    @translate_errors
    async def unqueue_shards(self, shard_ids: Collection[str]) -> None:
        await shards.unqueue(self.db, shard_ids)

    @translate_errors
    async def take_shard(self, shard_id: str, by: source_schedule.Taker) -> shards.Shard | None:
        """Take a shard; returns None if it is not to be done by this worker, or not any more."""
        return await shards.take(self.db, shard_id, by)

    @translate_errors
    async def keep_shards(self, shard_ids: Collection[str], by: str) -> None:
        """Renew the term of shards that a worker has taken."""
        await shards.keep(self.db, shard_ids, by)

    @translate_errors
    async def give_shard_back(self, shard_id: str, by: str) -> None:
        """Free a shard that was begun by a worker which is stopped."""
        await shards.give_back(self.db, shard_id, by)

    @translate_errors
    async def finish_shard(self, shard: shards.Shard, result: Mapping[str, int]) -> bool:
        """Store what a shard came to; returns False if it was begun anew meanwhile."""
        return await shards.finish(self.db, shard.shard_id, shard.tries, result)

    @translate_errors
    async def fail_shard(self, shard: shards.Shard, by: str, error: str) -> None:
        """Note why a try of a shard failed; the last one counts."""
        await shards.fail(self.db, shard.shard_id, by, error, is_final=shard.tries >= shards.MAX_TRIES)

    @translate_errors
    async def is_current_try(self, shard: shards.Shard) -> bool:
        """Return whether no other try of a shard was begun since, or has ended."""
        found = await shards.get(self.db, shard.shard_id)
        return found is not None and (found.state, found.tries) == ("waiting", shard.tries)

    @translate_errors
    async def shard(self, shard_id: str) -> shards.Shard | None:
        return await shards.get(self.db, shard_id)

    @translate_errors
    async def shards(self, batch: str | None = None) -> list[shards.Shard]:
        """Return the shards of a batch, or of all, in their order."""
        return await shards.of_batch(self.db, batch)
