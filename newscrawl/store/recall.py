"""Stories brought back by a person: due at once, whatever their policy had decided."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import State
from newscrawl.store import documents, events
from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]
MAX_VALUABLE = 1e6  # before all that a policy would send


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
    due = {"next_check_at": at, "next_check_reason": reason, "value": MAX_VALUABLE}
    return (await db.articles.update_many(wanted, {"$set": due})).matched_count


async def article_ids(db: Database, source: str, sample: int | None) -> AsyncIterator[str]:
    """Yield the ids of a source's stories; with `sample`, of so many picked by chance."""
    picked: list[Document] = [{"$sample": {"size": sample}}] if sample is not None else []
    stages = [{"$match": {"source": source}}, *picked, {"$project": {"_id": 1}}]
    async for found in await db.articles.aggregate(stages):
        yield found["_id"]


async def due_times(db: Database, until: datetime) -> AsyncIterator[tuple[str, datetime, str]]:
    """Yield (source, next check, address) of every story that is to be looked at before a moment, soonest first."""
    query = {"next_check_at": {"$lte": documents.milliseconds(until)}, "hidden": {"$exists": False}}
    cursor = db.articles.find(query, {"source": 1, "next_check_at": 1, "url": 1}).sort("next_check_at", 1)
    async for found in cursor:
        yield found["source"], found["next_check_at"], found["url"]


async def last_checks(db: Database, article_id: str, limit: int) -> list[Document]:
    """Return the newest lines of the books about a story, newest first."""
    cursor = db.checks.find({"article_id": article_id}, {"_id": 0, "written_at": 0})
    return await cursor.sort("at", -1).limit(limit).to_list()


async def histories(db: Database) -> AsyncIterator[Document]:
    """Yield each story's times, for the fitting of rates: first sight, edits, end of watching; Unix seconds."""
    fields = {"source": 1, "first_seen_at": 1, "date_published": 1, "last_checked_at": 1, "track.kind": 1}
    async for article in db.articles.find({}, fields):
        edits = db.versions.find({"article_id": article["_id"], "cause": "edit", "held": None}, {"seen_at": 1})
        published = (article.get("date_published") or {}).get("value") or article["first_seen_at"]
        yield {
            "article": article["_id"],
            "source": article["source"],
            "published": published.timestamp(),
            "discovered": article["first_seen_at"].timestamp(),
            "observed_until": (article.get("last_checked_at") or article["first_seen_at"]).timestamp(),
            "versions": sorted([version["seen_at"].timestamp() async for version in edits]),
            "kind": "live" if (article.get("track") or {}).get("kind") == "live" else "normal",
        }
