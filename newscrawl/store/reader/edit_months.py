"""How many edits of a source became public in each month, counted from index keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Cause
from newscrawl.store.documents import Document, version_id
from newscrawl.store.reader.limits import MAX_COUNTED_KEYS
from newscrawl.store.reader.taken_down import TakenDown

MONTHS = 36


async def edits_by_month(
    db: AsyncDatabase[Document], source: str, taken: TakenDown, until: datetime
) -> tuple[tuple[datetime, int], ...]:
    """Return the months up to `until` from the first one with an edit, at most `MONTHS`, each with its public edits.

    The keys of all edits are counted, then the few documents that are held or hidden are taken off: to read every edit
    would read every version of the source.
    """
    months = _months_before(until)
    query = {"source": source, "cause": Cause.EDIT.value, "seen_at": {"$gte": months[0]}}
    counts = await _counts(db, [{"$match": query}, {"$sort": {"seen_at": -1, "_id": -1}}, {"$limit": MAX_COUNTED_KEYS}])
    not_public = await _counts(db, [{"$match": {**query, "$or": _not_public(source, taken)}}])
    public = [(month, max(0, counts.get(month, 0) - not_public.get(month, 0))) for month in months]
    first = next((index for index, (_, count) in enumerate(public) if count), len(public))
    return tuple(public[first:])


def _not_public(source: str, taken: TakenDown) -> list[Document]:
    articles = sorted(key for key, of in taken.articles.items() if of == source)
    versions = sorted(version_id(key, number) for key, numbers in taken.versions.items() for number in numbers)
    hidden: list[Document] = [{"article_id": {"$in": articles}}] if articles else []
    hidden += [{"_id": {"$in": versions}}] if versions else []
    return [{"held": {"$exists": True}, "source": source}, *hidden]


async def _counts(db: AsyncDatabase[Document], pipeline: list[Document]) -> Mapping[datetime, int]:
    month = {"$dateTrunc": {"date": "$seen_at", "unit": "month"}}
    stages: list[Mapping[str, Any]] = [*pipeline, {"$group": {"_id": month, "count": {"$sum": 1}}}]
    return {each["_id"]: each["count"] async for each in await db.versions.aggregate(stages)}


def _months_before(until: datetime) -> list[datetime]:
    """Return the beginnings of the newest months, oldest first."""
    newest = until.year * 12 + until.month - 1
    begin = until.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return [begin.replace(year=n // 12, month=n % 12 + 1) for n in range(newest - MONTHS + 1, newest + 1)]
