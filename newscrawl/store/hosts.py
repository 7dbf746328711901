"""Hosts: one document each, shared by all sources, processes and restarts, and the lease of the process that owns it.

An owner keeps what the host permits in memory (`host_allowance`) and writes it back with each renewal. All terms are by
the store's clock ($$NOW), which owners have in common; of their own clocks only durations count.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import MAX_RETRY_AFTER, Resource
from newscrawl.store.documents import Document, milliseconds
from newscrawl.store.host_allowance import WINDOW, HostState
from newscrawl.store.store_time import after

Database = AsyncDatabase[Document]

TERM = timedelta(seconds=60)  # an owner that renews nothing for so long has lost the host
WISH_TERM = timedelta(seconds=15)  # who waits for a host repeats that within this time


@dataclass(frozen=True, slots=True)
class Owner:
    """A process, and how another one finds out that it has ended (`process_identity`)."""

    id: str
    pid: int
    process: str


@dataclass(frozen=True, slots=True)
class Demand:
    """What a process that wants a host is going to do there."""

    per_hour: int  # 0: no limit
    block: int  # requests of the hour's budget that it draws at once
    delay_seconds: float


@dataclass(frozen=True, slots=True)
class Held:
    """A lease on a host, as the owner knows it; `token` differs with each time that the host is taken."""

    host: str
    token: int
    delay_seconds: float
    window: datetime | None = None
    counted: int = 0  # requests to add to the hour's count; negative: the rest of a block that is given back
    failures: HostState | None = None  # to be stored, if not None
    last_seconds_ago: float | None = None  # when released: the latest exchange; None: there was none yet


async def take(
    db: Database,
    host: str,
    owner: Owner,
    demand: Demand,
    now: datetime | None,
    *,
    term: timedelta = TERM,
    dead: str | None = None,
) -> tuple[Document, bool]:
    """Lease a host and draw the first block; returns its document, and whether it is the owner's now.

    If not, the owner waits in line from now on. `dead` is the id of an owner whose process has ended, whose lease may
    be taken at once. `now` is a time of a crawl with a clock of its own, None the store's.
    """
    ticket = uuid.uuid4().hex
    stages = [
        *_line(owner, dead, term),
        *_block(demand, now, {"$eq": ["$taken", True]}),
        _taken(owner, demand, ticket, dead, term),
        {"$unset": ["taken", "rest", "is_over"]},
    ]
    document = await db.hosts.find_one_and_update(
        {"_id": host}, stages, upsert=True, return_document=ReturnDocument.AFTER
    )
    document = document or {}
    return document, document.get("ticket") == ticket


def _line(owner: Owner, dead: str | None, term: timedelta) -> list[Document]:
    """Return the stages that keep the line of waiting owners, and decide whether this one gets the host."""
    is_alive = _is_ahead("$$wish.until", "$$NOW", WISH_TERM)
    others = {"$and": [is_alive, {"$ne": ["$$wish.by", owner.id]}]}
    is_over = {"$or": [{"$not": [_is_ahead("$until", "$$NOW", 2 * term)]}, {"$eq": ["$owner", dead]}]}
    has_owner = {"$ne": [{"$ifNull": ["$owner", None]}, None]}
    is_own = {"$eq": ["$owner", owner.id]}
    is_next = {"$eq": [{"$ifNull": [{"$first": "$wanted.by"}, owner.id]}, owner.id]}
    is_free = {"$and": [{"$or": [{"$not": [has_owner]}, "$is_over"]}, is_next]}
    wish = {"by": owner.id, "until": after(WISH_TERM)}
    repeated = {"$cond": [{"$eq": ["$$wish.by", owner.id]}, wish, "$$wish"]}
    in_line = {"$map": {"input": "$wanted", "as": "wish", "in": repeated}}
    waits = {"$cond": [{"$in": [owner.id, "$wanted.by"]}, in_line, {"$concatArrays": ["$wanted", [wish]]}]}
    return [
        {
            "$set": {
                "wanted": _filter({"$ifNull": ["$wanted", []]}, is_alive),
                "is_over": {"$and": [has_owner, is_over]},
            }
        },
        {"$set": {"taken": {"$or": [is_own, is_free]}}},
        {"$set": {"wanted": {"$cond": ["$taken", _filter("$wanted", others), waits]}}},
    ]


def _filter(wishes: object, condition: Document) -> Document:
    return {"$filter": {"input": wishes, "as": "wish", "cond": condition}}


def _taken(owner: Owner, demand: Demand, ticket: str, dead: str | None, term: timedelta) -> Document:
    """Return the stage that writes the lease.

    An owner that died, or could not renew, may have sent a request up to the end of its lease, and one whose process
    has ended up to now.
    """
    until = {"$cond": [{"$eq": ["$owner", dead]}, "$$NOW", "$until"]}
    latest = {"$max": ["$last_at", {"$cond": ["$is_over", until, None]}]}
    values: Document = {
        "owner": owner.id,
        "pid": owner.pid,
        "process": owner.process,
        "token": {"$add": [{"$ifNull": ["$token", 0]}, 1]},
        "until": after(term),
        "delay_ms": {"$max": [{"$ifNull": ["$delay_ms", 0]}, _milliseconds(demand.delay_seconds)]},
        # One that is to come was stored before the store's clock was set back.
        "last_at": {"$cond": [{"$gt": [latest, "$$NOW"]}, "$$NOW", latest]},
        "ticket": ticket,
    }
    kept = {name: {"$cond": ["$taken", value, {"$ifNull": [f"${name}", None]}]} for name, value in values.items()}
    return {"$set": {**kept, "at": "$$NOW"}}


async def draw(
    db: Database, host: str, owner: Owner, token: int, demand: Demand, now: datetime | None
) -> Document | None:
    """Draw a further block of the hour's budget; returns the document with `drawn`, None if the lease is lost."""
    own = {"_id": host, "owner": owner.id, "token": token}
    return await db.hosts.find_one_and_update(
        own,
        [*_block(demand, now, True), {"$set": {"at": "$$NOW"}}, {"$unset": "rest"}],
        return_document=ReturnDocument.AFTER,
    )


