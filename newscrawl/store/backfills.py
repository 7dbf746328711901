"""Backfills: how far each way through a source's archive has got, so that a killed one goes on there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store.documents import Document, to_bson

Database = AsyncDatabase[Document]


async def save(db: Database, key: str, position: Mapping[str, Any]) -> None:
    await db.backfills.replace_one({"_id": key}, {"_id": key, **to_bson(dict(position))}, upsert=True)


async def get(db: Database, key: str) -> Document | None:
    """Return a stored position; None if there is none."""
    return await db.backfills.find_one({"_id": key}, {"_id": 0})


async def remove(db: Database, key: str) -> None:
    await db.backfills.delete_one({"_id": key})
