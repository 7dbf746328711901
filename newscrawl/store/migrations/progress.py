"""How far the migrations of a database have come: one document each, with a place from which it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl import __version__
from newscrawl.store.documents import Document
from newscrawl.store.migrations.steps import Migration

Database = AsyncDatabase[Document]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a migration goes on: its step, and the id up to which the step has come."""

    step: int = 0
    last: Any = None
    changed: int = 0  # documents so far


async def place(db: Database, migration: Migration) -> Place:
    """Return where a migration goes on, and note that it has begun."""
    await db.migrations.delete_one({"_id": migration.number, "ended_at": {"$ne": None}})  # of a database as it was then
    beginning = [{"$set": {"title": migration.title, "began_at": {"$ifNull": ["$began_at", "$$NOW"]}}}]
    await db.migrations.update_one({"_id": migration.number}, beginning, upsert=True)
    found: Mapping[str, Any] = await db.migrations.find_one({"_id": migration.number}) or {}
    return Place(found.get("step", 0), found.get("last"), found.get("changed", 0))


async def keep(db: Database, migration: Migration, reached: Place) -> None:
    fields = {"step": reached.step, "last": reached.last, "changed": reached.changed}
    await db.migrations.update_one({"_id": migration.number}, {"$set": fields})


async def end(db: Database, migration: Migration, left: int) -> None:
    """Note that a migration has ended, and how many damaged documents it left as they were."""
    fields: list[Document] = [
        {"$set": {"ended_at": "$$NOW", "newscrawl": __version__, "left": left}},
        {"$unset": ["step", "last"]},
    ]
    await db.migrations.update_one({"_id": migration.number}, fields)
