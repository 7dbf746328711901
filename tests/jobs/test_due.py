from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newscrawl.config import Config
from newscrawl.items import RunRecord, SourceState
from newscrawl.jobs.due import due_sources, overview
from newscrawl.sources.catalogue import source_names, spider_class
from newscrawl.store.session import Store

from .archive import with_store

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NAMES = ["bbc", "demo", "guardian", "washpo"]


def record_run(config: Config, source: str, at: datetime) -> None:
    async def write(store: Store) -> None:
        run = await store.start_run(RunRecord(run_id=f"{source}-{at:%H%M}", source=source, started_at=at), now=at)
        await store.end_run(run)

    with_store(config, write)


def pause(config: Config, source: str) -> None:
    state = SourceState(source=source, is_paused=True, paused_reason="moving house")
    with_store(config, lambda store: store.save_source_state(state))


def test_source_that_was_never_crawled_is_due_except_the_demo(config: Config) -> None:
    assert due_sources(config, NAMES, now=NOW) == ["bbc", "guardian", "washpo"]


def test_source_with_recently_read_listings_is_not_due(config: Config) -> None:
    record_run(config, "bbc", NOW - timedelta(minutes=14))
    record_run(config, "guardian", NOW - timedelta(minutes=16))
    assert due_sources(config, NAMES, now=NOW) == ["guardian", "washpo"]


def test_paused_source_is_not_due(config: Config) -> None:
    pause(config, "washpo")
    assert "washpo" not in due_sources(config, NAMES, now=NOW)


def test_every_source_is_in_the_overview_with_its_last_run(config: Config) -> None:
    record_run(config, "bbc", NOW)
    rows = {row["source"]: row for row in overview(config)}
    assert set(rows) == set(source_names())
    assert rows["bbc"]["last_run"] == NOW
    assert rows["guardian"]["last_run"] is None
    assert spider_class("washpo").publisher == "The Washington Post"
