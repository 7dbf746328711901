"""The mark of versions whose changes of facts no note of the page names, by which lists find them."""

from __future__ import annotations

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Change
from newscrawl.store.documents import Document

FIELD = "unnoted"
MARKED = {FIELD: True}
_INDEX = "listed_unnoted"


def mark(change: Change) -> Document:
    """Return the fields that mark a version; none for a change that is noted, or is no change of facts."""
    return dict(MARKED) if change.silent or change.unnoted else {}


async def add_missing(db: AsyncDatabase[Document]) -> None:
    """Mark the versions of a newscrawl that had no such lists, before their index is made: once, as it reads all."""
    index = (await db.versions.index_information()).get(_INDEX, {})
    if dict(index.get("partialFilterExpression") or {}) == MARKED:
        return
    concealed = {"$or": [{"change.silent": True}, {"change.unnoted": True}], FIELD: None}
    await db.versions.update_many(concealed, {"$set": MARKED})
