"""The rules of other projects, step by step."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.errors import ConfigError
from newscrawl.items import CheckHistory, Outcome
from newscrawl.recheck import Policy, policy
from newscrawl.recheck.advance import advance

FIRST_SEEN = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


def quiet_checks(rule: Policy, *, at_most: int = 2000) -> list[datetime]:
    """Return the checks of an article that never changes, the first included, until it is retired."""
    check_history = advance(CheckHistory(source="washpo", first_seen_at=FIRST_SEEN), Outcome.NEW, FIRST_SEEN)
    checks, now = [FIRST_SEEN], FIRST_SEEN
    for _ in range(at_most):
        decision = rule.next_check(check_history, now)
        if decision.is_retired or decision.at is None:
            break
        now = decision.at
        checks.append(now)
        check_history = advance(replace(check_history, interval=decision.interval), Outcome.UNCHANGED, now)
    return checks


@pytest.mark.parametrize(("days", "count"), [(1 / 24, 2), (1, 13), (7, 24), (30, 32), (400, 43)])
def test_sniffer_spends_its_checks_as_news_sniffer_did(days: float, count: int) -> None:
    checks = quiet_checks(policy("sniffer"))
    assert sum(check <= FIRST_SEEN + timedelta(days=days) for check in checks) == count


def test_sniffer_retires_on_day_220() -> None:
    assert (quiet_checks(policy("sniffer"))[-1] - FIRST_SEEN).days == 220


def test_sniffer_starts_over_after_an_edit() -> None:
    check_history = CheckHistory(
        source="washpo", first_seen_at=FIRST_SEEN, interval=timedelta(days=9), checks=30, unchanged_streak=29
    )
    check_history = advance(check_history, Outcome.CHANGED, FIRST_SEEN + timedelta(days=60))
    decision = policy("sniffer").next_check(check_history, FIRST_SEEN + timedelta(days=60))
    assert decision.interval == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("quiet", "interval"),
    [
        (timedelta(hours=2, minutes=59), timedelta(minutes=15)),
        (timedelta(hours=3), timedelta(hours=1)),
        (timedelta(days=1), timedelta(hours=3)),
        (timedelta(days=7), timedelta(days=3)),
        (timedelta(days=30), timedelta(days=30)),
    ],
)
def test_newsdiffs_steps_by_the_time_since_the_last_edit(quiet: timedelta, interval: timedelta) -> None:
    check_history = CheckHistory(source="nyt", first_seen_at=FIRST_SEEN, last_checked_at=FIRST_SEEN + quiet)
    assert policy("newsdiffs").next_check(check_history, FIRST_SEEN + quiet).interval == interval


def test_newsdiffs_retires_after_360_unchanged_days() -> None:
    now = FIRST_SEEN + timedelta(days=360)
    assert (
        policy("newsdiffs")
        .next_check(CheckHistory(source="nyt", first_seen_at=FIRST_SEEN, last_checked_at=now), now)
        .is_retired
    )


def test_diffengine_waits_until_an_article_is_a_quarter_older() -> None:
    now = FIRST_SEEN + timedelta(days=4)
    check_history = CheckHistory(source="cnn", first_seen_at=FIRST_SEEN, last_checked_at=now)
    assert policy("diffengine").next_check(check_history, now).interval == timedelta(days=1)


def test_fixed_keeps_its_interval() -> None:
    check_history = CheckHistory(source="cnn", first_seen_at=FIRST_SEEN, last_checked_at=FIRST_SEEN)
    assert policy("fixed:minutes=20").next_check(check_history, FIRST_SEEN).at == FIRST_SEEN + timedelta(minutes=20)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("hazzard", "hazzard"),
        ("hazard:prize=1", "prize"),
        ("hazard:price=cheap", "cheap"),
        ("hazard:price=-1", "above zero"),
        ("sniffer:minutes=3", "no option of sniffer"),
        ("hazard:match=sniffer-catch", "simulate"),
    ],
)
def test_the_error_for_a_wrong_policy_names_what_is_wrong(name: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        policy(name)
