"""Runs: one document each, and the lease that keeps a source to one active run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from newscrawl.errors import Fenced, LeaseHeld
from newscrawl.items import RunRecord
from newscrawl.store import claims, documents, repair
from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]
TERM = timedelta(minutes=2)  # a run that has not beaten for so long is dead


async def start(
    db: Database, run: RunRecord, *, now: datetime, term: timedelta = TERM, dead_run: str | None = None
) -> RunRecord:
    """Take the source's lease and write the run down; raises LeaseHeld naming the run that has it.

    A run whose term has passed, or that the caller knows to be dead, is written down as lost, its claims are given
    back, and what it left half written is completed.
    """
    now = documents.milliseconds(now)
    lease = await _take(db, run, now, term, dead_run)
    taken_over = lease.get("replaced")
    if taken_over and taken_over != run.run_id:
        await db.runs.update_one(
            {"_id": taken_over, "ended_at": None},
            {"$set": {"ended_at": now, "reason": "lost", "lost_to": run.run_id}},
        )
        await claims.release(db, taken_over)
        await repair.missing_articles(db, run.source)
    run = replace(run, token=lease["token"], heartbeat_at=now)
    document = documents.plain({f.name: getattr(run, f.name) for f in fields(run) if f.name != "run_id"})
    await db.runs.replace_one({"_id": run.run_id}, {"_id": run.run_id, **document}, upsert=True)
    return run


async def _take(db: Database, run: RunRecord, now: datetime, term: timedelta, dead_run: str | None) -> Document:
    free = {"_id": run.source, "$or": [{"until": {"$lte": now}}, {"run": {"$in": [None, run.run_id, dead_run]}}]}
    update = [
        {
            "$set": {
                "replaced": {"$ifNull": ["$run", None]},
                "token": {"$add": [{"$ifNull": ["$token", 0]}, 1]},
                "run": run.run_id,
                "host": documents.repaired(run.host),
                "pid": run.pid,
                "since": now,
                "until": now + term,
            }
        }
    ]
    try:
        lease = await db.leases.find_one_and_update(free, update, upsert=True, return_document=ReturnDocument.AFTER)
    except DuplicateKeyError as error:  # the lease exists and is not free
        held = await db.leases.find_one({"_id": run.source}) or {}
        raise LeaseHeld(
            f"source {run.source} is being crawled by run {held.get('run')} (host {held.get('host')}, "
            f"pid {held.get('pid')}, since {held.get('since')}); it counts as dead if silent until {held.get('until')}",
            run_id=held.get("run") or "",
            host=held.get("host") or "",
            pid=held.get("pid") or 0,
        ) from error
    return lease or {}


async def heartbeat(db: Database, run: RunRecord, now: datetime, *, term: timedelta = TERM) -> None:
    """Say that the run lives; raises Fenced if its term passed and another took the source."""
    now = documents.milliseconds(now)
    mine = {"_id": run.source, "run": run.run_id, "token": run.token}
    result = await db.leases.update_one(mine, {"$set": {"until": now + term}})
    if result.matched_count == 0:
        raise Fenced(f"run {run.run_id} lost the lease of source {run.source}")
    await db.runs.update_one({"_id": run.run_id}, {"$set": {"heartbeat_at": now}})


async def end(db: Database, run: RunRecord) -> None:
    """Write how the run ended and free its source; one that was taken for lost and yet ended says so itself."""
    found = {
        "ended_at": run.ended_at,
        "heartbeat_at": run.ended_at,
        "reason": run.reason,
        "exit_code": run.exit_code,
        "stats": run.stats,
        "errors": run.errors,
    }
    await db.runs.update_one({"_id": run.run_id}, {"$set": documents.plain(found)})
    await db.leases.update_one({"_id": run.source, "run": run.run_id}, {"$set": {"run": None}})


async def newest(db: Database, source: str | None, limit: int) -> list[RunRecord]:
    query: Document = {} if source is None else {"source": source}
    return [_run(found) async for found in db.runs.find(query).sort("started_at", -1).limit(limit)]


def _run(document: Mapping[str, Any]) -> RunRecord:
    values = {f.name: document[f.name] for f in fields(RunRecord) if f.name in document}
    values["errors"] = tuple((text, count) for text, count in values.get("errors", ()))
    return RunRecord(run_id=document["_id"], **values)
