"""Versions kept out of feeds and counts: pending edits, mass changes, and what a person dismissed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Cause, Hold
from newscrawl.store import events, visibility_generation
from newscrawl.store.announcement_marks import mark
from newscrawl.store.distinct import distinct
from newscrawl.store.documents import Document, milliseconds, to_bson, version_id
from newscrawl.store.events import Decided

Database = AsyncDatabase[Document]
EDITS = (Cause.EDIT.value, Cause.RESTORED.value)  # causes of the versions that lists of changes have
UNDECIDED = (Hold.PENDING.value, Hold.MASS_CHANGE.value, Hold.NEW_STAMP.value)
FOR_REVIEW = (Hold.MASS_CHANGE.value, Hold.NEW_STAMP.value)
PENDING = (Hold.PENDING.value,)
DECIDED = (Hold.DISMISSED.value,)
BATCH = 1000  # articles whose versions are marked together

FIELDS = dict.fromkeys(("article_id", "number", "source", "url", "headline", "seen_at", "held", "change.summary"), 1)


@dataclass(frozen=True, slots=True)
class HeldVersion:
    """A held version as lists and decisions need it."""

    article_id: str
    number: int
    source: str
    url: str
    headline: str
    seen_at: datetime
    hold: Hold
    summary: str = ""


def hold_of(document: Mapping[str, Any]) -> Hold | None:
    """Return why a version is held; None if it is public."""
    held = document.get("held")
    return Hold(held) if held else None


async def hold(db: Database, source: str, since: datetime, as_: Hold, *, reason: str, at: datetime) -> int:
    """Hold the edits of a source seen since a moment, pending and public ones; return how many there are."""
    query = {
        "source": source,
        "cause": {"$in": EDITS},
        "seen_at": {"$gte": milliseconds(since)},
        "held": {"$in": [None, Hold.PENDING.value]},
    }
    return await _mark(db, query, {"$set": {"held": as_.value, **mark()}}, as_event=Decided("held", source, at, reason))


async def publish(db: Database, source: str, versions: Sequence[tuple[str, int]]) -> int:
    """Publish and count pending versions, by article and number; return how many were pending."""
    ids = [version_id(article_id, number) for article_id, number in versions]
    query = {"_id": {"$in": ids}, "source": source, "held": Hold.PENDING.value}
    return await _mark(db, query, {"$unset": {"held": ""}, "$set": mark()})


async def release(
    db: Database, source: str, holds: Sequence[str], *, at: datetime, reason: str = "", by: str = ""
) -> int:
    """Publish and count the held versions of a source; return how many there were.

    `reason` is public, `by` is not.
    """
    query: Document = {"held": {"$in": list(holds)}, "source": source}
    update = {"$unset": {"held": ""}, "$set": mark()}
    return await _mark(db, query, update, as_event=Decided("released", source, at, reason, by))


async def dismiss(db: Database, source: str, *, by: str, at: datetime) -> int:
    """Mark what is held for review of a source as no edits of the publisher; return how many versions there were."""
    query: Document = {"held": {"$in": list(FOR_REVIEW)}, "source": source}
    decision = Decided("dismissed", source, at, by=by)
    return await _mark(db, query, {"$set": {"held": Hold.DISMISSED.value}}, as_event=decision)


async def retract(db: Database, article_id: str, number: int, *, reason: str, by: str, at: datetime) -> bool:
    """Mark a public edit as our error; return whether it was one."""
    query: Document = {"article_id": article_id, "number": number, "cause": {"$in": EDITS}, "held": None}
    retracted = {"held": Hold.RETRACTED.value, "retraction": {"at": milliseconds(at), "reason": reason, "by": by}}
    decision = Decided("retracted", "", at, f"version {number}: {reason}", by)
    return await _decide(db, query, {"$set": {**to_bson(retracted), **mark()}}, decision)


async def undo_retraction(db: Database, article_id: str, number: int, *, by: str, at: datetime) -> bool:
    """Publish a retracted edit again; return whether it was retracted."""
    query: Document = {"article_id": article_id, "number": number, "held": Hold.RETRACTED.value}
    update: Document = {"$unset": {"held": "", "retraction": ""}, "$set": mark()}
    return await _decide(db, query, update, Decided("retraction_undone", "", at, f"version {number}", by))


async def _decide(db: Database, query: Document, update: Document, decision: Decided) -> bool:
    version = await db.versions.find_one(query, {"source": 1})
    if version is None:
        return False
    return bool(await _mark(db, query, update, as_event=replace(decision, source=version["source"])))


async def held_numbers(db: Database, article_id: str) -> set[int]:
    """Return the numbers of an article's versions that are not public, whatever the reason."""
    found = db.versions.find({"article_id": article_id, "held": {"$ne": None}}, {"number": 1})
    return {version["number"] async for version in found}


