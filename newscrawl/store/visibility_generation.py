"""The visibility generation: a counter that every takedown raises, and every undoing of one.

What was computed from stored texts and kept (a cache, a file of an export) is valid for the generation that was read
before its texts were: a takedown is in force once the command that raised the counter has ended.
"""

from __future__ import annotations

from datetime import datetime

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store.documents import Document, milliseconds

Database = AsyncDatabase[Document]
_ID = "visibility"


async def current(db: Database) -> tuple[int, datetime | None]:
    """Return the generation, and when it was raised; 0 and None before the first takedown."""
    stored = await db.meta.find_one({"_id": _ID}) or {}
    return stored.get("generation", 0), stored.get("at")


async def advance(db: Database, at: datetime) -> None:
    """Raise the generation: after the write that changed what is visible, never before it alone.

    Its time is a second later each time, whatever the clock says: Last-Modified of feeds has seconds.
    """
    number = {"$add": [{"$ifNull": ["$generation", 0]}, 1]}
    later = {"$max": [milliseconds(at), {"$add": ["$at", 1000]}]}
    await db.meta.update_one({"_id": _ID}, [{"$set": {"generation": number, "at": later}}], upsert=True)
