"""Shards of batch work, as a worker of a cluster does them: each in a process of its own, beside the crawls."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Mapping

from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.errors import StoreUnavailable
from newscrawl.jobs.deliveries import Delivery
from newscrawl.store.session import Store
from newscrawl.store.shards import Shard
from newscrawl.store.source_schedule import Taker

logger = logging.getLogger(__name__)

MAX_ERROR_CHARACTERS = 500


class ClusterShards:
    """The shards that a worker has; at most `at_once`."""

    def __init__(self, config: Config, taker: Taker, *, at_once: int) -> None:
        self._config = config
        self._taker = taker
        self._at_once = at_once
        self._is_stopping = False
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def free(self) -> int:
        return 0 if self._is_stopping else self._at_once - len(self._tasks)

    async def name(self, store: Store) -> list[str]:
        """Mark and return shards that a message is to name: no more than could begin here at once."""
        return [each for each in await store.waiting_shards(self.free) if await store.queue_shard(each)]

    async def begin(self, store: Store, delivery: Delivery) -> bool:
        """Begin a shard; returns False if it is not for this worker, or not any more."""
        if self.free <= 0:
            await store.unqueue_shards([delivery.name])
            return False
        shard = await store.take_shard(delivery.name, self._taker)
        if shard is None:
            return False
        task = asyncio.ensure_future(self._do(store, shard, delivery))
        self._tasks[shard.shard_id] = task
        return True

    async def keep(self, store: Store) -> None:
        """Renew the terms of what is at work."""
        if self._tasks:
            await store.keep_shards(list(self._tasks), self._taker.name)

    def stop(self) -> None:
        """End what is at work; it is done again by whoever takes it next."""
        self._is_stopping = True
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.kill()

    async def close(self) -> None:
        self.stop()
        if self._tasks:
            await asyncio.wait(self._tasks.values())

    async def _do(self, store: Store, shard: Shard, delivery: Delivery) -> None:
        try:
            await self._do_in_process(store, shard)
        except StoreUnavailable as error:
            logger.warning("shard=%s is free again after its term: %s", shard.shard_id, error)
        finally:
            del self._tasks[shard.shard_id]
            delivery.release()

    async def _do_in_process(self, store: Store, shard: Shard) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "newscrawl", "cluster", "shard", shard.shard_id,
            cwd=PROJECT_ROOT, env=_environ(self._config), stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._processes[shard.shard_id] = process
        if self._is_stopping:
            process.kill()
        _, errors = await process.communicate()
        del self._processes[shard.shard_id]
        if process.returncode == 0:
            logger.info("shard=%s done", shard.shard_id)
        elif self._is_stopping:
            await store.give_shard_back(shard.shard_id, self._taker.name)
        else:
            error = errors.decode("utf-8", "replace").strip()[-MAX_ERROR_CHARACTERS:] or f"code {process.returncode}"
            logger.error("shard=%s try=%s failed: %s", shard.shard_id, shard.tries, error)
            await store.fail_shard(shard, self._taker.name, error)


def _environ(config: Config) -> Mapping[str, str]:
    """Return the environment of a shard's process: as this one's, without the broker, which it needs not."""
    return {
        **{name: value for name, value in os.environ.items() if name != "NEWSCRAWL_CLUSTER_URI"},
        "NEWSCRAWL_LOG_LEVEL": config.log_level,
    }
