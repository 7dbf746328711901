"""Claims: due articles taken by one run at a time, under a lease that ends and a rising fencing token."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Head, State
from newscrawl.store import documents, repair
from newscrawl.store.documents import Document, version_id

Database = AsyncDatabase[Document]
BACKLOG = 2000  # due stories of a source from which on they are not all sorted
CLAIMABLE = [State.WATCHED.value, State.RETIRED.value, State.GONE.value]


async def claim_due(
    db: Database, source: str, now: datetime, limit: int, run_id: str, *, term: timedelta
) -> list[Head]:
    """Lease up to `limit` stories that are due, most valuable first; see `Store.claim_due`."""
    now = documents.milliseconds(now)
    wanted = await _candidates(db, source, now, limit)
    return await _lease(db, wanted, _due(source, now), now, run_id, term) if wanted else []


async def claim(db: Database, article_id: str, now: datetime, run_id: str, *, term: timedelta) -> Head | None:
    """Lease one story whether it is due or not; None where another run has it. A run may renew its own claim."""
    now = documents.milliseconds(now)
    own: list[Document] = [{"lease.run": run_id}]
    leased = await _lease(db, [article_id], {"state": {"$in": CLAIMABLE}}, now, run_id, term, own)
    return leased[0] if leased else None


async def _lease(
    db: Database,
    wanted: list[str],
    condition: Document,
    now: datetime,
    run_id: str,
    term: timedelta,
    also: Sequence[Document] = (),
) -> list[Head]:
    """Lease those of the wanted stories that are free, or `also` to be had, and return their heads in that order.

    One statement for all: each document is checked again and changed atomically, so two workers never share a story.
    `claims` only ever grows, also across releases; it is the token that later writes must still match.
    """
    claim = uuid.uuid4().hex
    free: list[Document] = [{"lease": None}, {"lease.until": {"$lte": now}}, *also]
    until = now + term
    await db.articles.update_many(
        {"_id": {"$in": wanted}, **condition, "$or": free},
        [
            {"$set": {"claims": {"$add": [{"$ifNull": ["$claims", 0]}, 1]}}},
            {"$set": {"lease": {"run": run_id, "until": until, "token": "$claims", "claim": claim}, "claim_at": until}},
        ],
    )
    taken = {found["_id"]: found async for found in db.articles.find({"_id": {"$in": wanted}, "lease.claim": claim})}
    await _repair(db, taken)
    return [documents.head(taken[key], lease=taken[key]["claims"]) for key in wanted if key in taken]


async def _repair(db: Database, taken: dict[str, Document]) -> None:
    ahead = [version_id(key, found["head"]["number"] + 1) for key, found in taken.items()]
    async for version in db.versions.find({"_id": {"$in": ahead}}, {"article_id": 1}):
        key = version["article_id"]
        found: Document | None = taken[key]
        while await repair.follow(db, key, found):
            found = await db.articles.find_one({"_id": key})
        if found is not None:
            taken[key] = found


def _due(source: str, now: datetime) -> Document:
    """Return the filter for what may be claimed: `claim_at` is when a story is due, or while leased, when that ends."""
    return {"source": source, "claim_at": {"$lte": now}, "state": {"$in": CLAIMABLE}}


async def _candidates(db: Database, source: str, now: datetime, limit: int) -> list[str]:
    """Return the keys of the most valuable due stories, read from an index alone.

    Few due ones are all read and sorted. Of a backlog the index by value gives the first ones at once: where much is
    due, few that are not stand between them.
    """
    due = _due(source, now)
    is_backlog = await db.articles.count_documents(due, limit=BACKLOG, hint="due") == BACKLOG
    cursor = db.articles.find(due, {"_id": 1, "value": 1}).sort([("value", -1), ("claim_at", 1)])
    cursor = cursor.hint("worth" if is_backlog else "due").limit(limit)
    return [found["_id"] async for found in cursor]


async def due_counts(db: Database, now: datetime) -> dict[str, int]:
    """Return how many stories of each source are due and not claimed."""
    now = documents.milliseconds(now)
    names = await db.articles.distinct("source")
    return {name: await db.articles.count_documents(_due(name, now)) for name in names}


async def release(db: Database, run_id: str) -> int:
    """Give back every claim of a run that no write has answered; return how many."""
    free: list[Document] = [{"$set": {"claim_at": "$next_check_at"}}, {"$unset": "lease"}]
    result = await db.articles.update_many({"lease.run": run_id}, free)
    return result.modified_count
