"""The different values of a field: the command `distinct` is not in MongoDB's stable API, `$group` is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection

from newscrawl.store.documents import Document


async def distinct(
    collection: AsyncCollection[Document], field: str, query: Mapping[str, Any] | None = None
) -> list[Any]:
    """Return each value that a field has in documents that match, in no order.

    Of a field that leads an index, without a query, it reads one key a value, as the command does (DISTINCT_SCAN).
    """
    pipeline: list[Mapping[str, Any]] = [{"$match": query}] if query else []
    pipeline.append({"$group": {"_id": f"${field}"}})
    return [each["_id"] async for each in await collection.aggregate(pipeline) if each["_id"] is not None]
