"""A `kill -9` of whoever appends to the transparency log, before any of its writes, loses no entry and doubles none."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any

import pymongo.monitoring
import pytest

from newscrawl.config import Config
from newscrawl.jobs import log_keys
from newscrawl.jobs.log_appending import append
from newscrawl.store import Store
from newscrawl.store.tlog import COLLECTIONS, state, tree
from newscrawl.store.tlog.verification import verify_log
from newscrawl.tlog import Signer, is_version_entry, key_file, parse_checkpoint
from tests.tlog.archive import NAME, record

pytestmark = pytest.mark.slow
WRITES = {"insert", "update", "delete", "findAndModify"}


class _Killer(pymongo.monitoring.CommandListener):
    """Kills its own process before, or as soon as the database has answered, the write with a number, from 0."""

    def __init__(self, number: int, *, is_applied: bool) -> None:
        self._left, self._is_applied = number, is_applied

    def started(self, event: pymongo.monitoring.CommandStartedEvent) -> None:
        if event.command_name in WRITES and not self._is_applied:
            self._count()

    def succeeded(self, event: pymongo.monitoring.CommandSucceededEvent) -> None:
        if event.command_name in WRITES and self._is_applied:
            self._count()

    def failed(self, event: pymongo.monitoring.CommandFailedEvent) -> None:
        """Nothing is to be done."""

    def _count(self) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1


async def _append(store: Store, config: Config) -> None:
    await append(store, config)


async def _create(store: Store, config: Config) -> None:
    await log_keys.create(store, config, NAME)
    await append(store, config)


async def _rotate(store: Store, config: Config) -> None:
    await log_keys.rotate(store, config, is_lost=False)


Work = Callable[[Store, Config], Coroutine[Any, Any, None]]
KILLED: dict[str, Work] = {"append": _append, "create": _create, "rotate": _rotate}


def _run(config: Config, name: str, killed_at: int, is_applied: bool) -> None:
    pymongo.monitoring.register(_Killer(killed_at, is_applied=is_applied))

    async def run() -> None:
        store = await Store.open(config)
        await KILLED[name](store, config)
        await store.close()

    asyncio.run(run())


@pytest.mark.parametrize("is_applied", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", list(KILLED))
async def test_a_killed_appender_loses_and_doubles_nothing(
    store: Store, config: Config, name: str, is_applied: bool
) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    for number in range(4):
        await record(store, f"article-{number}", 2, is_of_0_1=number == 1)
    await store.db.versions.update_many({"number": 1}, {"$unset": {"unlogged": ""}})  # of an older newscrawl
    kept = {each: await store.db[each].find({}).to_list() for each in ("versions", "articles")}
    for killed_at in count():
        await _as_it_was(store, config, kept)
        if name != "create":
            await log_keys.create(store, config, NAME)
        process = processes.Process(target=_run, args=(config, name, killed_at, is_applied))
        process.start()
        await asyncio.to_thread(process.join)
        if process.exitcode == 0:
            assert killed_at > 5, "no write was killed at"
            return
        assert process.exitcode == -signal.SIGKILL
        await _create(store, config)  # as whoever begins it again, or a worker
        if name == "rotate":
            await _rotate(store, config)
        await record(store, f"since-{killed_at}")
        done = await append(store, config)
        await _assert_whole(store, done.checkpoint, f"{name} killed at write {killed_at}")


async def _as_it_was(store: Store, config: Config, kept: dict[str, list[dict[str, Any]]]) -> None:
    for each in (*COLLECTIONS, *kept):
        await store.db[each].delete_many({})
    for each, documents in kept.items():
        await store.db[each].insert_many(documents)
    for path in config.home.glob("log.key*") if config.home.exists() else ():
        path.unlink()


async def _assert_whole(store: Store, note: str, when: str) -> None:
    seen = await state(store.db)
    assert seen is not None
    entries = [await tree.entry(store.db, index) or b"" for index in range(seen.size)]
    versions = [entry for entry in entries if is_version_entry(entry)]
    assert len(versions) == len(set(versions)) == await store.db.versions.count_documents({}), when
    report = await verify_log(store, store.db)
    assert (report.problems, report.notes) == ([], []), when
    assert parse_checkpoint(note).size == seen.size, when
    assert len(seen.keys) == len(set(seen.keys)), when


def test_the_key_file_is_whole_or_as_before(config: Config) -> None:
    """A kill between writing and renaming leaves a part, which nobody takes for the key."""
    signer = Signer.generate(NAME)
    key_file.write(config.log_key, signer)
    part = config.log_key.with_name(f"{config.log_key.name}.{os.getpid()}.part")
    part.write_text("PRIVATE+KEY+cut")
    assert key_file.read(config.log_key) == signer
    key_file.write(config.log_key, signer)
    assert not part.exists()
