"""Removal of payloads: those that are compressed against an erased one are compressed anew without it."""

from __future__ import annotations

import re

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store import payloads
from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]


async def remove(db: Database, digest: str) -> None:
    """Delete a payload; repeated after a crash it does the rest."""
    try:
        body = await payloads.get(db, digest)
    except payloads.Damaged:
        body = None  # nor can those be read that are compressed against it; `verify` names them
    await _detach(db, digest, body)
    # The document first: without it no writer takes the payload as a base any more.
    await db.payloads.delete_one({"_id": digest})
    await db.payloads.delete_many({"part_of": digest})
    await _detach(db, digest, body)  # of one that was written meanwhile
    await db.payloads.delete_many({"_id": {"$regex": f":{re.escape(digest)}:[0-9]+$"}})


async def _detach(db: Database, digest: str, base: bytes | None) -> None:
    """Compress the payloads that have this base alone.

    The depths of those that are compressed against them stay: they are upper bounds.
    """
    if base is None:
        return
    async for child in db.payloads.find({"base": digest}):
        data = await _whole(db, child)
        await payloads.rewrite(db, child["_id"], payloads.decompressed(data, base))


async def _whole(db: Database, document: Document) -> bytes:
    parts = [await db.payloads.find_one({"_id": part_id}) for part_id in document.get("parts", ())]
    return b"".join([document["z"], *(part["z"] for part in parts if part is not None)])
