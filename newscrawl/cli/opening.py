"""The archive opened for one command."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from newscrawl.config import Config

if TYPE_CHECKING:  # imported where used: `newscrawl --help` need not wait for a database driver
    from newscrawl.store.reader import Reader
    from newscrawl.store.session import Store

T = TypeVar("T")


def with_reader(ask: Callable[[Reader], Awaitable[T]]) -> T:
    """Return what a question to the reader answers; everything it returns is past the visibility policy."""
    from newscrawl.store.reader import Reader

    async def run() -> T:
        reader = await Reader.open(Config.from_env())
        try:
            return await ask(reader)
        finally:
            await reader.close()

    return asyncio.run(run())


def with_store(ask: Callable[[Store], Awaitable[T]]) -> T:
    """Return what a question to the store answers; hidden articles are among what it sees."""
    from newscrawl.store.session import Store

    async def run() -> T:
        store = await Store.open(Config.from_env())
        try:
            return await ask(store)
        finally:
            await store.close()

    return asyncio.run(run())
