"""One store for all components of one run, and one client for all runs of a process."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any, Self
from weakref import WeakKeyDictionary

from newscrawl.config import Config
from newscrawl.items import RunLease
from newscrawl.store.gathered import SPACING_OF_CRAWLS_SECONDS
from newscrawl.store.owned_hosts import OwnedHosts
from newscrawl.store.session import Store


class ProcessStore:
    """The store of a process, opened by the run that needs it first and closed when the process ends.

    Passed to crawlers as a setting; Scrapy copies settings in depth, and this must stay the one it is.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._store: Store | None = None
        self._lock = asyncio.Lock()
        self.hosts = OwnedHosts(self.get)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    async def get(self) -> Store:
        async with self._lock:
            if self._store is None:
                self._store = await Store.open(self._config)
                self._store.spacing.seconds = SPACING_OF_CRAWLS_SECONDS
            return self._store

    @property
    def is_away(self) -> bool:
        """Whether operations wait for a database that went away."""
        return self._store is not None and self._store.is_away

    async def close(self) -> None:
        try:
            await self.hosts.close()
        finally:
            await self._close()

    async def _close(self) -> None:
        async with self._lock:
            if self._store is not None:
                await self._store.close()
                self._store = None


class SharedStore:
    """The store as one run's components see it; a run without a process store has one of its own."""

    def __init__(self, config: Config, process_store: ProcessStore | None = None) -> None:
        self._store = process_store or ProcessStore(config)
        self._is_own = process_store is None
        self.run_id = uuid.uuid4().hex
        self.lease: RunLease | None = None  # on the run's source, once it is taken

    async def get(self) -> Store:
        return await self._store.get()

    @property
    def hosts(self) -> OwnedHosts:
        """The hosts that the run's process owns."""
        return self._store.hosts

    @property
    def is_away(self) -> bool:
        """Whether operations wait for a database that went away."""
        return self._store.is_away

    async def close(self) -> None:
        """Close the store if it is the run's own."""
        if self._is_own:
            await self._store.close()


_STORES: WeakKeyDictionary[object, SharedStore] = WeakKeyDictionary()


def shared_store(owner: Any, config: Config) -> SharedStore:
    """Return the store that all components of `owner` (a crawler) share."""
    if owner not in _STORES:
        _STORES[owner] = SharedStore(config, owner.settings.get("NEWSCRAWL_PROCESS_STORE"))
    return _STORES[owner]
