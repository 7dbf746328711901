"""Failures, deletions, retirement."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.items import MAX_RETRY_AFTER, CheckHistory, NextCheck, Outcome
from newscrawl.recheck import (
    not_before,
    policy,
    recheck_after_failure,
    recheck_after_first_gone,
    recheck_after_gone,
    retire,
)
from newscrawl.recheck.advance import advance
from newscrawl.recheck.lifecycle import MAX_RETRY

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
TRACK = CheckHistory(
    source="washpo",
    first_seen_at=NOW - timedelta(days=2),
    last_checked_at=NOW - timedelta(hours=1),
    checks=12,
    unchanged_streak=3,
    interval=timedelta(hours=1),
)


RELAXED = settings(deadline=None, max_examples=60)  # a busy machine is no failure


def test_failures_back_off_by_doubling_and_stay_capped() -> None:
    pauses = [(recheck_after_failure(replace(TRACK, failures=n), NOW).at or NOW) - NOW for n in range(1, 12)]
    assert pauses[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert max(pauses) == pauses[-1] == MAX_RETRY


def test_half_a_day_of_failures_leaves_a_fresh_story_as_fresh_as_it_was() -> None:
    hurt = TRACK
    for n in range(9):
        hurt = advance(hurt, Outcome.ERROR, NOW + timedelta(hours=n))
        assert recheck_after_failure(hurt, NOW).interval is None
    healed = advance(hurt, Outcome.UNCHANGED, NOW + timedelta(hours=12))
    never_hurt = advance(TRACK, Outcome.UNCHANGED, NOW + timedelta(hours=12))
    for name in ("sniffer", "hazard"):
        rule = policy(name)
        assert rule.next_check(healed, NOW + timedelta(hours=12)) == rule.next_check(
            never_hurt, NOW + timedelta(hours=12)
        )


def test_a_server_that_asks_for_a_pause_gets_it() -> None:
    asked = NOW + timedelta(hours=30)
    assert recheck_after_failure(replace(TRACK, failures=1), NOW, retry_at=asked).at == asked


def test_a_short_retry_after_does_not_undercut_the_back_off() -> None:
    decision = recheck_after_failure(replace(TRACK, failures=5), NOW, retry_at=NOW + timedelta(seconds=3))
    assert decision.at == NOW + timedelta(minutes=80)


def test_a_retry_after_of_years_is_honoured_for_a_week() -> None:
    decision = recheck_after_failure(replace(TRACK, failures=1), NOW, retry_at=NOW + timedelta(days=4000))
    assert decision.at == NOW + MAX_RETRY_AFTER
    assert "honoured for 7 d" in decision.reason


def test_a_first_404_asks_for_a_second_look_within_the_hour() -> None:
    at = recheck_after_first_gone(TRACK, NOW).at
    assert at is not None
    assert timedelta(minutes=5) <= at - NOW <= timedelta(hours=1)


def test_a_gone_story_is_looked_at_five_more_times_and_then_no_more() -> None:
    check_history, now, looks = replace(TRACK, last_checked_at=NOW), NOW, []
    while (decision := recheck_after_gone(check_history, now)).at is not None:
        now = decision.at
        looks.append((now - NOW).days)
    assert looks == [1, 7, 30, 180, 365]


def test_a_retired_story_is_audited_at_180_and_365_days() -> None:
    born = NOW - timedelta(days=20)
    check_history, now, audits = replace(TRACK, first_seen_at=born), NOW, []
    while (decision := retire(check_history, now, "unchanged for 20 d")).at is not None:
        assert decision.is_retired
        now = decision.at
        audits.append((now - born).days)
    assert audits == [180, 365]
    assert decision.is_retired


@RELAXED
@given(minutes=st.integers(-5000, 5000), name=st.sampled_from(["hazard", "sniffer", "newsdiffs", "fixed"]))
def test_no_check_is_planned_before_the_host_window_opens(minutes: int, name: str) -> None:
    opens_at = NOW + timedelta(minutes=minutes)
    at = not_before(policy(name).next_check(replace(TRACK, last_checked_at=NOW), NOW), opens_at).at
    assert at is not None
    assert at >= opens_at


def test_an_open_window_changes_nothing() -> None:
    decision = NextCheck(at=NOW, interval=None, reason="due")
    assert not_before(decision, None) is decision
    assert not_before(decision, NOW) is decision
