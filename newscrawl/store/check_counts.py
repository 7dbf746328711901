"""Counts of checks by article and month, which stay when the lines of the check log expire.

That an article was checked and had not changed is evidence, so no line may expire before it is counted, and none may
be counted twice, whatever is killed when. Lines are counted in batches: a batch is a mark on its lines; each count
remembers the batches that it contains, so that a batch that was cut short is counted again without being added again;
at last the lines of the batch get the moment from which they expire. A line that was not counted has no such moment:
it stays. One process counts at a time: an hour's turn is taken by one, and a batch is marked in seconds.

Counting when a line is written would not do: the log is written in bulk without waiting for the journal, and a kill
between the line and its count would lose one of them.
"""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import datetime, timedelta

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import MonthOfChecks
from newscrawl.store.documents import Document, milliseconds

Database = AsyncDatabase[Document]
UNCOUNTED = "uncounted"  # field of the lines that are not counted yet: True, or the batch that they are in
EXPIRES_FROM = "expires_from"  # field of counted lines: when they were written; the expiry index counts from it
BATCH_LINES = 20_000
MAX_BATCHES = 2  # remembered by a count; a batch is finished before the next one begins
EVERY = timedelta(hours=1)
MONTH = {"$dateToString": {"date": "$at", "format": "%Y-%m"}}


async def count_if_time(db: Database, now: datetime) -> bool:
    """Count what was not counted yet, at most once an hour over all processes; return whether that was done."""
    now = milliseconds(now)
    await db.meta.update_one({"_id": "check_counts"}, {"$setOnInsert": {"at": now - 2 * EVERY}}, upsert=True)
    turn = {"_id": "check_counts", "at": {"$lte": now - EVERY}}
    if (await db.meta.update_one(turn, {"$set": {"at": now}})).modified_count == 0:
        return False
    await count(db)
    return True


async def count(db: Database, *, batch_lines: int = BATCH_LINES) -> None:
    """Count all lines that were not counted; first those of batches that were cut short."""
    for batch in await db.checks.distinct(UNCOUNTED, {UNCOUNTED: {"$type": "string"}}):
        await _count_batch(db, batch)
    while batch := await _new_batch(db, batch_lines):
        await _count_batch(db, batch)


async def _new_batch(db: Database, lines: int) -> str:
    """Mark lines as a batch and return its name; nothing if there are none."""
    ids = [line["_id"] async for line in db.checks.find({UNCOUNTED: True}, {"_id": 1}).limit(lines)]
    if not ids:
        return ""
    batch = uuid.uuid4().hex[:12]
    await db.checks.update_many({"_id": {"$in": ids}, UNCOUNTED: True}, {"$set": {UNCOUNTED: batch}})
    return batch


async def _count_batch(db: Database, batch: str) -> None:
    """Add a batch to the counts that do not contain it yet, and let its lines expire."""
    stages: list[Document] = [
        {"$match": {UNCOUNTED: batch, "article_id": {"$ne": None}}},
        {"$group": {"_id": {"article": "$article_id", "month": MONTH, "outcome": "$outcome"}, "n": {"$sum": 1}}},
        {
            "$group": {
                "_id": {"article": "$_id.article", "month": "$_id.month"},
                "counts": {"$push": {"outcome": "$_id.outcome", "n": "$n"}},
            }
        },
    ]
    groups = await (await db.checks.aggregate(stages, allowDiskUse=True)).to_list()
    if groups:
        # Made first, and without counts: an upsert under the condition below would insert a second document.
        await db.check_counts.bulk_write([_creation(group) for group in groups], ordered=False)
        await db.check_counts.bulk_write([_addition(group, batch) for group in groups], ordered=False)
    counted: list[Document] = [{"$set": {EXPIRES_FROM: "$written_at"}}, {"$unset": UNCOUNTED}]
    await db.checks.update_many({UNCOUNTED: batch}, counted)


def _key(group: Document) -> str:
    return f"{group['_id']['article']}:{group['_id']['month']}"


def _creation(group: Document) -> UpdateOne:
    facts = {"article_id": group["_id"]["article"], "month": group["_id"]["month"]}
    return UpdateOne({"_id": _key(group)}, {"$setOnInsert": facts}, upsert=True)


def _addition(group: Document, batch: str) -> UpdateOne:
    added = {f"counts.{each['outcome']}": each["n"] for each in group["counts"]}
    remembered = {"$push": {"batches": {"$each": [batch], "$slice": -MAX_BATCHES}}}
    return UpdateOne({"_id": _key(group), "batches": {"$ne": batch}}, {"$inc": added, **remembered})


async def months(db: Database, article_id: str) -> list[MonthOfChecks]:
    """Return the checks of an article by month, oldest first; lines that are not counted yet included."""
    found: dict[str, Counter[str]] = {}
    contained: set[tuple[str, str]] = set()
    async for document in db.check_counts.find({"article_id": article_id}):
        contained.update((document["month"], batch) for batch in document.get("batches", ()))
        found[document["month"]] = Counter(document.get("counts", {}))
    stages: list[Document] = [
        {"$match": {"article_id": article_id, UNCOUNTED: {"$exists": True}}},
        {"$group": {"_id": {"month": MONTH, "outcome": "$outcome", "batch": f"${UNCOUNTED}"}, "n": {"$sum": 1}}},
    ]
    async for group in await db.checks.aggregate(stages):
        line = group["_id"]
        if (line["month"], line["batch"]) not in contained:
            found.setdefault(line["month"], Counter())[line["outcome"]] += group["n"]
    return [MonthOfChecks.of(month, outcomes) for month, outcomes in sorted(found.items())]
