"""The visibility generation: a counter that every takedown raises, and every undoing of one.

What was computed from stored texts and kept (a cache, a file of an export) is valid for the generation that was read
before its texts were: a takedown is in force once the command that raised the counter has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store.documents import Document, milliseconds

Database = AsyncDatabase[Document]
ID = "visibility"


@dataclass(frozen=True, slots=True)
class Generation:
    """How often something was taken down or shown again, when last, and how often anything else was decided."""

    number: int = 0
    since: datetime | None = None
    decisions: int = 0


async def current(db: Database, session: AsyncClientSession | None = None) -> Generation:
    """Return the generation; it has the number 0 before the first takedown."""
    return of_document(await db.meta.find_one({"_id": ID}, session=session) or {})


def of_document(stored: Mapping[str, Any]) -> Generation:
    """Return the generation as it is stored; an empty document is that before the first takedown."""
    return Generation(stored.get("generation", 0), stored.get("at"), stored.get("decisions", 0))


async def decided(db: Database) -> None:
    """Note a decision of an operator that takes nothing down, after its write: readers on secondaries wait for it."""
    await db.meta.update_one({"_id": ID}, {"$inc": {"decisions": 1}}, upsert=True)


async def advance(db: Database, at: datetime) -> None:
    """Raise the generation: after the write that changed what is visible, never before it alone.

    Its time is a second later each time, whatever the clock says: Last-Modified of feeds has seconds.
    """
    number = {"$add": [{"$ifNull": ["$generation", 0]}, 1]}
    later = {"$max": [milliseconds(at), {"$add": ["$at", 1000]}]}
    await db.meta.update_one({"_id": ID}, [{"$set": {"generation": number, "at": later}}], upsert=True)
