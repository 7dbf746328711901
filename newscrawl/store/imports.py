"""What was imported: one key for each capture, which passes the stages once, in however many files it is."""

from __future__ import annotations

from collections.abc import Collection

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from newscrawl.store.documents import Document
from newscrawl.store.retries import DUPLICATE_KEY

Database = AsyncDatabase[Document]


async def known(db: Database, keys: Collection[str]) -> set[str]:
    """Return those of the keys that were noted."""
    return {document["_id"] async for document in db.imports.find({"_id": {"$in": list(keys)}})}


async def note(db: Database, keys: Collection[str]) -> None:
    """Note the keys of captures whose results are stored; once more changes nothing."""
    if not keys:
        return
    try:
        await db.imports.insert_many([{"_id": key} for key in keys], ordered=False)
    except BulkWriteError as error:
        if any(fault["code"] != DUPLICATE_KEY for fault in error.details["writeErrors"]):
            raise
