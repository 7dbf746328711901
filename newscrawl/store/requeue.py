"""Articles made due by a person, whatever their policy had decided; and what will be due when."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import State
from newscrawl.store import documents, events
from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]
FIRST_PRIORITY = 1e6  # before all that a policy would give


async def make_due(
    db: Database,
    at: datetime,
    reason: str,
    *,
    ids: Sequence[str] | None = None,
    source: str | None = None,
    since: datetime | None = None,
) -> int:
    """Make stories due; retired ones are watched again, gone ones looked at once. Returns how many.

    `since` takes those first seen or last changed from that moment on.
    """
    at = documents.milliseconds(at)
    wanted: Document = {"hidden": {"$exists": False}}
    if ids is not None:
        wanted["_id"] = {"$in": list(ids)}
    if source is not None:
        wanted["source"] = source
    if since is not None:
        wanted["$or"] = [{"first_seen_at": {"$gte": since}}, {"last_changed_at": {"$gte": since}}]
    retired = [found async for found in db.articles.find({**wanted, "state": State.RETIRED.value}, {"source": 1})]
    for found in retired:
        await events.add(db, found["_id"], found["source"], "recalled", at, detail=reason)
    await db.articles.update_many(
        {**wanted, "state": State.RETIRED.value},
        {"$set": {"state": State.WATCHED.value, "state_reason": reason, "state_since": at}},
    )
    due = {"next_check_at": at, "next_check_reason": reason, "value": FIRST_PRIORITY}
    return (await db.articles.update_many(wanted, {"$set": due})).matched_count


async def due_times(db: Database, until: datetime) -> AsyncIterator[tuple[str, datetime, str]]:
    """Yield (source, next check, address) of every story that is to be looked at before a moment, soonest first."""
    query = {"next_check_at": {"$lte": documents.milliseconds(until)}, "hidden": {"$exists": False}}
    cursor = db.articles.find(query, {"source": 1, "next_check_at": 1, "url": 1}).sort("next_check_at", 1)
    async for found in cursor:
        yield found["source"], found["next_check_at"], found["url"]
