"""What the crawls of one process share: a store client, politeness towards hosts, robots.txt files."""

from __future__ import annotations

from newscrawl.config import Config
from newscrawl.fetch.scope import FetchScope
from newscrawl.store.shared_store import ProcessStore


class ProcessScope:
    def __init__(self, config: Config) -> None:
        self.store = ProcessStore(config)
        self.fetch = FetchScope()

    async def close(self) -> None:
        await self.store.close()
