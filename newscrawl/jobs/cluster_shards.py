"""Shards of batch work, as a worker of a cluster does them: each in a process of its own, beside the crawls."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Mapping
from typing import cast

from newscrawl.errors import StoreUnavailable
from newscrawl.jobs.deliveries import Delivery
from newscrawl.jobs.exit_codes import INTERNAL, INTERRUPTED, LEASE_HELD, STORE, SUCCESS
from newscrawl.project import project
from newscrawl.store.session import Store
from newscrawl.store.shards import Shard
from newscrawl.store.source_schedule import Taker

logger = logging.getLogger(__name__)

MAX_ERROR_BYTES = 500
PASSED_ON_BYTES = 65536
# Codes of a process that was ended, or had no database: that was no try. 130 is how typer ends at Ctrl-C.
NO_TRIES = {STORE, INTERRUPTED, 128 + signal.SIGINT, -signal.SIGINT, -signal.SIGTERM}


class ClusterShards:
    """The shards that a worker has; at most `at_once`."""

    def __init__(self, taker: Taker, *, at_once: int) -> None:
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
        if (free := self.free) <= 0:  # which the store takes for no limit
            return []
        return [each for each in await store.waiting_shards(free) if await store.queue_shard(each, self._taker.name)]

    async def begin(self, store: Store, delivery: Delivery) -> bool:
        """Begin a shard; returns False if it is not for this worker, or not any more."""
        if delivery.name in self._tasks:  # a message that came twice
            return False
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
        await self.until_idle()

    async def until_idle(self) -> None:
        """Wait until nothing is at work."""
        if self._tasks:
            await asyncio.wait(self._tasks.values())

    async def _do(self, store: Store, shard: Shard, delivery: Delivery) -> None:
        try:
            await self._do_in_process(store, shard)
        except StoreUnavailable as error:
            logger.warning(
                "shard=%s could not be given back, and is free when its term ends: %s", shard.shard_id, error
            )
        finally:
            delivery.release()
            self._tasks.pop(shard.shard_id, None)

    async def _do_in_process(self, store: Store, shard: Shard) -> None:
        try:
            code, error = await self._process(shard.shard_id)
        except OSError as fault:  # no process can be started
            code, error = INTERNAL, str(fault)
        if code == SUCCESS:
            logger.info("shard=%s done", shard.shard_id)
        elif code == LEASE_HELD:
            logger.warning("shard=%s try=%s came too late: another one was begun since", shard.shard_id, shard.tries)
        elif self._is_stopping or code in NO_TRIES:
            logger.info("shard=%s code=%s is given back", shard.shard_id, code)
            await store.give_shard_back(shard.shard_id, self._taker.name)
        else:
            logger.error("shard=%s try=%s failed: %s", shard.shard_id, shard.tries, error or f"code {code}")
            await store.fail_shard(shard, self._taker.name, error or f"code {code}")

    async def _process(self, shard_id: str) -> tuple[int, str]:
        """Do a shard in a process of its own; return its code, and the end of what it wrote to standard error.

        Its session is its own too: Ctrl-C at a terminal reaches the worker, which ends what it has.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "newscrawl", "cluster", "shard", shard_id,
            cwd=project().root, env=_environ(), stderr=asyncio.subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self._processes[shard_id] = process
        if self._is_stopping:
            process.kill()
        error = await _passed_on(cast("asyncio.StreamReader", process.stderr))
        code = await process.wait()
        del self._processes[shard_id]
        return code, error


async def _passed_on(errors: asyncio.StreamReader) -> str:
    """Write what a process writes to standard error to this one's; return the end of it."""
    tail = b""
    while written := await errors.read(PASSED_ON_BYTES):
        sys.stderr.buffer.write(written)
        sys.stderr.flush()
        tail = (tail + written)[-MAX_ERROR_BYTES:]
    return tail.decode("utf-8", "replace").strip()


def _environ() -> Mapping[str, str]:
    """Return the environment of a shard's process: as this one's, without the broker, which it needs not."""
    return {name: value for name, value in os.environ.items() if name != "NEWSCRAWL_CLUSTER_URI"}
