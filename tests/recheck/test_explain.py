"""The explanation of a decision, for a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.humanize import short_duration
from newscrawl.items import CheckHistory, NextCheck, PageKind
from newscrawl.recheck import explain, policy

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PAST = CheckHistory(
    source="bbc",
    first_seen_at=NOW - timedelta(hours=10),
    published_at=NOW - timedelta(hours=11),
    last_checked_at=NOW - timedelta(minutes=20),
    last_changed_at=NOW - timedelta(hours=4),
    changes=2,
    checks=12,
    unchanged_streak=3,
    interval=timedelta(hours=1),
    expected_edits=1.1,
)


def explained(check_history: CheckHistory, name: str = "hazard", **options: object) -> str:
    return "\n".join(explain(check_history, NOW, policy(name), **options))  # type: ignore[arg-type]


def test_an_explanation_names_age_edits_rates_price_and_the_next_check() -> None:
    text = explained(PAST)
    assert "11 h old, 2 edits in 12 checks" in text
    assert "expected in the next 24 h" in text
    assert "2 edits against 1.10 expected" in text
    assert "price of a check is 0.01, learnt to catch 90% of wordings" in text
    assert "from 5 min to 45 d" in text
    decision = policy("hazard").next_check(PAST, NOW - timedelta(minutes=20))
    assert decision.at is not None
    assert f"the next check is at {decision.at:%Y-%m-%d %H:%M} UTC" in text


def test_signals_failures_and_a_listing_without_a_change_are_named() -> None:
    text = explained(replace(PAST, failures=2, signal_at=NOW, listed_at=NOW))
    assert "last 2 checks failed" in text
    assert "showed a change at 2026-03-02 12:00 UTC" in text
    assert "75% of this source's signals were right" in text
    assert "a listing shows a change" in text
    assert "come without a signal" in explained(replace(PAST, listed_at=NOW - timedelta(minutes=20)))


def test_a_given_price_and_the_pace_of_a_live_blog_are_named() -> None:
    text = explained(replace(PAST, kind=PageKind.LIVE), "hazard:price=0.03")
    assert "general rate for live blogs" in text
    assert "price of a check is 0.03 (interval from 2 min" in text


def test_a_host_that_may_not_be_requested_yet_is_named_with_the_time() -> None:
    assert "before 2026-03-05 12:00 UTC" in explained(PAST, opens_at=NOW + timedelta(days=3))


def test_a_stored_decision_is_explained_instead_of_a_new_one() -> None:
    stored = NextCheck(at=NOW + timedelta(minutes=7), interval=timedelta(hours=1), reason="asked for by hand")
    assert "the next check is at 2026-03-02 12:07 UTC: asked for by hand" in explained(PAST, "sniffer", decided=stored)


def test_a_retired_article_is_called_so_with_its_next_audit() -> None:
    old = replace(PAST, first_seen_at=NOW - timedelta(days=90), published_at=None, last_changed_at=None, changes=0)
    text = explained(old)
    assert "retired, unchanged for 90 d" in text
    assert f"{NOW + timedelta(days=90):%Y-%m-%d}" in text


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=42), "42 s"),
        (timedelta(minutes=36), "36 min"),
        (timedelta(minutes=59, seconds=50), "1 h"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(hours=23, minutes=59, seconds=50), "1 d"),
        (timedelta(days=3, hours=4), "3 d 4 h"),
        (timedelta(days=45), "45 d"),
        (-timedelta(hours=1), "-1 h"),
    ],
)
def test_durations_have_their_two_largest_units(length: timedelta, words: str) -> None:
    assert short_duration(length) == words
