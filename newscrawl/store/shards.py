"""Batch work over an archive, in shards of articles: one document each, taken by one worker at a time.

A shard is a range of article ids, so that it is the same however often it is done. Terms are by the store's clock.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store import store_time
from newscrawl.store.documents import Document
from newscrawl.store.process_identity import has_ended
from newscrawl.store.source_schedule import (
    IS_FREE,
    IS_UNQUEUED,
    QUEUED_TERM,
    TAKEN_TERM,
    Taker,
    free_or_of,
    unqueued_or_by,
)
from newscrawl.store.store_time import after

Database = AsyncDatabase[Document]
REST = "rest"  # the option that names the work to be done once a shard has failed for good: others wait for its end
MAX_TRIES = 3  # a shard that ended so many processes, or failed so often, is left alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Articles with ids above `after_id`, up to and including `upto_id`; None: from the first, to the last."""

    shard_id: str
    batch: str
    work: str  # what is done with them
    at: datetime  # when the batch was made: whatever a shard dates has this date, however often it is done
    after_id: str | None
    upto_id: str | None
    options: Mapping[str, str] = field(default_factory=dict)
    state: str = "waiting"  # or done, failed; as listed also running, where somebody has it
    tries: int = 0
    result: Mapping[str, int] = field(default_factory=dict)
    error: str = ""


async def boundaries(db: Database, query: Mapping[str, Any], size: int) -> AsyncIterator[str]:
    """Yield the id of every `size`-th article that matches, in the order of ids."""
    number = 0
    async for article in db.articles.find(query, {"_id": 1}).sort("_id", 1):
        number += 1
        if number % size == 0:
            yield article["_id"]


async def make(db: Database, shards: Sequence[Shard]) -> None:
    """Store the shards of a batch; those that are stored already stay as they are."""
    documents = [
        {
            "_id": shard.shard_id, "batch": shard.batch, "work": shard.work, "at": shard.at, "state": shard.state,
            "after_id": shard.after_id, "upto_id": shard.upto_id, "options": dict(shard.options), "tries": 0,
        }
        for shard in shards
    ]  # fmt: skip
    await db.shards.bulk_write(
        [UpdateOne({"_id": each["_id"]}, {"$setOnInsert": each}, upsert=True) for each in documents], ordered=False
    )


async def waiting(db: Database, limit: int) -> list[str]:
    """Return shards that nobody has and no message names, oldest batch first."""
    query = {"state": "waiting", "$and": [IS_FREE, IS_UNQUEUED]}
    cursor = db.shards.find(query, {"_id": 1}).sort([("at", 1), ("_id", 1)]).limit(limit)
    return [found["_id"] async for found in cursor]


async def queue(db: Database, shard_id: str, by: str) -> bool:
    """Mark that a message of a worker names a shard; returns False if another's does, or if somebody has it."""
    free = {"_id": shard_id, "state": "waiting", "$and": [IS_FREE, unqueued_or_by(by)]}
    result = await db.shards.update_one(free, [{"$set": {"queued": {"by": by, "until": after(QUEUED_TERM)}}}])
    return result.matched_count == 1


async def unqueue(db: Database, shard_ids: Collection[str]) -> None:
    await db.shards.update_many({"_id": {"$in": list(shard_ids)}}, {"$unset": {"queued": ""}})


async def take(db: Database, shard_id: str, by: Taker) -> Shard | None:
    """Take a shard; returns None if another worker has it, or if it is done, or was tried too often: it has failed.

    One that the same worker has is the same try: the answer to its first request was lost.
    """
    free = {"_id": shard_id, "state": "waiting", **free_or_of(by.name)}
    taken = {"by": by.name, "pid": by.pid, "process": by.process, "until": after(TAKEN_TERM)}
    is_repeated = {"$eq": ["$taken.by", by.name]}
    update: list[Document] = [
        {"$set": {"tries": {"$add": ["$tries", {"$cond": [is_repeated, 0, 1]}]}}},
        {"$set": {"taken": taken}},
        {"$unset": "queued"},
    ]
    found = await db.shards.find_one_and_update(free, update, return_document=ReturnDocument.AFTER)
    if found is None:
        return None
    if found["tries"] > MAX_TRIES:
        error = found.get("error") or f"{MAX_TRIES} processes ended while they worked on it"
        await fail(db, shard_id, by.name, error, is_final=True)
        return None
    return _shard(found)


