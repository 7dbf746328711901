"""One store for all components of one crawl, opened by the component that needs it first."""

from __future__ import annotations

import asyncio
import uuid
from weakref import WeakKeyDictionary

from newscrawl.config import Config
from newscrawl.store.session import Store


class SharedStore:
    """Opens the store once, on the first `get`; components open in parallel, so the lock is needed."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._store: Store | None = None
        self._lock = asyncio.Lock()
        self.run_id = uuid.uuid4().hex

    async def get(self) -> Store:
        async with self._lock:
            if self._store is None:
                self._store = await Store.open(self._config)
            return self._store

    async def close(self) -> None:
        async with self._lock:
            if self._store is not None:
                await self._store.close()
                self._store = None


_STORES: WeakKeyDictionary[object, SharedStore] = WeakKeyDictionary()


def shared_store(owner: object, config: Config) -> SharedStore:
    """Return the shared store of `owner` (a crawler)."""
    return _STORES.setdefault(owner, SharedStore(config))
