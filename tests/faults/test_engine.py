"""The engine beside its broker: what it opens it closes, and what comes late is free at once."""

from __future__ import annotations

import asyncio
import gc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.config import Config
from newscrawl.errors import BrokerUnavailable
from newscrawl.jobs import Job
from newscrawl.jobs.cluster_sources import ClusterSources
from newscrawl.jobs.deliveries import CRAWL
from newscrawl.jobs.engine import Engine
from newscrawl.secret_text import SecretUri
from newscrawl.store import Store

from .redis import RedisServer

PUBLISHES = 50


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_publishing_and_asking_leave_no_descriptor_open(redis: RedisServer) -> None:
    engine = Engine(SecretUri(redis.uri), "quay", 1, lambda delivery: delivery.release())
    await engine.publish(CRAWL, ["first"])
    assert await engine.waiting() == 1
    gc.collect()  # what other tests left
    before = descriptors()
    for number in range(PUBLISHES):
        await engine.publish(CRAWL, [f"source{number}"])
        await engine.waiting()
    assert await engine.waiting() == 1 + PUBLISHES
    assert descriptors() <= before
    await engine.close()


async def test_connections_that_are_lost_are_closed(redis: RedisServer) -> None:
    engine = Engine(SecretUri(redis.uri), "quay", 1, lambda delivery: delivery.release())
    await engine.publish(CRAWL, ["first"])
    gc.collect()  # what other tests left
    before = descriptors()
    for _ in range(3):
        redis.kill()
        with pytest.raises(BrokerUnavailable):
            await engine.publish(CRAWL, ["lost"])
        redis.start()
        await engine.publish(CRAWL, ["again"])
    assert descriptors() <= before
    await engine.close()


class LateEngine(Engine):
    """One to which its broker hands another task while it ends, in a thread, as Celery's worker does."""

    late: asyncio.Task[None]

    async def close(self) -> None:
        self.late = asyncio.create_task(asyncio.to_thread(self._deliver, CRAWL, "bbc"))
        await super().close()
        await self.late


async def test_what_arrives_while_a_worker_stops_is_free_at_once(
    redis: RedisServer, config: Config, store: Store
) -> None:
    sources = ClusterSources(
        config,
        lambda name: Job(source=name),
        lambda receive: LateEngine(SecretUri(redis.uri), "quay", 1, receive),
        slots=1,
    )
    await sources.next_jobs(0, ())  # none: yet the store and the engine are there from now on
    await store.make_sources_due(["bbc"], datetime.now(UTC))
    assert await store.queue_source("bbc", datetime.now(UTC), "another")
    await sources.close()
    assert "bbc" in {each.source for each in await store.due_sources(datetime.now(UTC), limit=999, is_unqueued=True)}
