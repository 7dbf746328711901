"""What listings say of known stories, and how long it is believed."""

from __future__ import annotations

import asyncio
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
    """Return for each crawl, ten minutes apart, whether the headline that its listing shows pulls the story."""
    pulls = []
    for n, headline in enumerate(headlines, 1):
        now = START + n * timedelta(minutes=10)
        candidate = Candidate(HEAD.url, headline=headline, listing_url=listing_url)
        check_history = track_after_listing(candidate, head, SOURCE, now)
        pulls.append(check_history.signal_at == now)
        # Whatever is found, the next look answers the signal.
        head = replace(head, check_history=replace(check_history, signal_at=None, last_checked_at=now))
    return pulls


def test_another_headline_than_last_time_pulls_once() -> None:
    assert after("Ferry runs aground", "Ferry is afloat again", "Ferry is afloat again") == [False, True, False]


def test_a_listing_that_always_words_it_otherwise_does_not_pull() -> None:
    assert after("Aground!", "Aground!", "Aground!") == [False, False, False]


@pytest.mark.parametrize(
    "shown", ["Ferry  runs aground", "FERRY RUNS AGROUND", "Live: Ferry runs aground – 5 comments"]
)
def test_the_articles_own_headline_in_another_dress_does_not_pull(shown: str) -> None:
    assert after("Aground!", shown) == [False, False]


def test_two_headlines_tested_on_readers_do_not_pull_for_ever() -> None:
    assert sum(after(*("Aground!", "Ferry hits the mole") * 20)) == 1


def test_a_counter_in_the_headline_stops_to_count_as_a_signal() -> None:
    assert sum(after(*(f"Aground: {n} readers" for n in range(40)))) == MAX_HEADLINES - 1


def test_each_listing_is_compared_with_itself() -> None:
    first = track_after_listing(Candidate(HEAD.url, headline="Aground!", listing_url="feed"), HEAD, SOURCE, START)
    told = track_after_listing(
        Candidate(HEAD.url, headline="Ferry: all we know", listing_url="front page"),
        replace(HEAD, check_history=first),
        SOURCE,
        START + timedelta(minutes=10),
    )
    assert told.signal_at is None


def test_a_newer_date_pulls_and_one_that_was_looked_at_does_not() -> None:
    now = START + timedelta(hours=2)
    newer = Candidate(HEAD.url, modified="2026-03-02T13:00:00Z")
    assert track_after_listing(newer, HEAD, SOURCE, now).signal_at == START + timedelta(hours=1)
    looked = replace(HEAD, check_history=replace(HEAD.check_history, last_checked_at=now))
    assert track_after_listing(newer, looked, SOURCE, now).signal_at is None


async def test_what_a_listing_says_of_a_due_story_is_scored_too(store: Store, config: Config) -> None:
    head = await append(store, first_version(article()), next_check_at=NOON + HOUR)
    shared = SharedStore(config)
    frontier = Frontier(shared, SOURCE, "hazard", lambda url: "lighthouse", max_due=9, max_candidates=9)
    dated = Candidate(head.url, modified=(NOON + HOUR / 2).isoformat(), listing_url="feed")
    undated = Candidate(head.url, headline="The lamp went out", listing_url="front page")
    now = NOON + HOUR
    assert [due.article_id for due in await frontier.claim_due(now)] == [head.article_id]
    assert [look async for look in frontier.select([dated, undated], now)] == []
    await shared.close()
    told = await store.head(head.article_id)
    assert told is not None
    assert (told.check_history.signal_at, told.check_history.listed_at) == (NOON + HOUR / 2, now)


async def test_a_listing_that_is_weighed_after_the_look_claims_nothing_more(store: Store) -> None:
    before = await append(store, first_version(article()))
    await store.touch(replace(before, check_history=replace(before.check_history, last_checked_at=NOON + HOUR)))
    await store.note_listing(before, replace(before.check_history, signal_at=NOON + HOUR / 2))
    told = await store.head(before.article_id)
    assert told is not None
    assert told.check_history.signal_at is None


def story(config: Config) -> Head:
    async def ask() -> Head:
        store = await Store.open(config)
        try:
            found = await store.db.articles.find_one({}, {"_id": 1})
            head = await store.head((found or {})["_id"])
            assert head is not None
            return head
        finally:
            await store.close()

    return asyncio.run(ask())


def test_a_headline_that_changed_in_the_feed_brings_the_look_forward(press: CrawlDriver, gazette: Gazette) -> None:
    text, headline = ["The ferry lies on the bar."], ["Ferry runs aground"]
    gazette.overrides["ferry-101"] = lambda headers: (200, {}, page("ferry-101", text, headline=headline[0]))
    gazette.listed = {"ferry-101": "Ferry runs aground"}
    hazard = type(press)(gazette, replace(press.config, policy="hazard"))
    hazard.crawl(clock=SteppingClock(START))
    hazard.crawl(clock=SteppingClock(START + timedelta(minutes=1)))
    planned = story(press.config).next_check_at
    assert planned is not None
    assert planned > START + timedelta(minutes=5)

    gazette.listed = {"ferry-101": "Ferry is afloat again"}
    headline[0] = "Ferry is afloat again"
    hazard.crawl(clock=SteppingClock(START + timedelta(minutes=2)))
    head = story(press.config)
    assert head.next_check_at == START + timedelta(minutes=5)
    assert head.next_check_reason == "a listing shows a change"
    assert hazard.crawl(clock=SteppingClock(START + timedelta(minutes=5))).outcomes == {"changed": 1}
    assert len(gazette.asked()) == 2
