"""The log of versions is copied of one moment, while entries are appended, and goes on in a restored archive."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from newscrawl.config import Config
from newscrawl.jobs.log_appending import append
from newscrawl.store import Store
from newscrawl.store.tlog.verification import verify_log
from newscrawl.store.verify import verify
from tests.tlog.archive import record, with_log

from .conftest import BackUp, Restore


async def test_a_log_is_restored_and_goes_on(
    store: Store, config: Config, elsewhere: Config, backup: BackUp, restored: Restore
) -> None:
    await with_log(store, config)
    await record(store, "not logged yet")
    await backup()
    await restored()
    other = await Store.open(elsewhere)
    assert (await verify_log(other, other.db)).problems == []
    await append(other, replace(elsewhere, home=config.home, log_key_file=config.log_key_file))
    report = await verify_log(other, other.db)
    assert (report.problems, report.notes) == ([], [])
    assert report.entries == 8  # its key, and seven versions
    await other.close()


@pytest.mark.slow
async def test_a_log_to_which_entries_are_appended_meanwhile_is_whole(
    store: Store, config: Config, elsewhere: Config, backup: BackUp, restored: Restore
) -> None:
    await with_log(store, config)
    is_over = asyncio.Event()

    async def write() -> None:
        number = 0
        while not is_over.is_set():
            await record(store, f"meanwhile {number}", 2)
            await append(store, config)
            number += 1

    writer = asyncio.create_task(write())
    for _ in range(5):
        await backup()
        await restored()
        other = await Store.open(elsewhere)
        assert (await verify(other)).problems == ()
        assert (await verify_log(other, other.db)).problems == []
        await other.db.client.drop_database(other.db.name)
        await other.close()
    is_over.set()
    await writer
