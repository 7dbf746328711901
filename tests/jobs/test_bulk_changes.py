from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.items import Outcome, RecordedItem
from newscrawl.jobs import CrawlReport
from newscrawl.jobs.bulk_changes import BulkChanges
from newscrawl.store.reader import Reader
from newscrawl.store.reader.views import ListFilter
from newscrawl.store.session import Store

from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@pytest.fixture
def gazette() -> Iterator[Gazette]:
    with Gazette() as paper:
        yield paper


def masses(changed: int, quiet: int, gap: timedelta = timedelta(minutes=30)) -> BulkChanges:
    found = BulkChanges()
    for number in range(changed + quiet):
        outcome = Outcome.CHANGED if number < changed else Outcome.UNCHANGED
        at = NOW + timedelta(seconds=number)
        found.add(RecordedItem("paper", "id", "u", outcome, "", at, gap_seconds=gap.total_seconds()))
    return found


@pytest.mark.parametrize(("changed", "quiet"), [(0, 30), (9, 0), (10, 11), (5, 100)])
def test_ordinary_crawls_are_not_suspicious(changed: int, quiet: int) -> None:
    assert masses(changed, quiet).suspicion is None


def test_crawl_in_which_most_stories_change_is_suspicious() -> None:
    found = masses(12, 3)
    assert found.suspicion is not None
    assert found.suspicion.startswith("12 of 15 stories changed")
    assert found.since == NOW


def test_edits_that_piled_up_over_days_are_not() -> None:
    assert masses(12, 3, gap=timedelta(days=3)).suspicion is None


def test_mass_change_is_held_until_a_person_lets_it_go(gazette: Gazette, driver: CrawlDriver) -> None:
    gazette.stories = {f"story-{n}": [f"Story {n} tells of pier {n} and of the tide there."] for n in range(101, 113)}
    gazette.listed = {name: f"News of {name}" for name in gazette.stories}
    first = crawl(gazette, driver, NOW)
    assert first.outcomes == {"new": 12}
    gazette.stories = {
        name: [*text, "Subscribe to read on, said the template."] for name, text in gazette.stories.items()
    }
    second = crawl(gazette, driver, NOW + timedelta(hours=1))
    assert second.outcomes == {"changed": 12}
    assert any("`newscrawl release demo` announces them" in message for message in second.errors)
    assert asyncio.run(counts(driver.config)) == (0, 0, {"demo": 12})
    asyncio.run(released(driver.config))
    assert asyncio.run(counts(driver.config)) == (12, 12, {})


def crawl(gazette: Gazette, driver: CrawlDriver, at: datetime) -> CrawlReport:
    return driver.crawl(
        arguments={"base": gazette.base},
        clock=SteppingClock(at),
        settings={"NEWSCRAWL_EGRESS_ALLOW": [gazette.base.removeprefix("http://")]},
    )


async def counts(config: Config) -> tuple[int, int, dict[str, int]]:
    """Return how many changes readers are shown, how many edits are counted, and how many versions are held."""
    reader = await Reader.open(config)
    store = await Store.open(config)
    try:
        shown = await reader.changes.changes(ListFilter(), limit=100)
        edits = [article["edits"] async for article in store.db.articles.find({}, {"edits": 1})]
        return len(shown.items), sum(edits), await store.held_counts()
    finally:
        await store.close()
        await reader.close()


async def released(config: Config) -> None:
    store = await Store.open(config)
    try:
        await store.release_held("demo", by="a person", at=NOW + timedelta(hours=2))
    finally:
        await store.close()
