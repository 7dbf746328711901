"""What the crawls of one process share: a store client, politeness towards hosts, robots.txt files."""

from __future__ import annotations

import logging

from newscrawl.config import Config
from newscrawl.errors import StoreUnavailable
from newscrawl.fetch.scope import FetchScope
from newscrawl.store.shared_store import ProcessStore

logger = logging.getLogger(__name__)


class ProcessScope:
    def __init__(self, config: Config) -> None:
        self.store = ProcessStore(config)
        self.fetch = FetchScope()

    async def close(self) -> None:
        """Disconnect; lines of the check log that a store which is away does not take are lost.

        Their runs have ended with the code for that, and their reports are not lost with them.
        """
        try:
            await self.store.close()
        except StoreUnavailable as error:
            logger.error("the last lines of the check log are lost: %s", error)
