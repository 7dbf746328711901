"""Articles that a person makes due, whatever their policy has decided; and the times at which articles are due."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import State
from newscrawl.store import events, source_schedule
from newscrawl.store.distinct import distinct
from newscrawl.store.documents import Document, milliseconds

Database = AsyncDatabase[Document]
FIRST_PRIORITY = 1e6  # above all priorities that a policy gives
NOT_HIDDEN = {"hidden": {"$exists": False}}


async def make_due(
    db: Database,
    at: datetime,
    reason: str,
    *,
    ids: Sequence[str] | None = None,
    source: str | None = None,
    since: datetime | None = None,
) -> int:
    """Make articles due; retired ones are watched again, gone ones are checked once more. Returns how many.

    `since` selects those first seen or last changed from that moment on.
    """
    at = milliseconds(at)
    query: Document = {**NOT_HIDDEN}
    if ids is not None:
        query["_id"] = {"$in": list(ids)}
    if source is not None:
        query["source"] = source
    if since is not None:
        query["$or"] = [{"first_seen_at": {"$gte": since}}, {"last_changed_at": {"$gte": since}}]
    await _watch_again(db, query, at, reason)
    due = {
        "next_check_at": at,
        "next_check_reason": {"$literal": reason},
        "value": FIRST_PRIORITY,
        "claim_at": {"$ifNull": ["$lease.until", at]},  # what is leased is due when its run gives it back
    }
    count = (await db.articles.update_many(query, [{"$set": due}])).matched_count
    await source_schedule.make_due(db, await distinct(db.articles, "source", query), at)
    return count


async def _watch_again(db: Database, query: Document, at: datetime, reason: str) -> None:
    """Set the retired articles of a query back to watched, with an event each."""
    retired = {**query, "state": State.RETIRED.value}
    for article in await db.articles.find(retired, {"source": 1}).to_list():
        await events.add(db, article["_id"], article["source"], "recalled", at, detail=reason)
    watched = {"state": State.WATCHED.value, "state_reason": reason, "state_since": at}
    await db.articles.update_many(retired, {"$set": watched})


async def due_times(db: Database, until: datetime) -> AsyncIterator[tuple[str, datetime, str]]:
    """Yield (source, next check, URL) of every article to be checked up to a moment, soonest first."""
    query = {"next_check_at": {"$lte": milliseconds(until)}, **NOT_HIDDEN}
    cursor = db.articles.find(query, {"source": 1, "next_check_at": 1, "url": 1}).sort("next_check_at", 1)
    async for article in cursor:
        yield article["source"], article["next_check_at"], article["url"]
