"""A decision told to a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.humanize import short_duration
from newscrawl.items import CheckHistory, NextCheck
from newscrawl.recheck import explain, policy

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TRACK = CheckHistory(
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


def told(check_history: CheckHistory, name: str = "hazard", **more: object) -> str:
    return "\n".join(explain(check_history, NOW, policy(name), **more))  # type: ignore[arg-type]


def test_an_explanation_tells_age_edits_hazard_price_and_the_next_check() -> None:
    text = told(TRACK)
    assert "11 h old, 2 edits in 12 checks" in text
    assert "new wordings expected in the next 24 h" in text
    assert "2 edits against 1.10 expected" in text
    assert "price of a check, 0.02 (bounds 5 min and 45 d)" in text
    decision = policy("hazard").next_check(TRACK, NOW - timedelta(minutes=20))
    assert decision.at is not None
    assert f"the next check is at {decision.at:%Y-%m-%d %H:%M} UTC" in text


def test_signals_failures_and_the_silence_of_a_listing_are_told() -> None:
    check_history = replace(TRACK, failures=2, signal_at=NOW, listed_at=NOW)
    text = told(check_history)
    assert "last 2 looks failed" in text
    assert "claimed a change at 2026-03-02 12:00 UTC" in text
    assert "listing is silent" in text
    assert "a listing shows a change" in text


def test_a_shut_host_window_is_told() -> None:
    assert "left alone until 2026-03-05 12:00 UTC" in told(TRACK, opens_at=NOW + timedelta(days=3))


def test_a_decision_that_stands_is_told_as_it_stands() -> None:
    stands = NextCheck(at=NOW + timedelta(minutes=7), interval=timedelta(hours=1), reason="asked for by hand")
    assert "the next check is at 2026-03-02 12:07 UTC: asked for by hand" in told(TRACK, "sniffer", decided=stands)


def test_a_retired_story_says_so_and_names_the_audit_that_is_to_come() -> None:
    old = replace(TRACK, first_seen_at=NOW - timedelta(days=90), published_at=None, last_changed_at=None, changes=0)
    text = told(old)
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
def test_spans_read_as_a_person_would_say_them(length: timedelta, words: str) -> None:
    assert short_duration(length) == words
