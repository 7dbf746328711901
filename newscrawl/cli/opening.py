"""Open the archive for one command."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from newscrawl.config import Config

if TYPE_CHECKING:  # imported when used: `newscrawl --help` need not load a database driver
    from newscrawl.store.reader import Reader
    from newscrawl.store.session import Store

T = TypeVar("T")


def with_reader(query: Callable[[Reader], Awaitable[T]]) -> T:
    """Open a reader and return what `query` returns; hidden articles and redacted passages are not visible to it."""
    from newscrawl.store.reader import Reader

    async def run() -> T:
        reader = await Reader.open(Config.from_env())
        try:
            return await query(reader)
        finally:
            await reader.close()

    return asyncio.run(run())


def with_store(query: Callable[[Store], Awaitable[T]], *, may_be_older: bool = False) -> T:
    """Open the store and return what `query` returns; hidden articles are visible to it.

    With `may_be_older` an archive that was not migrated yet will do; nothing may be written then.
    """
    from newscrawl.store.session import Store

    async def run() -> T:
        store = await Store.open(Config.from_env(), may_be_older=may_be_older)
        try:
            return await query(store)
        finally:
            await store.close()

    return asyncio.run(run())