def _block(demand: Demand, now: datetime | None, condition: object) -> list[Document]:
    """Return the stages that begin a new hour if the stored one is over, and draw a block where a condition holds."""
    moment: object = "$$NOW" if now is None else milliseconds(now)
    hour = _milliseconds(WINDOW.total_seconds())
    start = {"$subtract": [moment, {"$mod": [{"$toLong": moment}, hour]}]}
    # Another owner's clock may be a little ahead: its hour is used. See Budget.begin.
    is_current = {"$and": [{"$gte": ["$window", start]}, {"$lte": ["$window", {"$add": [start, hour]}]}]}
    count = {"$cond": [is_current, {"$ifNull": ["$count", 0]}, 0]}
    block = demand.block if demand.per_hour else 0
    return [
        {"$set": {"count": count, "window": {"$cond": [is_current, "$window", start]}}},
        {"$set": {"rest": {"$max": [{"$subtract": [demand.per_hour, "$count"]}, 0]}}},
        {"$set": {"drawn": {"$cond": [condition, {"$min": [block, "$rest"]}, 0]}}},
        {"$set": {"count": {"$add": ["$count", "$drawn"]}}},
    ]


async def keep(
    db: Database, owner: Owner, renewed: Sequence[Held], released: Sequence[Held], *, term: timedelta = TERM
) -> None:
    """Renew leases and give others back, with what their owner knows; those that were lost are left as they are."""
    operations = [UpdateOne(_own(held, owner), [*_flushed(held), _renewed(held, term)]) for held in renewed]
    operations += [UpdateOne(_own(held, owner), [*_flushed(held), _released(held)]) for held in released]
    if operations:
        await db.hosts.bulk_write(operations, ordered=False)


def _own(held: Held, owner: Owner) -> Document:
    return {"_id": held.host, "owner": owner.id, "token": held.token}


def _renewed(held: Held, term: timedelta) -> Document:
    return {"$set": {"until": after(term), "at": "$$NOW", "delay_ms": _milliseconds(held.delay_seconds)}}


