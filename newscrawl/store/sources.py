"""Sources: what is remembered of a site between runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import SourceState
from newscrawl.store import documents
from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]
# Their keys may hold dots, which paths in updates would take for levels: stored as pairs.
PAIRS = ("rates", "baselines", "notes")


async def state(db: Database, source: str) -> SourceState:
    """Return what is remembered; of an unknown source, nothing."""
    found = await db.sources.find_one({"_id": source}) or {}
    values: dict[str, Any] = {f.name: found[f.name] for f in fields(SourceState) if f.name in found}
    for name in PAIRS:
        values[name] = dict(values.get(name, ()))
    return SourceState(**{**values, "source": source})


async def save(db: Database, state: SourceState, *, only: Sequence[str] = ()) -> None:
    document = documents.plain({f.name: getattr(state, f.name) for f in fields(state) if f.name != "source"})
    for name in PAIRS:
        document[name] = [[key, value] for key, value in document[name].items()]
    if only:
        document = {name: document[name] for name in only}
    await db.sources.update_one({"_id": state.source}, {"$set": document}, upsert=True)
