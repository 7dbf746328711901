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
PAST = CheckHistory(
    source="washpo",
    first_seen_at=NOW - timedelta(days=2),
    last_checked_at=NOW - timedelta(hours=1),
    checks=12,
    unchanged_streak=3,
    interval=timedelta(hours=1),
)


RELAXED = settings(deadline=None, max_examples=60)  # a busy machine is no failure


def test_the_back_off_doubles_up_to_a_maximum() -> None:
    pauses = [(recheck_after_failure(replace(PAST, failures=n), NOW).at or NOW) - NOW for n in range(1, 12)]
    assert pauses[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert max(pauses) == pauses[-1] == MAX_RETRY


def test_half_a_day_of_failures_does_not_change_the_schedule_after_it() -> None:
    failing = PAST
    for n in range(9):
        failing = advance(failing, Outcome.ERROR, NOW + timedelta(hours=n))
        assert recheck_after_failure(failing, NOW).interval is None
    later = NOW + timedelta(hours=12)
    recovered = advance(failing, Outcome.UNCHANGED, later)
    never_failed = advance(PAST, Outcome.UNCHANGED, later)
    for name in ("sniffer", "hazard"):
        assert policy(name).next_check(recovered, later) == policy(name).next_check(never_failed, later)


def test_a_retry_after_is_honoured() -> None:
    retry_at = NOW + timedelta(hours=30)
    assert recheck_after_failure(replace(PAST, failures=1), NOW, retry_at=retry_at).at == retry_at


def test_a_short_retry_after_does_not_undercut_the_back_off() -> None:
    decision = recheck_after_failure(replace(PAST, failures=5), NOW, retry_at=NOW + timedelta(seconds=3))
    assert decision.at == NOW + timedelta(minutes=80)


def test_a_retry_after_of_years_is_honoured_for_a_week() -> None:
    decision = recheck_after_failure(replace(PAST, failures=1), NOW, retry_at=NOW + timedelta(days=4000))
    assert decision.at == NOW + MAX_RETRY_AFTER
    assert "honoured for 7 d" in decision.reason


def test_a_first_404_is_followed_by_a_second_check_within_the_hour() -> None:
    at = recheck_after_first_gone(PAST, NOW).at
    assert at is not None
    assert timedelta(minutes=5) <= at - NOW <= timedelta(hours=1)


def test_a_gone_article_is_checked_five_more_times() -> None:
    check_history, now, days_of_checks = replace(PAST, last_checked_at=NOW), NOW, []
    while (decision := recheck_after_gone(check_history, now)).at is not None:
        now = decision.at
        days_of_checks.append((now - NOW).days)
    assert days_of_checks == [1, 7, 30, 180, 365]


def test_a_retired_article_is_audited_at_180_and_365_days() -> None:
    first_seen_at = NOW - timedelta(days=20)
    check_history, now, days_of_audits = replace(PAST, first_seen_at=first_seen_at), NOW, []
    while (decision := retire(check_history, now, "unchanged for 20 d")).at is not None:
        assert decision.is_retired
        now = decision.at
        days_of_audits.append((now - first_seen_at).days)
    assert days_of_audits == [180, 365]
    assert decision.is_retired


@RELAXED
@given(minutes=st.integers(-5000, 5000), name=st.sampled_from(["hazard", "sniffer", "newsdiffs", "fixed"]))
def test_no_check_is_planned_before_the_host_may_be_requested(minutes: int, name: str) -> None:
    opens_at = NOW + timedelta(minutes=minutes)
    at = not_before(policy(name).next_check(replace(PAST, last_checked_at=NOW), NOW), opens_at).at
    assert at is not None
    assert at >= opens_at


def test_a_host_that_may_be_requested_changes_nothing() -> None:
    decision = NextCheck(at=NOW, interval=None, reason="due")
    assert not_before(decision, None) is decision
    assert not_before(decision, NOW) is decision