def _released(held: Held) -> Document:
    values: Document = {"owner": None, "until": None, "delay_ms": _milliseconds(held.delay_seconds)}
    if held.last_seconds_ago is not None:
        values["last_at"] = {"$subtract": ["$$NOW", math.floor(held.last_seconds_ago * 1000)]}
    return {"$set": values}


def _flushed(held: Held) -> list[Document]:
    """Return the stages that write requests and failures; what is left of an hour that is over is not given back."""
    stages: list[Document] = []
    if held.counted:
        is_same = {"$eq": ["$window", held.window]}
        count = {"$cond": [is_same, {"$add": ["$count", held.counted]}, max(held.counted, 0)]}
        is_written = {"$or": [is_same, held.counted > 0]}
        changed = {"count": count, "window": held.window}
        stages += [{"$set": {name: {"$cond": [is_written, value, f"${name}"]} for name, value in changed.items()}}]
    if held.failures is not None:
        stages += [{"$set": _failures(held.failures)}]
    return stages


def _failures(state: HostState) -> Document:
    return {
        "failures": state.failures,
        "failing": None if state.failing is None else int(state.failing),
        "failed_at": state.failed_at,
        "last_failure": {"$literal": state.last_failure},
        "rest_seconds": state.backoff.total_seconds(),
        "rests_until": state.backoff_until,
    }


async def owned(
    db: Database, hosts: Collection[str], owner: Owner, *, is_wanted: bool = False
) -> Mapping[str, Document]:
    """Return the documents of those hosts that the owner still has; only those that others wait for, if so asked."""
    query: Document = {"_id": {"$in": list(hosts)}, "owner": owner.id}
    if is_wanted:
        query["wanted.0"] = {"$exists": True}
    fields = ["token", "until", "at", "wanted", "paused_until"]
    return {document["_id"]: document async for document in db.hosts.find(query, fields)}


async def pause(db: Database, host: str, wait: timedelta, now: datetime | None) -> None:
    """Store the pause that a host asked for, whoever owns it; a shorter one does not end a longer one."""
    moment: object = "$$NOW" if now is None else milliseconds(now)
    until: Document = {"$add": [moment, _milliseconds(wait.total_seconds())]}
    longer = {"$max": ["$paused_until", until]}
    paused_until = {"$cond": [_is_ahead("$paused_until", moment, MAX_RETRY_AFTER), longer, until]}
    await db.hosts.update_one({"_id": host}, [{"$set": {"paused_until": paused_until}}], upsert=True)


async def blocked(db: Database, now: datetime) -> dict[str, datetime]:
    """Return until when hosts are not requested: by their own wish, or because they failed."""
    query = {"$or": [{"paused_until": {"$gt": now}}, {"rests_until": {"$gt": now}}]}
    fields = ["paused_until", "rests_until"]
    return {
        document["_id"]: max(until for field in fields if (until := document.get(field)) is not None)
        async for document in db.hosts.find(query, fields)
    }


async def state(db: Database, host: str) -> HostState:
    return state_of(host, await db.hosts.find_one({"_id": host}) or {})


def state_of(host: str, document: Mapping[str, Any]) -> HostState:
    failing = document.get("failing")
    return HostState(
        host=host,
        window=document.get("window"),
        count=document.get("count") or 0,
        paused_until=document.get("paused_until"),
        backoff_until=document.get("rests_until"),
        backoff=timedelta(seconds=document.get("rest_seconds") or 0),
        failures=document.get("failures") or 0,
        failing=None if failing is None else Resource(failing),
        failed_at=document.get("failed_at"),
        last_failure=document.get("last_failure") or "",
    )


def _is_ahead(moment: str, now: object, maximum: timedelta) -> Document:
    """Return the expression of whether a moment is to come; beyond `maximum` it was stored by a wrong clock."""
    latest = {"$add": [now, _milliseconds(maximum.total_seconds())]}
    return {"$and": [{"$gt": [moment, now]}, {"$lte": [moment, latest]}]}


def _milliseconds(seconds: float) -> int:
    return math.ceil(seconds * 1000)
