from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from newscrawl.config import Config
from newscrawl.items import RunRecord, SourceState
from newscrawl.jobs.due import due_sources, overview
from newscrawl.sources.catalogue import source_names, spider_class
from newscrawl.store.session import Store

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NAMES = ["bbc", "demo", "guardian", "washpo"]


def crawled(config: Config, source: str, at: datetime) -> None:
    async def write() -> None:
        store = await Store.open(config)
        run = await store.start_run(RunRecord(run_id=f"{source}-{at:%H%M}", source=source, started_at=at), now=at)
        await store.end_run(run)
        await store.close()

    asyncio.run(write())


def paused(config: Config, source: str) -> None:
    async def write() -> None:
        store = await Store.open(config)
        await store.save_source_state(SourceState(source=source, is_paused=True, paused_reason="moving house"))
        await store.close()

    asyncio.run(write())


def test_source_never_crawled_is_due_and_the_demo_is_not(config: Config) -> None:
    assert due_sources(config, NAMES, now=NOW) == ["bbc", "guardian", "washpo"]


def test_listings_read_a_moment_ago_wait(config: Config) -> None:
    crawled(config, "bbc", NOW - timedelta(minutes=14))
    crawled(config, "guardian", NOW - timedelta(minutes=16))
    assert due_sources(config, NAMES, now=NOW) == ["guardian", "washpo"]


def test_paused_source_is_left_alone(config: Config) -> None:
    paused(config, "washpo")
    assert "washpo" not in due_sources(config, NAMES, now=NOW)


def test_every_source_is_in_the_overview_with_its_last_run(config: Config) -> None:
    crawled(config, "bbc", NOW)
    rows = {row["source"]: row for row in overview(config)}
    assert set(rows) == set(source_names())
    assert rows["bbc"]["last_run"] == NOW
    assert rows["guardian"]["last_run"] is None
    assert spider_class("washpo").publisher == "The Washington Post"