async def held_counts(db: Database, source: str | None = None) -> dict[str, int]:
    """Return the number of versions by source that wait for a person's decision."""
    of_source = {} if source is None else {"source": source}
    stages: list[Document] = [
        {"$match": {"held": {"$in": list(FOR_REVIEW)}, **of_source}},
        {"$group": {"_id": "$source", "count": {"$sum": 1}}},
    ]
    return {row["_id"]: row["count"] async for row in await db.versions.aggregate(stages)}


async def held(
    db: Database, source: str | None, holds: Sequence[str] = UNDECIDED, *, limit: int = 0
) -> list[HeldVersion]:
    """Return held versions, oldest first; of all sources if none is named."""
    query: Document = {"held": {"$in": list(holds)}, **({} if source is None else {"source": source})}
    found = db.versions.find(query, FIELDS).sort([("seen_at", 1), ("_id", 1)]).limit(limit)
    return [
        HeldVersion(
            article_id=version["article_id"],
            number=version["number"],
            source=version["source"],
            url=version["url"],
            headline=version["headline"],
            seen_at=version["seen_at"],
            hold=hold_of(version) or Hold.MASS_CHANGE,
            summary=(version.get("change") or {}).get("summary", ""),
        )
        async for version in found
    ]


async def _mark(db: Database, query: Document, update: Document, *, as_event: Decided | None = None) -> int:
    """Mark versions: first the counts of their articles' edits, then the versions.

    After a crash in between, the versions are still found, and repeating it gives the same result.
    """
    marked = 0
    article_ids = await distinct(db.versions, "article_id", query)
    for start in range(0, len(article_ids), BATCH):
        ids = article_ids[start : start + BATCH]
        edits = await _edits_after(db, ids, query, is_public="$unset" in update)
        await db.articles.bulk_write([UpdateOne({"_id": key}, {"$set": {"edits": edits[key]}}) for key in ids])
        if as_event is not None:
            await events.add_decisions(db, ids, as_event)
        marked += (await db.versions.update_many({**query, "article_id": {"$in": ids}}, update)).modified_count
    if as_event is not None:
        await visibility_generation.decided(db)
    return marked


async def _edits_after(db: Database, ids: Sequence[str], query: Document, *, is_public: bool) -> Counter[str]:
    """Return how many public edits each article has once the versions of a query are public, or are not."""
    edits = {"article_id": {"$in": list(ids)}, "cause": Cause.EDIT.value}
    others = await _counted(db, {"$and": [edits, {"held": None}, {"$nor": [query]}]})
    return others + await _counted(db, {"$and": [query, edits]}) if is_public else others


async def _counted(db: Database, query: Document) -> Counter[str]:
    """Return the number of versions by article."""
    stages: list[Document] = [{"$match": query}, {"$group": {"_id": "$article_id", "count": {"$sum": 1}}}]
    return Counter({row["_id"]: row["count"] async for row in await db.versions.aggregate(stages)})
