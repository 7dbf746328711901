"""Versions kept out of feeds and counts: a bulk change of one source, until a person has reviewed it."""

from __future__ import annotations

from datetime import datetime

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Cause
from newscrawl.store import events
from newscrawl.store.documents import Document, milliseconds

Database = AsyncDatabase[Document]


async def hold(db: Database, source: str, since: datetime, *, reason: str, at: datetime) -> int:
    """Hold the edits of a source seen since a moment; return how many there are."""
    seen = {"$gte": milliseconds(since)}
    query = {"source": source, "cause": Cause.EDIT.value, "seen_at": seen, "held": None}
    return await _mark(db, query, {"$set": {"held": True}}, "held", source, reason, at)


async def release(db: Database, source: str, *, by: str, at: datetime) -> int:
    """Publish and count the held versions of a source; return how many there were."""
    return await _mark(db, {"source": source, "held": True}, {"$unset": {"held": ""}}, "released", source, by, at)


async def held_counts(db: Database) -> dict[str, int]:
    """Return the number of held versions by source."""
    stages: list[Document] = [{"$match": {"held": True}}, {"$group": {"_id": "$source", "count": {"$sum": 1}}}]
    return {row["_id"]: row["count"] async for row in await db.versions.aggregate(stages)}


async def _mark(
    db: Database, query: Document, update: Document, kind: str, source: str, detail: str, at: datetime
) -> int:
    """Mark versions, then count their articles' edits again; repeating it after a crash gives the same result."""
    ids = await db.versions.distinct("article_id", query)
    result = await db.versions.update_many(query, update)
    for article_id in ids:
        published_edits = {"article_id": article_id, "cause": Cause.EDIT.value, "held": None}
        edits = await db.versions.count_documents(published_edits)
        await db.articles.update_one({"_id": article_id}, {"$set": {"edits": edits}})
        await events.add(db, article_id, source, kind, at, detail=detail)
    return result.modified_count
