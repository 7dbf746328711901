"""The peers' rules, to the step."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.errors import ConfigError
from newscrawl.items import CheckHistory, Outcome
from newscrawl.recheck import Policy, policy
from newscrawl.recheck.advance import advance

BORN = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


def quiet_checks(rule: Policy, *, at_most: int = 2000) -> list[datetime]:
    """Return when a story that never changes is looked at, the first look included, until it is retired."""
    check_history = advance(CheckHistory(source="washpo", first_seen_at=BORN), Outcome.NEW, BORN)
    looks, now = [BORN], BORN
    for _ in range(at_most):
        decision = rule.next_check(check_history, now)
        if decision.is_retired or decision.at is None:
            break
        now = decision.at
        looks.append(now)
        check_history = advance(replace(check_history, interval=decision.interval), Outcome.UNCHANGED, now)
    return looks


@pytest.mark.parametrize(("within", "looks"), [(1 / 24, 2), (1, 13), (7, 24), (30, 32), (400, 43)])
def test_sniffer_spends_its_checks_as_news_sniffer_did(within: float, looks: int) -> None:
    made = quiet_checks(policy("sniffer"))
    assert sum(look <= BORN + timedelta(days=within) for look in made) == looks


def test_sniffer_gives_up_on_day_220() -> None:
    assert (quiet_checks(policy("sniffer"))[-1] - BORN).days == 220


def test_sniffer_starts_over_after_an_edit() -> None:
    check_history = CheckHistory(
        source="washpo", first_seen_at=BORN, interval=timedelta(days=9), checks=30, unchanged_streak=29
    )
    check_history = advance(check_history, Outcome.CHANGED, BORN + timedelta(days=60))
    decision = policy("sniffer").next_check(check_history, BORN + timedelta(days=60))
    assert decision.interval == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("quiet", "gap"),
    [
        (timedelta(hours=2, minutes=59), timedelta(minutes=15)),
        (timedelta(hours=3), timedelta(hours=1)),
        (timedelta(days=1), timedelta(hours=3)),
        (timedelta(days=7), timedelta(days=3)),
        (timedelta(days=30), timedelta(days=30)),
    ],
)
def test_newsdiffs_steps_by_the_time_since_the_last_change(quiet: timedelta, gap: timedelta) -> None:
    check_history = CheckHistory(source="nyt", first_seen_at=BORN, last_checked_at=BORN + quiet)
    assert policy("newsdiffs").next_check(check_history, BORN + quiet).interval == gap


def test_newsdiffs_gives_up_after_360_quiet_days() -> None:
    now = BORN + timedelta(days=360)
    assert (
        policy("newsdiffs")
        .next_check(CheckHistory(source="nyt", first_seen_at=BORN, last_checked_at=now), now)
        .is_retired
    )


def test_diffengine_lets_a_story_grow_a_quarter_older() -> None:
    now = BORN + timedelta(days=4)
    check_history = CheckHistory(source="cnn", first_seen_at=BORN, last_checked_at=now)
    assert policy("diffengine").next_check(check_history, now).interval == timedelta(days=1)


def test_fixed_keeps_the_gap_it_is_given() -> None:
    check_history = CheckHistory(source="cnn", first_seen_at=BORN, last_checked_at=BORN)
    assert policy("fixed:minutes=20").next_check(check_history, BORN).at == BORN + timedelta(minutes=20)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("hazzard", "hazzard"),
        ("hazard:prize=1", "prize"),
        ("hazard:price=cheap", "cheap"),
        ("hazard:price=-1", "above zero"),
        ("sniffer:minutes=3", "no option of sniffer"),
        ("hazard:match=sniffer-catch", "simulate"),
    ],
)
def test_a_wrong_policy_is_refused_by_name(name: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        policy(name)
