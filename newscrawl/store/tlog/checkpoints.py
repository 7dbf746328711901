"""Checkpoints that were signed, by the size of their tree, with the stamps that date some of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store.documents import Document, milliseconds

Database = AsyncDatabase[Document]
THINNED_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint as it was signed, and when; with its stamp (RFC 3161, DER) if it has one."""

    size: int
    note: str
    at: datetime
    stamp: bytes | None = None


async def add(db: Database, size: int, note: str, at: datetime) -> None:
    """Keep a checkpoint; the first one of a size stays."""
    document = {"$setOnInsert": {"note": note, "at": milliseconds(at)}}
    await db.tlog_checkpoints.update_one({"_id": size}, document, upsert=True)


async def set_stamp(db: Database, size: int, stamp: bytes, at: datetime) -> None:
    update = {"$set": {"stamp": stamp, "stamped_at": milliseconds(at), "stamped": True}}
    await db.tlog_checkpoints.update_one({"_id": size, "stamp": None}, update)


async def thin(db: Database, before: datetime) -> int:
    """Delete checkpoints without a stamp, but the last one of each day, of before a moment; returns how many.

    A worker signs one a minute. Whoever kept one of them has its signature, and the tree still begins with it.
    """
    last: dict[date, int] = {}
    superfluous: list[int] = []
    query = {"stamped": {"$ne": True}, "at": {"$lt": milliseconds(before)}}
    async for found in db.tlog_checkpoints.find(query, {"at": 1}).sort("_id", 1):
        day = found["at"].astimezone(UTC).date()
        if day in last:
            superfluous.append(last[day])
        last[day] = found["_id"]
    for at in range(0, len(superfluous), THINNED_AT_ONCE):
        ids = superfluous[at : at + THINNED_AT_ONCE]
        await db.tlog_checkpoints.delete_many({"_id": {"$in": ids}, "stamped": {"$ne": True}})
    return len(superfluous)


async def newest(db: Database) -> SignedCheckpoint | None:
    return _checkpoint(await db.tlog_checkpoints.find_one({}, sort=[("_id", -1)]))


async def newest_stamped_at(db: Database) -> datetime | None:
    """Return when the newest stamp was made, by the clock of whoever asked for it."""
    found = await db.tlog_checkpoints.find_one({"stamped": True}, sort=[("_id", -1)])
    return found["stamped_at"] if found else None


async def proving(db: Database, index: int) -> SignedCheckpoint | None:
    """Return a checkpoint that covers an entry: the first one with a stamp, else the newest; None if none does."""
    stamped = {"stamped": True, "_id": {"$gt": index}}
    found = await db.tlog_checkpoints.find_one(stamped, sort=[("_id", 1)])
    if found is None:
        found = await db.tlog_checkpoints.find_one({"_id": {"$gt": index}}, sort=[("_id", -1)])
    return _checkpoint(found)


def _checkpoint(document: dict[str, Any] | None) -> SignedCheckpoint | None:
    if document is None:
        return None
    stamp = document.get("stamp")
    return SignedCheckpoint(document["_id"], document["note"], document["at"], bytes(stamp) if stamp else None)