async def keep(db: Database, shard_ids: Collection[str], by: str) -> None:
    """Renew the term of shards that a worker has taken."""
    query = {"_id": {"$in": list(shard_ids)}, "taken.by": by}
    await db.shards.update_many(query, [{"$set": {"taken.until": after(TAKEN_TERM)}}])


async def free_abandoned(db: Database) -> None:
    """Free what processes of this machine had taken that no longer exist."""
    async for found in db.shards.find({"state": "waiting", "taken": {"$ne": None}}, {"taken": 1}):
        taken = found["taken"]
        if has_ended(taken.get("pid") or 0, taken.get("process") or ""):
            await db.shards.update_one({"_id": found["_id"], "taken.by": taken["by"]}, {"$unset": {"taken": ""}})


async def give_back(db: Database, shard_id: str, by: str) -> None:
    """Free a shard that a worker which is stopped had begun: that was no try."""
    await db.shards.update_one({"_id": shard_id, "taken.by": by}, {"$unset": {"taken": ""}, "$inc": {"tries": -1}})


async def finish(db: Database, shard_id: str, tries: int, result: Mapping[str, int]) -> bool:
    """Store what a try came to; returns False if another one was begun since, or has ended."""
    done = {"state": "done", "result": dict(result)}
    query = {"_id": shard_id, "state": {"$in": ["waiting", "done"]}, "tries": tries}
    update = {"$set": done, "$unset": {"taken": "", "queued": "", "error": ""}}
    return (await db.shards.update_one(query, update)).matched_count == 1


async def fail(db: Database, shard_id: str, by: str, error: str, *, is_final: bool = False) -> None:
    """Note why a try failed; it is tried again unless that was the last one: then what is left to do is a new shard."""
    state = {"state": "failed"} if is_final else {}
    query = {"_id": shard_id, "state": "waiting", "taken.by": by}
    found = await db.shards.find_one(query) if is_final else None
    if found is not None and (work := found["options"].get(REST)):
        options = {name: value for name, value in found["options"].items() if name != REST}
        rest = {**found, "_id": f"{shard_id}-{REST}", "work": work, "options": options}
        await make(db, [_shard(rest)])  # first: a kill in between repeats this
    await db.shards.update_one(query, {"$set": {"error": error, **state}, "$unset": {"taken": "", "queued": ""}})


async def get(db: Database, shard_id: str) -> Shard | None:
    found = await db.shards.find_one({"_id": shard_id})
    return None if found is None else _shard(found)


async def of_batch(db: Database, batch: str | None = None) -> list[Shard]:
    """Return the shards of a batch, or of all, in their order; those at work are listed as running."""
    now = await store_time.now(db)
    cursor = db.shards.find({} if batch is None else {"batch": batch}).sort([("at", 1), ("_id", 1)])
    return [_listed(found, now) async for found in cursor]


def _listed(found: Mapping[str, Any], now: datetime) -> Shard:
    is_running = found["state"] == "waiting" and found.get("taken") and found["taken"]["until"] > now
    return _shard({**found, "state": "running"} if is_running else found)


def _shard(found: Mapping[str, Any]) -> Shard:
    names = ("batch", "work", "at", "after_id", "upto_id", "options", "state", "tries")
    values: dict[str, Any] = {name: found[name] for name in names}
    return Shard(shard_id=found["_id"], result=found.get("result", {}), error=found.get("error", ""), **values)
