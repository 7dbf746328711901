"""An erasure that is killed at any of its commands is completed when it is run again."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from dataclasses import replace
from itertools import count

import pymongo.monitoring
import pytest

from newscrawl.config import Config
from newscrawl.store import Store
from newscrawl.store.erasure import What, complete_pending, erase
from newscrawl.store.verify import verify
from tests.store.erasable import NAME, URL, WORDS, found, order, write_archive

pytestmark = pytest.mark.slow
WRITES = {"insert", "update", "delete", "findAndModify"}
STEP = 3  # every third write is one to be killed at, so that the test takes half a minute
SOUGHT = {What.ARTICLE: (NAME, URL, "harbour master"), What.VERSION: (NAME,), What.PASSAGE: ("gambling", WORDS)}


class _Killer(pymongo.monitoring.CommandListener):
    """Kills its own process before the write with a number, from 0."""

    def __init__(self, number: int) -> None:
        self._left = number

    def started(self, event: pymongo.monitoring.CommandStartedEvent) -> None:
        if event.command_name not in WRITES:
            return
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    def succeeded(self, event: pymongo.monitoring.CommandSucceededEvent) -> None:
        """Nothing is to be done."""

    def failed(self, event: pymongo.monitoring.CommandFailedEvent) -> None:
        """Nothing is to be done."""


def _erase(config: Config, what: What, key: str, killed_at: int) -> None:
    pymongo.monitoring.register(_Killer(killed_at))

    async def run() -> None:
        store = await Store.open(config)
        await erase(store.db, _order(what, key), WORDS if what is What.PASSAGE else "")
        await store.close()

    asyncio.run(run())


def _order(what: What, key: str):  # type: ignore[no-untyped-def]
    return order(what, 2 if what is What.VERSION else None, key=key)


@pytest.mark.parametrize("what", list(SOUGHT))
async def test_a_killed_erasure_is_completed_by_the_next(store: Store, config: Config, what: What) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    for number in count(0, STEP):
        for name in await store.db.list_collection_names(filter={"name": {"$ne": "meta"}}):
            await store.db[name].delete_many({})
        key = await write_archive(store, is_redacted=what is not What.VERSION)
        process = processes.Process(target=_erase, args=(replace(config), what, key, number))
        process.start()
        await asyncio.to_thread(process.join)
        if process.exitcode == 0:
            assert number > 2 * STEP, "no write was killed at"
            return
        assert process.exitcode == -signal.SIGKILL
        await complete_pending(store.db)
        if number == 0:  # the order itself was not written
            await erase(store.db, _order(what, key), WORDS if what is What.PASSAGE else "")
        assert await found(store, *SOUGHT[what]) == set(), f"killed at write {number}"
        report = await verify(store)
        assert (report.problems, report.orphans) == ((), ()), f"killed at write {number}"
