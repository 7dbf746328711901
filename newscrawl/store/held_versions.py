"""Versions held back from feeds and counts: a mass change of one source, until a person has looked at it."""

from __future__ import annotations

from datetime import datetime

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Cause
from newscrawl.store import documents, events
from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]


async def hold(db: Database, source: str, since: datetime, *, reason: str, at: datetime) -> int:
    """Hold back the edits of a source seen since a moment; return how many there are."""
    seen = {"$gte": documents.milliseconds(since)}
    wanted = {"source": source, "cause": Cause.EDIT.value, "seen_at": seen, "held": None}
    return await _mark(db, wanted, {"$set": {"held": True}}, "held", source, reason, at)


async def release(db: Database, source: str, *, by: str, at: datetime) -> int:
    """Let the held versions of a source be announced and counted; return how many there were."""
    return await _mark(db, {"source": source, "held": True}, {"$unset": {"held": ""}}, "released", source, by, at)


async def held_counts(db: Database) -> dict[str, int]:
    """Return how many versions of each source are held."""
    stages: list[Document] = [{"$match": {"held": True}}, {"$group": {"_id": "$source", "count": {"$sum": 1}}}]
    return {row["_id"]: row["count"] async for row in await db.versions.aggregate(stages)}


async def _mark(
    db: Database, wanted: Document, update: Document, kind: str, source: str, detail: str, at: datetime
) -> int:
    """Mark versions, then count their articles' edits anew; doing it again after a kill comes to the same."""
    keys = await db.versions.distinct("article_id", wanted)
    result = await db.versions.update_many(wanted, update)
    for key in keys:
        counted = {"article_id": key, "cause": Cause.EDIT.value, "held": None}
        edits = await db.versions.count_documents(counted)
        await db.articles.update_one({"_id": key}, {"$set": {"edits": edits}})
        await events.add(db, key, source, kind, at, detail=detail)
    return result.modified_count
