"""What a listing brings about: a check, an earlier one, or a note."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newscrawl.frontier.listing_decisions import Decision, Listed, decision
from newscrawl.items import Candidate, Head, Source, State
from newscrawl.recheck import policy
from tests.store.samples import HOUR, NOON, article, first_version, head_of

SOURCE = Source(name="courier", publisher="The Courier", domains=("courier.example",))
URL = "https://courier.example/quay"
LISTING = "https://courier.example/feed.xml"
NOW = NOON + 2 * HOUR


def head(*, next_check_hours: float = 9) -> Head:
    found = head_of(first_version(article()))
    history = replace(found.check_history, last_checked_at=NOON, checks=3, listed_at=NOW - timedelta(minutes=5))
    return replace(found, check_history=history, next_check_at=NOON + next_check_hours * HOUR)


def listed(*modified: str | None) -> list[Candidate]:
    return [Candidate(url=URL, listing_url=LISTING, modified=each) for each in modified]


def decided(found: Head | None, first: Candidate, *further: Candidate) -> Decision:
    listing = Listed(first, "key", found, further)
    return decision(listing, SOURCE, policy("fixed:minutes=600"), NOW, is_replay=False)


def test_an_unknown_article_is_checked() -> None:
    assert decided(None, *listed(None)).is_to_check


@pytest.mark.parametrize(("hours", "is_checked"), [(1, True), (2, True), (2.1, False)])
def test_a_known_article_is_checked_when_it_is_due(hours: float, is_checked: bool) -> None:
    assert decided(head(next_check_hours=hours), *listed(None)).is_to_check is is_checked


def test_that_a_listing_still_names_an_article_is_noted_twice_an_hour_at_most() -> None:
    assert decided(head(), *listed(None)).note is None
    before = head()
    long_ago = replace(before, check_history=replace(before.check_history, listed_at=NOW - HOUR))
    assert decided(long_ago, *listed(None)).note is not None


def test_a_signal_in_any_entry_of_the_article_counts() -> None:
    newer = "2026-01-05T13:00:00Z"
    for entries in ((newer, None), (None, newer)):
        note = decided(head(), *listed(*entries)).note
        assert note is not None
        assert note[1].signal_at == NOON.replace(microsecond=0) + HOUR


def test_a_hidden_article_is_left_alone() -> None:
    hidden = replace(head(next_check_hours=1), state=State.HIDDEN)
    assert not decided(hidden, *listed(None)).is_to_check
