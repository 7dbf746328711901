"""Announcements beside crawls: planned and delivered when crawls end, and by a resident worker all the time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Iterator
from datetime import UTC, datetime

from newscrawl.cancelling import cancelled
from newscrawl.config import Config
from newscrawl.errors import ConfigError, NewscrawlError
from newscrawl.notify.delivery import Delivered, Deliverer
from newscrawl.notify.files import sync_project_file
from newscrawl.notify.planning import plan
from newscrawl.notify.stuck import raise_alarms
from newscrawl.store import embedded
from newscrawl.store.session import Store

EVERY_SECONDS = 15.0
ALARMS_EVERY = 4  # passes
MAX_SECONDS = 90.0  # of the pass after a round; what is left is for the next one

logger = logging.getLogger(__name__)


async def announce(store: Store, config: Config) -> Delivered:
    """Plan and deliver what is due, for at most a minute and a half, and raise alarms of channels that are stuck."""
    await _sync(store)
    await plan(store, datetime.now(UTC))
    deliverer = Deliverer(store, config)
    delivered = Delivered()
    try:
        async with asyncio.timeout(MAX_SECONDS):
            delivered = await deliverer.deliver()
    except TimeoutError:
        logger.warning("decision=announced_later reason=%r", f"more than {MAX_SECONDS:g} s of announcements are due")
    await raise_alarms(store, datetime.now(UTC))
    return delivered


async def _sync(store: Store) -> None:
    """Follow the project's file; with one that is not valid, the subscriptions stay as they are."""
    try:
        await sync_project_file(store, datetime.now(UTC))
    except ConfigError as error:
        logger.error("subscriptions=unchanged reason=%r", str(error))


@contextlib.contextmanager
def kept_mongod(config: Config) -> Iterator[None]:
    """Keep an embedded mongod from the crawls' end until they are announced: it would stop, and start again.

    If there is none, the crawls say so.
    """
    mongod = None
    if config.mongo_uri is None:
        with contextlib.suppress(NewscrawlError):
            mongod = embedded.join(config.home)
    try:
        yield
    finally:
        if mongod is not None:
            mongod.leave()


def announce_after(config: Config) -> None:
    """Announce after crawls have ended: whatever goes wrong is logged, and changes nothing of theirs.

    SIGTERM and SIGINT end it; what was not announced is left for the next time.
    """

    async def run() -> None:
        store = await Store.open(config)
        try:
            await announce(store, config)
        finally:
            await store.close()

    async def until_stopped() -> None:
        announcing = asyncio.ensure_future(run())
        stopped = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        stopping = asyncio.ensure_future(stopped.wait())
        await asyncio.wait([announcing, stopping], return_when=asyncio.FIRST_COMPLETED)
        await cancelled([announcing, stopping])
        if announcing.cancelled():
            logger.warning("decision=announced_later reason=%r", "stopped by a signal")
        else:
            announcing.result()

    try:
        asyncio.run(until_stopped())
    except NewscrawlError as error:
        logger.warning("decision=not_announced reason=%r", str(error))


class Announcer:
    """Plans and delivers in a resident worker; one that cannot reach the store tries again."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._ended = asyncio.Event()

    def crawl_ended(self) -> None:
        """Take note that there may be something to announce."""
        self._ended.set()

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            try:
                await self._announce()
            except NewscrawlError as error:
                logger.warning("decision=not_announced reason=%r", str(error))
            await asyncio.sleep(EVERY_SECONDS)

    async def _announce(self) -> None:
        store = await Store.open(self._config)
        deliverer, delivered, passes = Deliverer(store, self._config), Delivered(), 0
        try:
            while True:
                self._ended.clear()
                await _sync(store)
                await plan(store, datetime.now(UTC))
                await deliverer.start_due(delivered)
                if passes % ALARMS_EVERY == 0:
                    await raise_alarms(store, datetime.now(UTC))
                passes += 1
                await self._wait()
        finally:
            await deliverer.stop()
            await store.close()

    async def _wait(self) -> None:
        """Return when a crawl has ended, or after a while."""
        try:
            async with asyncio.timeout(EVERY_SECONDS):
                await self._ended.wait()
        except TimeoutError:
            return
