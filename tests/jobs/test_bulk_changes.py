from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.items import Outcome, RecordedItem
from newscrawl.jobs.bulk_changes import BulkChanges
from newscrawl.store.reader import Reader
from newscrawl.store.reader.views import ListFilter
from newscrawl.store.session import Store

from .archive import with_store
from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


def bulk_changes(changed: int, unchanged: int, gap: timedelta = timedelta(minutes=30)) -> BulkChanges:
    changes = BulkChanges()
    for number in range(changed + unchanged):
        outcome = Outcome.CHANGED if number < changed else Outcome.UNCHANGED
        at = NOW + timedelta(seconds=number)
        changes.add(RecordedItem("gazette", "id", "u", outcome, "", at, gap_seconds=gap.total_seconds()))
    return changes


@pytest.mark.parametrize(("changed", "unchanged"), [(0, 30), (9, 0), (10, 11), (5, 100)])
def test_ordinary_crawl_is_not_suspicious(changed: int, unchanged: int) -> None:
    assert bulk_changes(changed, unchanged).suspicion is None


def test_crawl_in_which_most_articles_change_is_suspicious() -> None:
    changes = bulk_changes(12, 3)
    assert changes.suspicion is not None
    assert "12 of 15" in changes.suspicion
    assert changes.since == NOW


def test_edits_since_a_check_days_ago_are_not_suspicious() -> None:
    assert bulk_changes(12, 3, gap=timedelta(days=3)).suspicion is None


def test_bulk_change_is_held_until_it_is_released(gazette: Gazette, gazette_driver: CrawlDriver) -> None:
    gazette.articles = {f"pier-{n}": [f"On pier {n} the tide was seen by all."] for n in range(101, 113)}
    gazette.listed = {name: f"News of {name}" for name in gazette.articles}
    first = gazette_driver.crawl(clock=SteppingClock(NOW))
    assert first.outcomes == {"new": 12}
    gazette.articles = {
        name: [*text, "Subscribe to read on, said the template."] for name, text in gazette.articles.items()
    }
    second = gazette_driver.crawl(clock=SteppingClock(NOW + timedelta(hours=1)))
    assert second.outcomes == {"changed": 12}
    assert any("`newscrawl release demo`" in message for message in second.errors)
    assert asyncio.run(counts(gazette_driver.config)) == (0, 0, {"demo": 12})
    at = NOW + timedelta(hours=2)
    with_store(gazette_driver.config, lambda store: store.release_held("demo", by="a person", at=at))
    assert asyncio.run(counts(gazette_driver.config)) == (12, 12, {})


async def counts(config: Config) -> tuple[int, int, dict[str, int]]:
    """Return the number of changes that readers see, the number of counted edits, and held versions by source."""
    reader = await Reader.open(config)
    store = await Store.open(config)
    try:
        visible = await reader.changes.changes(ListFilter(), limit=100)
        edits = [article["edits"] async for article in store.db.articles.find({}, {"edits": 1})]
        return len(visible.items), sum(edits), await store.held_counts()
    finally:
        await store.close()
        await reader.close()
