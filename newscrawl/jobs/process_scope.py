"""What the crawls of one process share: a store client, politeness towards hosts, robots.txt files."""

from __future__ import annotations

import gc
import logging

from newscrawl.config import Config
from newscrawl.errors import StoreUnavailable
from newscrawl.fetch.scope import FetchScope
from newscrawl.store.shared_store import ProcessStore

logger = logging.getLogger(__name__)


class ProcessScope:
    """Made once a process, when all is imported that its crawls need."""

    def __init__(self, config: Config) -> None:
        # Each page has thousands of elements, which set the collector of cycles to work: without what was imported, a
        # hundred thousand objects that stay, an unchanged page that is parsed takes a sixth less.
        gc.freeze()
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
