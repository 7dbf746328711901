"""Where a worker runs, it appends to the log by itself, if the log's key is there; otherwise nothing happens."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.jobs import log_keys
from newscrawl.jobs.log_appending import LogAppending
from newscrawl.store import Store
from newscrawl.store.tlog import checkpoints, state
from tests.faults.waiting import PATIENCE_SECONDS, until
from tests.tlog import authority as authorities
from tests.tlog.archive import NAME, record
from tests.tlog.authority import served


async def test_nothing_happens_without_a_key(store: Store, config: Config, caplog: pytest.LogCaptureFixture) -> None:
    appending = LogAppending(config)
    assert not appending.is_due()
    await record(store, "pier")
    await log_keys.create(store, config, NAME)
    assert appending.is_due()
    config.log_key.unlink()
    with caplog.at_level(logging.INFO):
        await appending.run(store)
    assert "there is no key of the log here" in caplog.text
    assert not appending.is_due()


async def test_a_minute_appends_signs_and_stamps(
    store: Store, config: Config, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await log_keys.create(store, config, NAME)
    await record(store, "pier", 2)
    with served(authorities.make(tmp_path / "authority")) as authority, caplog.at_level(logging.INFO):
        authority.answers.append((503, b""))
        config = replace(config, timestamp_url=authority.url)
        await LogAppending(config).run(store)
        assert "log=appended entries=2 size=3" in caplog.text
        assert "log=not_stamped" in caplog.text
        newest = await checkpoints.newest(store.db)
        assert newest is not None
        assert (newest.size, newest.stamp) == (3, None)
        again = LogAppending(config)
        await again.run(store)
        assert "log=stamped" in caplog.text
        asked = len(authority.requests)
        await record(store, "since")
        await again.run(store)
        newest = await checkpoints.newest(store.db)
        assert newest is not None
        assert (newest.size, newest.stamp, len(authority.requests)) == (4, None, asked)
    assert "/tsr" not in caplog.text


async def test_an_authority_that_failed_is_left_alone_for_a_while(store: Store, config: Config, tmp_path: Path) -> None:
    await log_keys.create(store, config, NAME)
    with served(authorities.make(tmp_path / "authority")) as authority:
        authority.answers += [(503, b""), (503, b"")]
        appending = LogAppending(replace(config, timestamp_url=authority.url))
        await appending.run(store)
        await appending.run(store)
        assert len(authority.requests) == 1


async def test_a_worker_appends_by_itself(store: Store, config: Config) -> None:
    await record(store, "pier", 2)
    await log_keys.create(store, config, NAME)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")} | {
        "NEWSCRAWL_MONGO_URI": config.mongo_uri or "",
        "NEWSCRAWL_MONGO_DATABASE": config.mongo_database,
        "NEWSCRAWL_HOME": str(config.home),
        "NEWSCRAWL_EGRESS_ALLOW": "",
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", _WORKER], env=environment, cwd=PROJECT_ROOT, stderr=subprocess.PIPE, text=True
    )
    try:
        loop = asyncio.get_running_loop()

        def is_appended() -> bool:
            async def size() -> int:
                seen = await state(store.db)
                return seen.size if seen else 0

            return asyncio.run_coroutine_threadsafe(size(), loop).result(PATIENCE_SECONDS) == 3

        await asyncio.to_thread(until, is_appended, "the worker to append", every_seconds=0.2)
    finally:
        worker.send_signal(signal.SIGTERM)
        _, printed = await asyncio.to_thread(worker.communicate, timeout=PATIENCE_SECONDS)
    assert "log=appended entries=2 size=3" in printed


# A worker of an archive without sources: it requests nothing.
_WORKER = """
from newscrawl.jobs import assignments
assignments.source_names = lambda: []
from newscrawl.jobs import rounds, Job
from newscrawl.config import Config
rounds.source_names = lambda: []
rounds.crawl_until_stopped(lambda name: Job(source=name), Config.from_env(), processes=1)
"""
