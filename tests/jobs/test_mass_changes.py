"""Mass changes in real crawls: what is public, held and raised as an alarm, and what a SIGKILL leaves."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.items import AlarmKind, Hold
from newscrawl.store import Store
from newscrawl.store.reader import Reader
from newscrawl.store.reader.views import ListFilter

from .archive import make_due, with_store
from .gazette import Answer, Gazette, page

if TYPE_CHECKING:
    from .conftest import CrawlDriver

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
TEMPLATE_LINE = "Subscribe to read on, said the template."
HTML = {"Content-Type": "text/html; charset=utf-8"}


def publish(gazette: Gazette, count: int) -> list[str]:
    names = [f"pier-{n}" for n in range(101, 101 + count)]
    gazette.articles = {name: [f"On {name} the tide was seen by all."] for name in names}
    gazette.listed = {name: f"News of {name}" for name in names}
    return names


def redesign(gazette: Gazette, names: list[str]) -> None:
    for name in names:
        gazette.articles[name] = [*gazette.articles[name], TEMPLATE_LINE]


def at(minutes: int) -> SteppingClock:
    return SteppingClock(NOW + timedelta(minutes=minutes))


def public(config: Config) -> int:
    """Return how many changes readers see, after a check that as many edits are counted."""

    async def count(store: Store) -> int:
        visible = await Reader(store).changes.changes(ListFilter(), limit=100)
        edits = [article["edits"] async for article in store.db.articles.find({}, {"edits": 1})]
        assert sum(edits) == len(visible.items)
        return len(visible.items)

    return with_store(config, count)


def holds(config: Config) -> list[Hold]:
    return [version.hold for version in with_store(config, lambda store: store.held("demo"))]


def alarms(config: Config) -> list[str]:
    return [alarm.kind for alarm in with_store(config, lambda store: store.alarms("demo"))]


def test_mass_change_is_held_and_an_alarm_until_it_is_released(gazette: Gazette, gazette_driver: CrawlDriver) -> None:
    names, config = publish(gazette, 4), gazette_driver.config
    assert gazette_driver.crawl(clock=at(0)).outcomes == {"new": 4}
    redesign(gazette, names[:3])
    second = gazette_driver.crawl(clock=at(60))
    assert second.outcomes == {"changed": 3, "unchanged": 1}
    assert any("`newscrawl release demo`" in message for message in second.errors)
    assert (public(config), holds(config), alarms(config)) == (0, [Hold.MASS_CHANGE] * 3, [AlarmKind.MASS_CHANGE])
    with_store(config, lambda store: store.release_held("demo", by="a person", at=NOW + timedelta(hours=2)))
    assert (public(config), holds(config)) == (3, [])
    third = gazette_driver.crawl(clock=at(150))
    assert third.outcomes == {"unchanged": 4}
    assert alarms(config) == []


def test_alarm_counts_for_fail_on_drift(gazette: Gazette, gazette_driver: CrawlDriver) -> None:
    names = publish(gazette, 3)
    gazette_driver.crawl(clock=at(0))
    redesign(gazette, names)
    assert gazette_driver.crawl(clock=at(60), fail_on_drift=True).exit_code == 6


def test_texts_are_requested_in_full_if_only_they_can_release_edits(
    gazette: Gazette, gazette_driver: CrawlDriver
) -> None:
    """Three edits, and 304 for everything else: only texts show that this is no redesign, and one run asks for both."""
    names, config = publish(gazette, 8), gazette_driver.config

    def with_etag(name: str, headers: Mapping[str, str]) -> Answer:
        text = page(name, gazette.articles[name])
        etag = f'"{len(text)}"'
        status = 304 if headers.get("If-None-Match") == etag else 200
        return status, {**HTML, "ETag": etag}, text

    for name in names:
        gazette.overrides[name] = lambda headers, name=name: with_etag(name, headers)
    gazette_driver.crawl(clock=at(0))
    redesign(gazette, names[:3])

    make_due_in_turn(config, names, minutes=59)
    second = gazette_driver.crawl(clock=at(60))
    assert second.outcomes["changed"] == 3
    assert second.outcomes["unchanged"] == 5
    assert (public(config), holds(config), alarms(config)) == (3, [], [])


@pytest.mark.slow
def test_crawls_that_are_killed_between_edits_leave_none_of_a_mass_change_public(
    gazette: Gazette, gazette_driver: CrawlDriver
) -> None:
    """Each crawl stands at a page that never answers, and is killed there: after one edit, after two, after three."""
    names, config = publish(gazette, 6), gazette_driver.config
    gazette_driver.crawl(clock=at(0))
    redesign(gazette, names)
    never = threading.Event()

    def hang(headers: Mapping[str, str]) -> Answer:
        never.wait()
        raise ConnectionAbortedError

    try:
        for edits in (1, 2, 3):
            make_due_in_turn(config, names, minutes=20 * edits)
            gazette.overrides = {names[edits]: hang}
            crawl = gazette_driver.start(clock=at(20 * edits))
            gazette_driver.wait_until(lambda edits=edits: recorded(config) == edits, seconds=300)
            assert public(config) == 0
            crawl.kill()
            crawl.join()
            assert public(config) == 0
            assert holds(config) == [Hold.PENDING] * edits
    finally:
        never.set()
    gazette.overrides = {}
    make_due_in_turn(config, names, minutes=80)
    assert gazette_driver.crawl(clock=at(80)).outcomes == {"changed": 3, "unchanged": 3}
    assert (public(config), holds(config)) == (0, [Hold.MASS_CHANGE] * 6)


def make_due_in_turn(config: Config, names: list[str], *, minutes: int) -> None:
    """Make articles due, to be checked in this order, and end the claims of a run that was killed."""

    async def action(store: Store) -> None:
        for place, name in enumerate(names):
            guid, moment = name.rpartition("-")[2], NOW + timedelta(minutes=minutes)
            await make_due(store, moment, guid=guid, value=float(-place))
        await store.db.articles.update_many({}, {"$unset": {"lease": ""}})

    with_store(config, action)


def recorded(config: Config) -> int:
    return with_store(config, lambda store: store.db.versions.count_documents({"cause": "edit"}))
