"""Whole collections in bounded memory: pages of documents as MongoDB has them, each an operation of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any

import pymongo
from bson.raw_bson import RawBSONDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from newscrawl.store.backup.known import RAW
from newscrawl.store.documents import Document
from newscrawl.store.retries import RetryingSession, with_retries

RawDatabase = AsyncDatabase[RawBSONDocument]
PAGE_DOCUMENTS = 500
PAGE_BYTES = 32 << 20
PAGE_SECONDS = 120.0  # a page of large documents takes longer than an ordinary operation
# In MongoDB's order of types; no other can be an id.
ID_TYPES = (
    "minKey", "null", "number", "string", "object", "binData", "objectId", "bool", "date", "timestamp", "dbPointer",
    "javascript", "javascriptWithScope", "maxKey",
)  # fmt: skip
BY_ID = [("_id", pymongo.ASCENDING)]


def raw(db: AsyncDatabase[Document]) -> RawDatabase:
    """Return a database whose documents are not decoded; on a replica set what its majority has."""
    return db.client.get_database(
        db.name, codec_options=RAW, read_preference=db.read_preference, read_concern=ReadConcern("majority")
    )  # type: ignore[return-value]


async def pages(
    session: RetryingSession,
    collection: AsyncCollection[RawBSONDocument],
    projection: Mapping[str, Any] | None = None,
    *,
    limit: int = PAGE_DOCUMENTS,
) -> AsyncIterator[list[RawBSONDocument]]:
    """Yield all documents in the order of their ids, of whatever type: `$gt` compares within one type alone."""
    for kind in ID_TYPES:
        condition: dict[str, Any] = {"$type": kind}
        while page := await with_retries(session, partial(_page, collection, {"_id": condition}, projection, limit)):
            yield page
            condition = {"$type": kind, "$gt": page[-1]["_id"]}


async def _page(
    collection: AsyncCollection[RawBSONDocument],
    query: Mapping[str, Any],
    projection: Mapping[str, Any] | None,
    limit: int,
) -> list[RawBSONDocument]:
    page: list[RawBSONDocument] = []
    size = 0
    with pymongo.timeout(PAGE_SECONDS):
        async with collection.find(query, projection, sort=BY_ID, limit=limit, hint=BY_ID) as cursor:
            async for document in cursor:
                page.append(document)
                size += len(document.raw)
                if size > PAGE_BYTES:
                    break
    return page
