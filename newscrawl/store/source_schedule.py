"""Which source is crawled next: one mark per source, taken by one supervisor at a time.

A mark names when the source is due and its rank, a moment that puts valuable sources earlier by at most `MAX_ADVANCE`:
old marks overtake valuable ones, so none starves. Marks are written when a run ends and by whoever makes articles due;
they are computed again from the articles every few minutes, so that a lost one costs minutes only. A source that is
taken, or named by a message in a queue, is so for a term by the store's clock ($$NOW): those of machines differ.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pymongo import ReturnDocument, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store import documents
from newscrawl.store.claims import CLAIMABLE, backlogs
from newscrawl.store.documents import Document
from newscrawl.store.process_identity import has_ended
from newscrawl.store.store_time import after

Database = AsyncDatabase[Document]
MAX_ADVANCE = timedelta(minutes=10)  # how much earlier the most valuable source comes than one of no value
MIN_BETWEEN_TURNS = timedelta(seconds=30)
WANTED = "wanted"  # field of a source that was made due and not taken since: its run under way does not postpone it
TAKEN_TERM = timedelta(seconds=60)  # a mark whose taker vanished counts again after this, as the lease of its run does
QUEUED_TERM = timedelta(seconds=20)  # in which a message with a source's name is to reach a worker; see jobs.engine
LOST = "lost_takers"  # how many takers in succession vanished with the source
IS_FREE: Document = {"$or": [{"taken": None}, {"$expr": {"$lte": ["$taken.until", "$$NOW"]}}]}
IS_UNQUEUED: Document = {"$or": [{"queued": None}, {"$expr": {"$lte": ["$queued.until", "$$NOW"]}}]}


@dataclass(frozen=True, slots=True)
class DueSource:
    source: str
    due_at: datetime
    rank_at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """When a source is due, and which supervisor has taken it; of a source that was never planned nothing is known."""

    due_at: datetime | None = None
    taken_by: str | None = None
    taken_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taker:
    """A supervisor, as marks name it."""

    name: str
    pid: int = 0
    process: str = ""  # see process_identity


def free_or_of(by: str) -> Document:
    """Return what matches what nobody else has. It was taken by `by` itself where the answer to that was lost."""
    return {"$or": [*IS_FREE["$or"], {"taken.by": by}]}


def unqueued_or_by(by: str) -> Document:
    """Return what matches what no message of others names, as above."""
    return {"$or": [*IS_UNQUEUED["$or"], {"queued.by": by}]}


async def due(db: Database, now: datetime, limit: int, *, is_unqueued: bool = False) -> list[DueSource]:
    """Return sources that are due and that nobody has taken, best rank first; paused and set-aside ones never.

    `is_unqueued` leaves out those whose names are in a queue.
    """
    now = documents.milliseconds(now)
    query = {
        "rank_at": {"$lte": now},
        "due_at": {"$lte": now},
        "is_paused": {"$ne": True},
        "set_aside": None,
        "$and": [IS_FREE, IS_UNQUEUED] if is_unqueued else [IS_FREE],
    }
    cursor = db.sources.find(query, {"due_at": 1, "rank_at": 1}).sort("rank_at", 1).limit(limit)
    return [DueSource(found["_id"], found["due_at"], found["rank_at"]) async for found in cursor]


async def turns(db: Database) -> dict[str, datetime | None]:
    """Return when each known source is due; None for one that rounds leave out: paused or set aside."""
    found: dict[str, datetime | None] = {}
    async for source in db.sources.find({}, {"due_at": 1, "is_paused": 1, "set_aside": 1}):
        if source.get("is_paused") or source.get("set_aside"):
            found[source["_id"]] = None
        elif source.get("due_at"):
            found[source["_id"]] = source["due_at"]
    return found


async def turn(db: Database, source: str) -> Turn:
    """Return when one source is due, and who has taken it."""
    found = await db.sources.find_one({"_id": source}, {"due_at": 1, "taken": 1}) or {}
    taken = found.get("taken") or {}
    return Turn(found.get("due_at"), taken.get("by"), taken.get("until"))


async def take(db: Database, source: str, now: datetime, by: Taker) -> int | None:
    """Take a due source; returns how many takers vanished with it before, None if another supervisor was faster.

    One that the same supervisor has is taken once more: the answer to its first request was lost.
    """
    now = documents.milliseconds(now)
    free = {"_id": source, "due_at": {"$lte": now}, "is_paused": {"$ne": True}, "set_aside": None}
    free |= free_or_of(by.name)
    has_vanished = {"$cond": [{"$in": [{"$ifNull": ["$taken.by", None]}, [None, by.name]]}, 0, 1]}
    taken = {"by": by.name, "pid": by.pid, "process": by.process, "until": after(TAKEN_TERM)}
    update: list[Document] = [
        {"$set": {LOST: {"$add": [{"$ifNull": [f"${LOST}", 0]}, has_vanished]}}},
        {"$set": {"taken": taken}},
        {"$unset": [WANTED, "queued"]},
    ]
    found = await db.sources.find_one_and_update(free, update, {LOST: 1}, return_document=ReturnDocument.AFTER)
    return None if found is None else int(found[LOST])


async def keep(db: Database, sources: Collection[str], by: str) -> None:
    """Renew the term of sources that a supervisor has taken."""
    query = {"_id": {"$in": list(sources)}, "taken.by": by}
    await db.sources.update_many(query, [{"$set": {"taken.until": after(TAKEN_TERM)}}])


async def give_back(db: Database, source: str, by: str) -> None:
    """Free a source that was taken and not crawled; it stays due."""
    await db.sources.update_one({"_id": source, "taken.by": by}, {"$unset": {"taken": ""}})


async def free_abandoned(db: Database) -> list[str]:
    """Free what processes of this machine took that no longer exist: nobody waits for their terms. Returns the sources.

    Whether a process exists is known on its own machine and in its own pid namespace only.
    """
    freed = []
    cursor = db.sources.find({"taken": {"$ne": None}}, {"taken": 1})
    async for found in cursor:
        taken = found["taken"]
        if has_ended(taken.get("pid") or 0, taken.get("process") or ""):
            query = {"_id": found["_id"], "taken.by": taken["by"]}
            result = await db.sources.update_one(query, {"$unset": {"taken": ""}, "$inc": {LOST: 1}})
            freed += [found["_id"]] * result.modified_count
    return freed


async def queue(db: Database, source: str, now: datetime, by: str) -> bool:
    """Mark that a worker's message names a due source; returns False if another's does, or if the source is taken."""
    free = {"_id": source, "due_at": {"$lte": documents.milliseconds(now)}, "$and": [IS_FREE, unqueued_or_by(by)]}
    result = await db.sources.update_one(free, [{"$set": {"queued": {"by": by, "until": after(QUEUED_TERM)}}}])
    return result.matched_count == 1


async def unqueue(db: Database, sources: Collection[str]) -> None:
    """Take the mark from sources whose messages were not published, or were received by a worker that stops."""
    await db.sources.update_many({"_id": {"$in": list(sources)}}, {"$unset": {"queued": ""}})


async def make_due(db: Database, sources: Collection[str], now: datetime) -> None:
    """Make sources due at once, before all others; one that is being crawled has another turn after that."""
    now = documents.milliseconds(now)
    mark = {"due_at": now, "rank_at": now - MAX_ADVANCE, WANTED: True}
    for source in sources:
        await db.sources.update_one({"_id": source}, {"$set": mark}, upsert=True)


async def add_new(db: Database, sources: Collection[str], now: datetime) -> None:
    """Make sources due that have no mark yet."""
    known = {
        found["_id"]
        async for found in db.sources.find({"_id": {"$in": list(sources)}, "due_at": {"$ne": None}}, {"_id": 1})
    }
    await make_due(db, [source for source in sources if source not in known], now)


async def plan(db: Database, source: str, now: datetime, *, listings_at: datetime, by: str | None = None) -> datetime:
    """Mark a source due when its first article is, or at `listings_at`; returns that moment. Frees a taken source.

    A supervisor says who it is (`by`): what another one has taken since is left alone.

    Articles that a run left (its host asked for a pause, its budget is used up) bring the source back after
    `MIN_BETWEEN_TURNS`, and not in an endless loop of runs that request nothing. A source that was made due since it
    was taken stays so.
    """
    first_due = {"source": source, "claim_at": {"$gt": datetime(1970, 1, 1, tzinfo=UTC)}, "state": {"$in": CLAIMABLE}}
    first = await db.articles.find_one(first_due, {"claim_at": 1, "value": 1}, sort=[("claim_at", 1)], hint="due")
    due_at, value = documents.milliseconds(listings_at), 0.0
    if first is not None and first["claim_at"] < due_at:
        value = float(first.get("value") or 0.0)
        due_at = max(first["claim_at"], documents.milliseconds(now + MIN_BETWEEN_TURNS))
    mark = _mark(due_at, value)
    kept = {name: {"$cond": [f"${WANTED}", f"${name}", moment]} for name, moment in mark.items()}
    query = {"_id": source} if by is None else {"_id": source, "taken.by": {"$in": [None, by]}}
    await db.sources.update_one(query, [{"$set": kept}, {"$unset": ["taken", LOST]}], upsert=by is None)
    return due_at


async def refresh(db: Database, now: datetime) -> None:
    """Bring marks forward whose articles are due earlier: two queries for all sources, and one write."""
    found = await backlogs(db, now)
    updates = []
    async for mark in db.sources.find({"_id": {"$in": list(found)}, "taken": None}, {"due_at": 1}):
        backlog = found[mark["_id"]]
        if mark.get("due_at") and mark["due_at"] > backlog.since:
            later = {"_id": mark["_id"], "taken": None, "due_at": {"$gt": backlog.since}}
            updates.append(UpdateOne(later, {"$set": _mark(backlog.since, backlog.value)}))
    if updates:
        await db.sources.bulk_write(updates, ordered=False)


def _mark(due_at: datetime, value: float) -> Document:
    advance = min(max(value, 0.0), 1.0) * MAX_ADVANCE
    return {"due_at": due_at, "rank_at": documents.milliseconds(due_at - advance)}


async def set_aside(db: Database, source: str, reason: str, at: datetime, spider_digest: str) -> None:
    """Leave a source out of rounds until `bring_back`; the digest of its file tells whether the file changed since."""
    mark = {"set_aside": {"reason": reason, "at": documents.milliseconds(at), "spider_digest": spider_digest}}
    await db.sources.update_one({"_id": source}, {"$set": mark, "$unset": {"taken": "", LOST: ""}}, upsert=True)


async def all_set_aside(db: Database) -> dict[str, str]:
    """Return the sources that are set aside, with the digests of their files at that time."""
    cursor = db.sources.find({"set_aside": {"$exists": True}}, {"set_aside": 1})
    return {found["_id"]: found["set_aside"].get("spider_digest", "") async for found in cursor}


async def bring_back(db: Database, source: str) -> bool:
    """Let rounds crawl a source again; returns whether it was set aside."""
    result = await db.sources.update_one({"_id": source, "set_aside": {"$ne": None}}, {"$unset": {"set_aside": ""}})
    return result.modified_count == 1
