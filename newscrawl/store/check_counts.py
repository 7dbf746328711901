"""Counts of checks by article and month, which stay when the lines of the check log expire.

That an article was checked and had not changed is evidence, so no line may expire before it is counted, and none may
be counted twice, whatever is killed when. Buckets of lines are counted when their day has long ended, in batches: a
batch is a mark on its buckets, which take no more lines then; each count remembers the batches that it contains, so
that a batch that was cut short is counted again without being added again; at last the buckets of the batch get the
moment from which they expire. A bucket that was not counted has no such moment: it stays. One process counts at a time:
an hour's turn is taken by one, and a batch is marked in seconds.

Counting when a line is written would not do: the log is written in bulk without waiting for the journal, and a kill
between the line and its count would lose one of them.
"""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import MonthOfChecks
from newscrawl.store.check_buckets import AS_COUNTED, ONE_LINE_EACH, UNCOUNTED
from newscrawl.store.documents import Document, milliseconds

Database = AsyncDatabase[Document]
UNCOUNTED_INDEX = "uncounted"
# After the beginning of its day a bucket is counted: later than any line can wait for an outage to end.
CLOSED_AFTER = timedelta(days=2)
BATCH_BUCKETS = 10_000
MAX_BATCHES = 2  # remembered by a count; a batch is finished before the next one begins
EVERY = timedelta(hours=1)
MONTH = {"$dateToString": {"date": "$line.at", "format": "%Y-%m"}}


async def count_if_time(db: Database, now: datetime) -> bool:
    """Count what was not counted yet, at most once an hour over all processes; return whether that was done."""
    now = milliseconds(now)
    await db.meta.update_one({"_id": "check_counts"}, {"$setOnInsert": {"at": now - 2 * EVERY}}, upsert=True)
    turn = {"_id": "check_counts", "at": {"$lte": now - EVERY}}
    if (await db.meta.update_one(turn, {"$set": {"at": now}})).modified_count == 0:
        return False
    await count(db, now)
    return True


async def count(db: Database, now: datetime, *, batch_buckets: int = BATCH_BUCKETS) -> None:
    """Count all buckets whose day has long ended; first those of batches that were cut short."""
    while cut_short := await db.checks.find_one({UNCOUNTED: {"$gt": ""}}, {UNCOUNTED: 1}, hint=UNCOUNTED_INDEX):
        await _count_batch(db, cut_short[UNCOUNTED])
    while batch := await _new_batch(db, now - CLOSED_AFTER, batch_buckets):
        await _count_batch(db, batch)


async def _new_batch(db: Database, until: datetime, buckets: int) -> str:
    """Mark buckets as a batch and return its name; nothing if there are none."""
    closed = {UNCOUNTED: True, "written_at": {"$lte": until}}
    cursor = db.checks.find(closed, {"_id": 1}, hint=UNCOUNTED_INDEX).limit(buckets)
    ids = [bucket["_id"] async for bucket in cursor]
    if not ids:
        return ""
    batch = uuid.uuid4().hex[:12]
    await db.checks.update_many({"_id": {"$in": ids}, UNCOUNTED: True}, {"$set": {UNCOUNTED: batch}})
    return batch


async def _count_batch(db: Database, batch: str) -> None:
    """Add a batch to the counts that do not contain it yet, and let its buckets expire."""
    stages: list[Document] = [
        {"$match": {UNCOUNTED: batch, "article_id": {"$ne": None}}},
        *ONE_LINE_EACH,
        {"$group": {"_id": {"article": "$article_id", "month": MONTH, "outcome": "$line.o"}, "n": {"$sum": 1}}},
        {
            "$group": {
                "_id": {"article": "$_id.article", "month": "$_id.month"},
                "counts": {"$push": {"outcome": "$_id.outcome", "n": "$n"}},
            }
        },
    ]
    groups = await (await db.checks.aggregate(stages, allowDiskUse=True, hint=UNCOUNTED_INDEX)).to_list()
    if groups:
        # Made first, and without counts: an upsert under the condition below would insert a second document.
        await db.check_counts.bulk_write([_creation(group) for group in groups], ordered=False)
        await db.check_counts.bulk_write([_addition(group, batch) for group in groups], ordered=False)
    await db.checks.update_many({UNCOUNTED: batch}, AS_COUNTED)


def _key(group: Document) -> str:
    return f"{group['_id']['article']}:{group['_id']['month']}"


def _creation(group: Document) -> UpdateOne:
    facts = {"article_id": group["_id"]["article"], "month": group["_id"]["month"]}
    return UpdateOne({"_id": _key(group)}, {"$setOnInsert": facts}, upsert=True)


def _addition(group: Document, batch: str) -> UpdateOne:
    added = {f"counts.{each['outcome']}": each["n"] for each in group["counts"]}
    remembered = {"$push": {"batches": {"$each": [batch], "$slice": -MAX_BATCHES}}}
    return UpdateOne({"_id": _key(group), "batches": {"$ne": batch}}, {"$inc": added, **remembered})


async def is_logged(db: Database, article_id: str, at: datetime) -> bool:
    """Return whether a check is in the log; of a month of which anything was counted its lines may have expired."""
    month = f"{article_id}:{at.astimezone(UTC):%Y-%m}"
    if await db.check_counts.find_one({"_id": month}, {"_id": 1}) is not None:
        return True
    line = {"article_id": article_id, "lines.at": milliseconds(at)}
    return await db.checks.find_one(line, {"_id": 1}) is not None


async def months(db: Database, article_id: str) -> list[MonthOfChecks]:
    """Return the checks of an article by month, oldest first; lines that are not counted yet included."""
    found: dict[str, Counter[str]] = {}
    contained: set[tuple[str, str]] = set()
    async for document in db.check_counts.find({"article_id": article_id}):
        contained.update((document["month"], batch) for batch in document.get("batches", ()))
        found[document["month"]] = Counter(document.get("counts", {}))
    stages: list[Document] = [
        {"$match": {"article_id": article_id, UNCOUNTED: {"$exists": True}}},
        *ONE_LINE_EACH,
        {"$group": {"_id": {"month": MONTH, "outcome": "$line.o", "batch": f"${UNCOUNTED}"}, "n": {"$sum": 1}}},
    ]
    async for group in await db.checks.aggregate(stages):
        line = group["_id"]
        if (line["month"], line["batch"]) not in contained:
            found.setdefault(line["month"], Counter())[line["outcome"]] += group["n"]
    return [MonthOfChecks.of(month, outcomes) for month, outcomes in sorted(found.items())]
