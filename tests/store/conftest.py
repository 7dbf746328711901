"""A process's leases on hosts, for the tests of hosts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from newscrawl.store import Store
from newscrawl.store.owned_hosts import OwnedHosts
from tests.store.owners import owner


@pytest_asyncio.fixture
async def hosts(store: Store) -> AsyncIterator[OwnedHosts]:
    opened = owner(store)
    yield opened
    await opened.close()
