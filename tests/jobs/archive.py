"""Read and change the archive of a test, from tests that are not coroutines."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from newscrawl.config import Config
from newscrawl.items import Head
from newscrawl.store.session import Store

T = TypeVar("T")


def with_store(config: Config, action: Callable[[Store], Awaitable[T]]) -> T:
    """Open the store and return what `action` returns."""

    async def run() -> T:
        store = await Store.open(config)
        try:
            return await action(store)
        finally:
            await store.close()

    return asyncio.run(run())


async def heads_by_guid(store: Store) -> dict[str, Head]:
    ids = [document["_id"] async for document in store.db.articles.find({}, {"_id": 1})]
    heads = [head for article_id in ids if (head := await store.head(article_id)) is not None]
    return {head.guid: head for head in heads}


async def make_due(store: Store, at: datetime, *, guid: str | None = None, **fields: object) -> None:
    """Make all articles due at a time, or one of them; `fields` of their documents are changed too."""
    where = {} if guid is None else {"guid": guid}
    await store.db.articles.update_many(where, {"$set": {"next_check_at": at, "claim_at": at, **fields}})
