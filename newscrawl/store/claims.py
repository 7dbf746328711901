"""Claims: due articles leased to one run at a time, with an end and a monotonically increasing fencing token."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Head, State
from newscrawl.store import head_documents, repair
from newscrawl.store.distinct import distinct
from newscrawl.store.documents import Document, milliseconds, version_id

Database = AsyncDatabase[Document]
BACKLOG = 2000  # due articles of a source from which on they are not all sorted
CLAIMABLE = [State.WATCHED.value, State.RETIRED.value, State.GONE.value]


async def claim_due(
    db: Database, source: str, now: datetime, limit: int, run_id: str, *, term: timedelta
) -> list[Head]:
    """Lease up to `limit` due articles, highest priority first; see `Store.claim_due`."""
    now = milliseconds(now)
    ids = await _due_ids(db, source, now, limit)
    return await _lease(db, ids, _due(source, now), now, run_id, term) if ids else []


async def claim_each(
    db: Database, article_ids: Sequence[str], now: datetime, run_id: str, *, term: timedelta
) -> list[Head]:
    """Lease articles whether they are due or not, except those that another run has leased.

    A run may renew its own leases.
    """
    now = milliseconds(now)
    own: list[Document] = [{"lease.run": run_id}]
    ids = list(article_ids)
    return await _lease(db, ids, {"state": {"$in": CLAIMABLE}}, now, run_id, term, own) if ids else []


async def _lease(
    db: Database,
    ids: list[str],
    condition: Document,
    now: datetime,
    run_id: str,
    term: timedelta,
    also_free: Sequence[Document] = (),
) -> list[Head]:
    """Lease those of the articles that are free, or match one of `also_free`; return their heads in the order of `ids`.

    One statement for all: each document is checked again and changed atomically, so two runs never share an article.
    `claims` only ever grows, also across releases; it is the token that later writes must still match. A run that
    renews its own lease keeps the token.
    """
    claim = uuid.uuid4().hex
    free: list[Document] = [{"lease": None}, {"lease.until": {"$lte": now}}, *also_free]
    until = now + term
    own = {"$and": [{"$eq": ["$lease.run", run_id]}, {"$gt": ["$lease.until", now]}]}
    await db.articles.update_many(
        {"_id": {"$in": ids}, **condition, "$or": free},
        [
            {"$set": {"claims": {"$cond": [own, "$claims", {"$add": [{"$ifNull": ["$claims", 0]}, 1]}]}}},
            {"$set": {"lease": {"run": run_id, "until": until, "token": "$claims", "claim": claim}, "claim_at": until}},
        ],
    )
    cursor = db.articles.find({"_id": {"$in": ids}, "lease.claim": claim})
    leased = {article["_id"]: article async for article in cursor}
    await _repair(db, leased)
    return [head_documents.head(leased[key], lease=leased[key]["claims"]) for key in ids if key in leased]


async def _repair(db: Database, leased: dict[str, Document]) -> None:
    """Advance the heads that lag behind their newest version, in the database and in `leased`."""
    next_ids = [version_id(key, article["head"]["number"] + 1) for key, article in leased.items()]
    async for version in db.versions.find({"_id": {"$in": next_ids}}, {"article_id": 1}):
        key = version["article_id"]
        article: Document | None = leased[key]
        while await repair.advance(db, key, article):
            article = await db.articles.find_one({"_id": key})
        if article is not None:
            leased[key] = article


def _due(source: str, now: datetime) -> Document:
    """Return the filter of claimable articles: `claim_at` is when an article is due, or when its lease ends."""
    return {"source": source, "claim_at": {"$lte": now}, "state": {"$in": CLAIMABLE}}


async def _due_ids(db: Database, source: str, now: datetime, limit: int) -> list[str]:
    """Return the ids of the due articles with the highest priority, read from an index alone.

    A few due articles are all read and sorted. In a backlog the index by priority yields the first ones at once: when
    many articles are due, few that are not due lie between them.
    """
    due = _due(source, now)
    is_backlog = await db.articles.count_documents(due, limit=BACKLOG, hint="due") == BACKLOG
    cursor = db.articles.find(due, {"_id": 1, "value": 1}).sort([("value", -1), ("claim_at", 1)])
    cursor = cursor.hint("worth" if is_backlog else "due").limit(limit)
    return [article["_id"] async for article in cursor]


async def due_counts(db: Database, now: datetime) -> dict[str, int]:
    """Return the number of articles that are due and not leased, by source."""
    found = await backlogs(db, now)
    return {name: found[name].due if name in found else 0 for name in await distinct(db.articles, "source")}


@dataclass(frozen=True, slots=True)
class Backlog:
    """The articles of a source that are due and not leased."""

    due: int
    since: datetime  # when the first of them became due
    value: float = 0.0  # of the most valuable one


async def backlogs(db: Database, now: datetime, source: str | None = None) -> dict[str, Backlog]:
    """Return the backlog of each source that has one, or of one source, from the index alone: a key per due article.

    Without a condition on its first field MongoDB would scan the whole index and fetch every article (seen with 6.0).
    """
    due = {"source": source or {"$gte": ""}, "claim_at": {"$lte": milliseconds(now)}, "state": {"$in": CLAIMABLE}}
    facts: Document = {"due": {"$sum": 1}, "since": {"$min": "$claim_at"}, "value": {"$max": "$value"}}
    groups = await db.articles.aggregate([{"$match": due}, {"$group": {"_id": "$source", **facts}}], hint="due")
    return {group["_id"]: Backlog(group["due"], group["since"], group["value"] or 0.0) async for group in groups}


async def release(db: Database, run_id: str) -> int:
    """End every lease of a run on articles that it has not written since; return how many."""
    free: list[Document] = [{"$set": {"claim_at": "$next_check_at"}}, {"$unset": "lease"}]
    result = await db.articles.update_many({"lease.run": run_id}, free)
    return result.modified_count
