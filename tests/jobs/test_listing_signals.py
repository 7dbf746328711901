"""Signals from listings about known articles, and for how long they are trusted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.frontier.frontier import Frontier
from newscrawl.frontier.listing_signals import MAX_HEADLINES, track_after_listing
from newscrawl.items import Candidate, CheckHistory, Head, Source, State
from newscrawl.store.session import Store
from newscrawl.store.shared_store import SharedStore
from tests.store.samples import HOUR, NOON, append, article, first_version

from .archive import heads_by_guid, with_store
from .gazette import Gazette, page

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SOURCE = Source("courier", "The Courier", ("courier.example",))
HEAD = Head(
    "a", "courier", "101", "https://courier.example/101", 1, "w", "t", "s", "c", "p", START, "Ferry runs aground",
    State.WATCHED, CheckHistory("courier", START, last_checked_at=START, checks=1),
)  # fmt: skip


def after(*headlines: str, head: Head = HEAD, listing_url: str = "feed") -> list[bool]:
    """Return for each crawl, ten minutes apart, whether the listed headline is a signal."""
    signals = []
    for n, headline in enumerate(headlines, 1):
        now = START + n * timedelta(minutes=10)
        candidate = Candidate(HEAD.url, headline=headline, listing_url=listing_url)
        check_history = track_after_listing(candidate, head, SOURCE, now)
        signals.append(check_history.signal_at == now)
        # The next check answers the signal, whatever its outcome.
        head = replace(head, check_history=replace(check_history, signal_at=None, last_checked_at=now))
    return signals


def test_new_headline_is_one_signal() -> None:
    assert after("Ferry runs aground", "Ferry is afloat again", "Ferry is afloat again") == [False, True, False]


def test_listing_with_a_headline_of_its_own_is_no_signal() -> None:
    assert after("Aground!", "Aground!", "Aground!") == [False, False, False]


@pytest.mark.parametrize(
    "listed", ["Ferry  runs aground", "FERRY RUNS AGROUND", "Live: Ferry runs aground – 5 comments"]
)
def test_the_articles_own_headline_in_another_form_is_no_signal(listed: str) -> None:
    assert after("Aground!", listed) == [False, False]


def test_two_alternating_headlines_are_one_signal() -> None:
    assert sum(after(*("Aground!", "Ferry hits the mole") * 20)) == 1


def test_counter_in_the_headline_stops_being_a_signal() -> None:
    assert sum(after(*(f"Aground: {n} readers" for n in range(40)))) == MAX_HEADLINES - 1


def test_listing_is_compared_with_its_own_earlier_headline() -> None:
    first = track_after_listing(Candidate(HEAD.url, headline="Aground!", listing_url="feed"), HEAD, SOURCE, START)
    check_history = track_after_listing(
        Candidate(HEAD.url, headline="Ferry: all we know", listing_url="front page"),
        replace(HEAD, check_history=first),
        SOURCE,
        START + timedelta(minutes=10),
    )
    assert check_history.signal_at is None


def test_newer_date_is_a_signal_unless_it_was_checked() -> None:
    now = START + timedelta(hours=2)
    newer = Candidate(HEAD.url, modified="2026-03-02T13:00:00Z")
    assert track_after_listing(newer, HEAD, SOURCE, now).signal_at == START + timedelta(hours=1)
    checked = replace(HEAD, check_history=replace(HEAD.check_history, last_checked_at=now))
    assert track_after_listing(newer, checked, SOURCE, now).signal_at is None


async def test_signal_about_a_due_article_is_recorded_too(store: Store, config: Config) -> None:
    head = await append(store, first_version(article()), next_check_at=NOON + HOUR)
    shared = SharedStore(config)
    frontier = Frontier(shared, SOURCE, "hazard", lambda url: "lighthouse", max_due=9, max_candidates=9)
    dated = Candidate(head.url, modified=(NOON + HOUR / 2).isoformat(), listing_url="feed")
    undated = Candidate(head.url, headline="The lamp went out", listing_url="front page")
    now = NOON + HOUR
    assert [due.article_id for due in await frontier.claim_due(now)] == [head.article_id]
    assert [selected async for selected in frontier.select([dated, undated], now)] == []
    await shared.close()
    after_listing = await store.head(head.article_id)
    assert after_listing is not None
    assert (after_listing.check_history.signal_at, after_listing.check_history.listed_at) == (NOON + HOUR / 2, now)


async def test_listing_that_is_processed_after_the_check_is_no_signal(store: Store) -> None:
    before = await append(store, first_version(article()))
    await store.touch(replace(before, check_history=replace(before.check_history, last_checked_at=NOON + HOUR)))
    await store.note_listings([(before, replace(before.check_history, signal_at=NOON + HOUR / 2))])
    after_listing = await store.head(before.article_id)
    assert after_listing is not None
    assert after_listing.check_history.signal_at is None


def only_head(config: Config) -> Head:
    (head,) = with_store(config, heads_by_guid).values()
    return head


def test_headline_that_changed_in_the_feed_brings_the_check_forward(
    gazette_driver: CrawlDriver, gazette: Gazette
) -> None:
    text, headline = ["The ferry lies on the bar."], ["Ferry runs aground"]
    gazette.overrides["ferry-101"] = lambda headers: (200, {}, page("ferry-101", text, headline=headline[0]))
    gazette.listed = {"ferry-101": "Ferry runs aground"}
    hazard = type(gazette_driver)(gazette, replace(gazette_driver.config, policy="hazard"))
    hazard.crawl(clock=SteppingClock(START))
    hazard.crawl(clock=SteppingClock(START + timedelta(minutes=1)))
    planned = only_head(gazette_driver.config).next_check_at
    assert planned is not None
    assert planned > START + timedelta(minutes=5)

    gazette.listed = {"ferry-101": "Ferry is afloat again"}
    headline[0] = "Ferry is afloat again"
    hazard.crawl(clock=SteppingClock(START + timedelta(minutes=2)))
    head = only_head(gazette_driver.config)
    assert head.next_check_at == START + timedelta(minutes=5)
    assert head.next_check_reason == "a listing shows a change"
    assert hazard.crawl(clock=SteppingClock(START + timedelta(minutes=5))).outcomes == {"changed": 1}
    assert len(gazette.requests()) == 2
