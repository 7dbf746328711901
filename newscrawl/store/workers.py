"""Resident workers: one document each, by which `newscrawl cluster status` tells who is there and who fell silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store import store_time
from newscrawl.store.documents import Document
from newscrawl.store.source_schedule import TAKEN_TERM, Taker
from newscrawl.store.store_time import after

Database = AsyncDatabase[Document]
FORGOTTEN_AFTER = timedelta(days=1)  # without a sign of life


@dataclass(frozen=True, slots=True)
class WorkerState:
    """A worker, and what the marks of the store say that it has taken; a silent one has lost what it had."""

    name: str
    slots: int
    started_at: datetime
    seen_at: datetime
    is_silent: bool
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClusterState:
    """What the store knows: workers, and how many sources are in which condition."""

    workers: tuple[WorkerState, ...]
    due: int  # and not taken
    queued: int  # due, and named by a message that somebody may still receive
    taken: int
    abandoned: int  # taken by nobody who is still there; free for others
    set_aside: tuple[str, ...]


async def keep(db: Database, worker: Taker, slots: int) -> None:
    """Note that a worker is there, and forget those that fell silent long ago."""
    update: list[Document] = [
        {"$set": {"slots": slots, "seen_at": "$$NOW", "started_at": {"$ifNull": ["$started_at", "$$NOW"]}}}
    ]
    await db.workers.update_one({"_id": worker.name}, update, upsert=True)
    await db.workers.delete_many({"$expr": {"$lt": ["$seen_at", after(-FORGOTTEN_AFTER)]}})


async def forget(db: Database, worker: Taker) -> None:
    await db.workers.delete_one({"_id": worker.name})


async def state(db: Database) -> ClusterState:
    """Return the state of all workers and sources, by the store's clock."""
    now = await store_time.now(db)
    marks = [
        mark
        async for mark in db.sources.find({}, {"taken": 1, "queued": 1, "due_at": 1, "is_paused": 1, "set_aside": 1})
    ]
    held = {mark["_id"]: mark["taken"] for mark in marks if _is_open(mark, "taken", now)}
    waiting = [mark for mark in marks if mark["_id"] not in held and _is_due(mark, now)]
    return ClusterState(
        workers=tuple([_worker(worker, held, now) async for worker in db.workers.find().sort("_id")]),
        due=len(waiting),
        queued=sum(_is_open(mark, "queued", now) for mark in waiting),
        taken=len(held),
        abandoned=sum(bool(mark.get("taken")) for mark in waiting),
        set_aside=tuple(sorted(mark["_id"] for mark in marks if mark.get("set_aside"))),
    )


def _is_open(mark: Mapping[str, Any], name: str, now: datetime) -> bool:
    return bool(mark.get(name)) and mark[name]["until"] > now


def _is_due(mark: Mapping[str, Any], now: datetime) -> bool:
    is_in_rounds = not mark.get("is_paused") and not mark.get("set_aside")
    return is_in_rounds and mark.get("due_at") is not None and mark["due_at"] <= now


def _worker(worker: Mapping[str, Any], held: Mapping[str, Mapping[str, Any]], now: datetime) -> WorkerState:
    return WorkerState(
        name=worker["_id"],
        slots=worker["slots"],
        started_at=worker["started_at"],
        seen_at=worker["seen_at"],
        is_silent=now - worker["seen_at"] > TAKEN_TERM,
        sources=tuple(sorted(source for source, taken in held.items() if taken["by"] == worker["_id"])),
    )
