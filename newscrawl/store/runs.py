"""Runs: one document each, and the lease that keeps a source to one active run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.errors import Fenced, LeaseHeld
from newscrawl.items import Outcome, RunRecord
from newscrawl.store import claims, repair
from newscrawl.store.documents import Document, repaired, to_bson
from newscrawl.store.gathered_commands import GatheredCommands
from newscrawl.store.store_time import after

Database = AsyncDatabase[Document]
# A run without a heartbeat for so long counts as dead: four heartbeats, and twice the silence after which the watchdog
# of a process of crawls ends it.
TERM = timedelta(seconds=60)


async def start(db: Database, run: RunRecord, *, term: timedelta = TERM, dead_run: str | None = None) -> RunRecord:
    """Take the source's lease and store the run; raises LeaseHeld with the run that has the lease.

    A run whose term has passed, and `dead_run`, is recorded as lost: its claims are released, and the articles that it
    left half written are completed. Terms are measured by the store's clock ($$NOW): those of machines differ.
    """
    lease = await _take(db, run, term, dead_run)
    now = lease["since"]
    lost_run = lease.get("replaced")
    if lost_run and lost_run != run.run_id:
        lost = {"ended_at": now, "reason": "lost", "lost_to": run.run_id}
        await db.runs.update_one({"_id": lost_run, "ended_at": None}, {"$set": lost})
        await claims.release(db, lost_run)
        await repair.insert_missing_articles(db, run.source)
    run = replace(run, token=lease["token"], heartbeat_at=now)
    names = [field.name for field in fields(run) if field.name != "run_id"]
    document = to_bson({name: getattr(run, name) for name in names})
    await db.runs.replace_one({"_id": run.run_id}, {"_id": run.run_id, **document}, upsert=True)
    return run


async def _take(db: Database, run: RunRecord, term: timedelta, dead_run: str | None) -> Document:
    """Take the lease with the next token; return it with the run that it was taken from as `replaced`."""
    is_over = {"$expr": {"$lte": ["$until", "$$NOW"]}}
    free = {"_id": run.source, "$or": [is_over, {"run": {"$in": [None, run.run_id, dead_run]}}]}
    update: list[Document] = [
        {
            "$set": {
                "replaced": {"$ifNull": ["$run", None]},
                "token": {"$add": [{"$ifNull": ["$token", 0]}, 1]},
                "run": run.run_id,
                "host": repaired(run.host),
                "pid": run.pid,
                "process": run.process,
                "since": "$$NOW",
                "until": after(term),
            }
        }
    ]
    lease = await db.leases.find_one_and_update(free, update, return_document=ReturnDocument.AFTER)
    if lease is None and (held := await db.leases.find_one({"_id": run.source})):
        raise _lease_held(run.source, held)
    if lease is None:  # the source's first run; not an upsert above, since MongoDB refuses $expr in one
        await db.leases.update_one({"_id": run.source}, {"$setOnInsert": {"run": None, "token": 0}}, upsert=True)
        return await _take(db, run, term, dead_run)
    return lease


async def require_none(db: Database, source: str) -> None:
    """Raise LeaseHeld if a run crawls the source."""
    held = {"_id": source, "run": {"$ne": None}, "$expr": {"$gt": ["$until", "$$NOW"]}}
    lease = await db.leases.find_one(held)
    if lease is not None:
        raise _lease_held(source, lease)


def _lease_held(source: str, lease: Mapping[str, Any]) -> LeaseHeld:
    return LeaseHeld(
        f"source {source} is being crawled by run {lease.get('run')} (host {lease.get('host')}, "
        f"pid {lease.get('pid')}, since {lease.get('since')}); "
        f"it counts as dead without a heartbeat until {lease.get('until')}",
        run_id=lease.get("run") or "",
        pid=lease.get("pid") or 0,
        process=lease.get("process") or "",
    )


async def heartbeat(db: Database, run: RunRecord, *, term: timedelta = TERM) -> None:
    """Renew the run's lease; raises Fenced if its term passed and another run took the source."""
    own_lease = _own_lease(run.source, run.run_id, run.token)
    result = await db.leases.update_one(own_lease, [{"$set": {"until": after(term)}}])
    if result.matched_count == 0:
        raise _lost(run.source, run.run_id)
    await db.runs.update_one({"_id": run.run_id}, [{"$set": {"heartbeat_at": "$$NOW"}}])


async def require_lease(gathered: GatheredCommands, source: str, run_id: str, token: int) -> None:
    """Raise Fenced if another run has taken the source."""
    lease = await gathered.leases.get(source)
    if lease is None or (lease["run"], lease["token"]) != (run_id, token):
        raise _lost(source, run_id)


def _own_lease(source: str, run_id: str, token: int) -> Document:
    return {"_id": source, "run": run_id, "token": token}


def _lost(source: str, run_id: str) -> Fenced:
    return Fenced(f"run {run_id} lost the lease of source {source}")


async def end(db: Database, run: RunRecord) -> None:
    """Store how the run ended, free its source, and add what it did to the source's totals; also for a lost run."""
    result = {
        "ended_at": run.ended_at,
        "heartbeat_at": run.ended_at,
        "reason": run.reason,
        "exit_code": run.exit_code,
        "stats": run.stats,
        "errors": run.errors,
        "is_counted": True,
    }
    before = await db.runs.find_one_and_update({"_id": run.run_id}, {"$set": to_bson(result)}, {"is_counted": 1})
    if before is not None and not before.get("is_counted"):  # else the answer to a first try was lost
        await db.sources.update_one({"_id": run.source}, {"$inc": _totals(run)}, upsert=True)
    await db.leases.update_one({"_id": run.source, "run": run.run_id}, {"$set": {"run": None}})


def _totals(run: RunRecord) -> Document:
    """Return what a run adds to its source's totals, which outlive the records of runs."""
    checks = {f"totals.checks.{outcome}": run.stats[outcome] for outcome in Outcome if run.stats.get(outcome)}
    seconds = (run.ended_at - run.started_at).total_seconds() if run.ended_at else 0.0
    versions = {"totals.versions": run.stats["versions"]} if run.stats.get("versions") else {}
    return {f"totals.runs.{run.exit_code}": 1, "totals.seconds": max(0.0, seconds), **checks, **versions}


async def newest(db: Database, source: str | None, limit: int) -> list[RunRecord]:
    """Return the newest runs of a source, or of all sources, newest first."""
    query: Document = {} if source is None else {"source": source}
    return [_run(document) async for document in db.runs.find(query).sort("started_at", -1).limit(limit)]


async def like(db: Database, prefix: str, limit: int) -> list[RunRecord]:
    """Return the newest runs whose ids begin with `prefix`."""
    query = {"_id": {"$gte": prefix, "$lt": f"{prefix}\uffff"}}
    return [_run(document) async for document in db.runs.find(query).sort("started_at", -1).limit(limit)]


async def last(db: Database) -> dict[str, RunRecord]:
    """Return the newest run of each source: one index seek per source, however many runs there are."""
    stages: list[Document] = [
        {"$sort": {"source": 1, "started_at": -1}},
        {"$group": {"_id": "$source", "run": {"$first": "$$ROOT"}}},
    ]
    return {group["_id"]: _run(group["run"]) async for group in await db.runs.aggregate(stages)}


def _run(document: Mapping[str, Any]) -> RunRecord:
    values = {field.name: document[field.name] for field in fields(RunRecord) if field.name in document}
    values["errors"] = tuple((text, count) for text, count in values.get("errors", ()))
    return RunRecord(run_id=document["_id"], **values)
