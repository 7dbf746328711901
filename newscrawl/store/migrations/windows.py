"""A collection in windows of its ids, one after another, whatever types the ids have; nothing is held in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.asynchronous.collection import AsyncCollection

from newscrawl.store.documents import Document

SIZE = 2_000  # documents
_ID_ALONE = {"_id": 1}


@dataclass(frozen=True, slots=True)
class Window:
    query: Document
    last: Any  # its last id


async def after(collection: AsyncCollection[Document], last: Any, size: int = SIZE) -> Window | None:
    """Return the next window behind an id, the first one behind None; None after the last one.

    $gt finds values of one type only: where those end, ids of the next type are found by a window of one. The other
    windows are read from the index alone.
    """
    if last is not None:
        same_type = {"_id": {"$gt": last}}
        ahead = collection.find(same_type, _ID_ALONE).sort("_id", ASCENDING).skip(size - 1).limit(1)
        found = await ahead.to_list() or (
            await collection.find(same_type, _ID_ALONE).sort("_id", DESCENDING).limit(1).to_list()
        )
        if found:
            return Window({"_id": {"$gt": last, "$lte": found[0]["_id"]}}, found[0]["_id"])
    of_any_type: Document = {} if last is None else {"$expr": {"$gt": ["$_id", {"$literal": last}]}}
    found = await collection.find(of_any_type, _ID_ALONE).sort("_id", ASCENDING).limit(1).to_list()
    return Window({"_id": found[0]["_id"]}, found[0]["_id"]) if found else None
