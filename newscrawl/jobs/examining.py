"""Examines what no run can find: each minute in a worker, once at the end of a round."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Collection
from datetime import UTC, datetime

from newscrawl.config import Config
from newscrawl.errors import NewscrawlError
from newscrawl.health.examination import Examiner, examine
from newscrawl.health.machine import DEATHS_WITHIN
from newscrawl.sources.catalogue import open_times, source_names
from newscrawl.store.session import Store

EVERY_SECONDS = 60.0

logger = logging.getLogger(__name__)


class Examining:
    """When a worker examines, and what it remembers for that; a round has none."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._began_at = datetime.now(UTC)
        self._examined_at = time.monotonic()
        self._deaths: deque[tuple[datetime, str]] = deque(maxlen=100)

    def note_death(self, ending: str) -> None:
        """Take note of a worker process that died while it crawled."""
        self._deaths.append((datetime.now(UTC), ending))

    def is_due(self) -> bool:
        return time.monotonic() - self._examined_at >= EVERY_SECONDS

    async def run(self, store: Store) -> None:
        self._examined_at = time.monotonic()
        deaths = [death for death in self._deaths if datetime.now(UTC) - death[0] < DEATHS_WITHIN]
        await _examined(store, self._config, Examiner(source_names(), self._began_at, deaths, open_times=open_times))


def examine_after_round(config: Config, sources: Collection[str]) -> None:
    """Examine the sources that a round is about, all that was due having been crawled."""

    async def run() -> None:
        store = await Store.open(config)
        try:
            await _examined(store, config, Examiner(sources, open_times=open_times))
        finally:
            await store.close()

    try:
        asyncio.run(run())
    except NewscrawlError as error:  # the round has its own report of that
        logger.warning("examination=failed reason=%r", str(error))


async def _examined(store: Store, config: Config, examiner: Examiner) -> None:
    try:
        await examine(store, config, examiner)
    except NewscrawlError as error:
        logger.warning("examination=failed reason=%r", str(error))
