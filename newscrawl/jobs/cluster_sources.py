"""Where the supervisor of a cluster's worker has its jobs from: a short queue, filled by value when workers are free.

Whoever has free slots names the most valuable due sources in the queue, at most twice as many as it has slots; whoever
receives a name takes the source in the store, as a worker without a cluster does, and drops the name if it cannot. So a
message that is lost, doubled or late does no harm: a named source counts as unnamed again after 20 seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from newscrawl.config import Config
from newscrawl.errors import BrokerUnavailable, StoreUnavailable
from newscrawl.jobs.assignments import POLL_SECONDS, DueSources
from newscrawl.jobs.cluster_shards import ClusterShards
from newscrawl.jobs.deliveries import CRAWL, SHARD, Delivery
from newscrawl.jobs.job import CrawlReport, Job
from newscrawl.store.session import Store

if TYPE_CHECKING:  # loaded by whoever makes the engine: without a cluster Celery is not imported
    from newscrawl.jobs.engine import Engine

logger = logging.getLogger(__name__)

QUEUED_PER_SLOT = 2  # more would be named long before they are taken, by the values that they had


class ClusterSources(DueSources):
    """The sources that fall due, as the cluster's queue names them."""

    def __init__(
        self,
        config: Config,
        job_of: Callable[[str], Job],
        make_engine: Callable[[Callable[[Delivery], None]], Engine],
        *,
        slots: int,
        shards_at_once: int = 1,
    ) -> None:
        super().__init__(config, job_of, is_resident=True, slots=slots)
        self._shards = ClusterShards(self._taker, at_once=shards_at_once)
        self._make_engine = make_engine
        self._engine: Engine | None = None
        self._inbox: deque[Delivery] = deque()
        self._has_received = asyncio.Event()
        self._at_work: dict[str, Delivery] = {}
        self._is_broker_away = False
        self._is_closing = False

    async def ended(self, report: CrawlReport) -> None:
        try:
            await super().ended(report)
        finally:
            if delivery := self._at_work.pop(report.source, None):
                delivery.release()

    async def wait(self) -> None:
        """Return when a message arrived; after some seconds in any case, to fill the queue."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._has_received.wait(), POLL_SECONDS)
        self._has_received.clear()

    def stop(self) -> None:
        self._shards.stop()
        if self._engine is not None:
            self._engine.stop()

    async def close(self) -> None:
        """End what arrived and was not begun, and what arrives while the engine ends."""
        self.stop()
        self._is_closing = True
        for delivery in (*self._inbox, *self._at_work.values()):
            delivery.release()
        await self._shards.close()
        if self._engine is not None:
            await self._engine.close()
            await asyncio.sleep(0)  # what its threads handed over comes into the inbox
        try:
            await self._unqueue_inbox()
        except StoreUnavailable as error:
            logger.warning("sources received and not begun are queued again when their term ends: %s", error)
        finally:
            await super().close()

    async def _unqueue_inbox(self) -> None:
        if self._inbox and self._store is not None:
            await self._store.unqueue_sources([each.name for each in self._inbox if each.kind == CRAWL])
            await self._store.unqueue_shards([each.name for each in self._inbox if each.kind == SHARD])

    async def _take(self, free: int, running: set[str]) -> list[Job]:
        store, now = await self._prepare()
        if self._engine is None:
            self._engine = self._make_engine(self._received_by(asyncio.get_running_loop()))
            await self._engine.start()
        if self._engine.is_lost:
            raise BrokerUnavailable("the engine's connection to the broker ended with an error; see the lines above")
        await self._fill(self._engine, store, now, free)
        return await self._begin(store, now, free)

    # The queue

    async def _fill(self, engine: Engine, store: Store, now: datetime, free: int) -> None:
        """Name the most valuable sources; while the broker is away nothing is named, and what runs goes on."""
        named: list[str] = []
        shards: list[str] = []
        try:
            lacking = QUEUED_PER_SLOT * free - await engine.waiting()
            if lacking > 0:
                shards = await self._shards.name(store)
                named = await self._name(store, now, lacking)
            for kind, names in ((SHARD, shards), (CRAWL, named)):
                if names:
                    await engine.publish(kind, names)
        except BrokerUnavailable as error:
            await store.unqueue_sources(named)
            await store.unqueue_shards(shards)
            if not self._is_broker_away:
                logger.warning("%s; no more crawls begin until it can be used", error)
            self._is_broker_away = True
        else:
            if self._is_broker_away:
                logger.warning("the broker is back")
            self._is_broker_away = False

    async def _name(self, store: Store, now: datetime, lacking: int) -> list[str]:
        due = await self._due(store, now, lacking, (), is_unqueued=True)
        return [source for source in due if await store.queue_source(source, now, self._taker.name)]

    # What arrives

    def _received_by(self, loop: asyncio.AbstractEventLoop) -> Callable[[Delivery], None]:
        def received(delivery: Delivery) -> None:
            try:
                loop.call_soon_threadsafe(self._receive, delivery)
            except RuntimeError:  # the loop is closed
                delivery.release()

        return received

    def _receive(self, delivery: Delivery) -> None:
        self._inbox.append(delivery)
        self._has_received.set()
        if self._is_closing:
            delivery.release()

    async def _begin(self, store: Store, now: datetime, free: int) -> list[Job]:
        """Take what arrived, as far as slots are free; what others have, or what is not due any more, is dropped."""
        jobs: list[Job] = []
        while self._inbox and len(jobs) < free:
            delivery = self._inbox.popleft()
            try:
                job, is_at_work = await self._begin_one(store, delivery, now)
            except StoreUnavailable:
                self._inbox.appendleft(delivery)
                raise
            if job is not None:
                self._at_work[job.source] = delivery
                jobs.append(job)
            elif not is_at_work:
                delivery.release()
        return jobs

    async def _begin_one(self, store: Store, delivery: Delivery, now: datetime) -> tuple[Job | None, bool]:
        """Return the job to which a message led, and whether the message holds its slot."""
        if delivery.kind == SHARD:
            return None, await self._shards.begin(store, delivery)
        job = await self._take_received(store, delivery, now)
        return job, job is not None

    async def _keep_all(self, store: Store) -> None:
        await super()._keep_all(store)
        await self._shards.keep(store)

    async def _take_received(self, store: Store, delivery: Delivery, now: datetime) -> Job | None:
        if delivery.kind != CRAWL or delivery.name not in self._names or delivery.name in self._at_work:
            return None
        return await self._take_one(store, delivery.name, now)
