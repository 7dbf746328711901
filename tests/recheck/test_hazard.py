"""The price rule: its bounds, its order, signals, and clocks that are set."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.items import CheckHistory, Outcome, PageKind
from newscrawl.recheck import policy
from newscrawl.recheck.advance import advance
from newscrawl.recheck.hazard import DOUBTED_SIGNAL, MIN_INTERVAL, MIN_LIVE_INTERVAL, Hazard
from newscrawl.recheck.prior import shipped_prior
from newscrawl.recheck.rates import MAX_INTERVAL
from newscrawl.recheck.statistics import SourceStatistics

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOURS = st.floats(0, 24 * 400, allow_nan=False)
PRICES = st.floats(1e-5, 1.0, allow_nan=False)


RELAXED = settings(deadline=None, max_examples=60)  # a busy machine is no failure


def article(age: timedelta, *, changes: int = 0, now: datetime = NOW, **fields: object) -> CheckHistory:
    """Return an article of that age, checked just now, whose last edit (if any) came at half its age."""
    check_history = CheckHistory(
        source="washpo",
        first_seen_at=now - age,
        last_checked_at=now,
        last_changed_at=now - age / 2 if changes else None,
        changes=changes,
        checks=changes + 4,
        unchanged_streak=3,
        interval=timedelta(minutes=30),
    )
    return replace(check_history, **fields)  # type: ignore[arg-type]


def wait(rule: Hazard, check_history: CheckHistory, now: datetime = NOW) -> timedelta:
    decision = rule.next_check(check_history, now)
    return MAX_INTERVAL if decision.is_retired or decision.at is None else decision.at - now


def rule(price: float = 0.02, statistics: SourceStatistics | None = None) -> Hazard:
    return Hazard(prior=shipped_prior(), price=price, statistics=statistics)


@RELAXED
@given(age=HOURS, changes=st.integers(0, 300), price=PRICES, expected=st.floats(0, 500))
def test_every_interval_lies_within_the_bounds(age: float, changes: int, price: float, expected: float) -> None:
    check_history = article(timedelta(hours=age), changes=changes, expected_edits=expected)
    decision = rule(price).next_check(check_history, NOW)
    assert decision.is_retired or (decision.at is not None and MIN_INTERVAL <= decision.at - NOW <= MAX_INTERVAL)


@RELAXED
@given(age=HOURS, older=st.floats(0, 2000), changes=st.integers(0, 20), price=PRICES)
def test_an_article_that_stays_unchanged_is_never_checked_sooner(
    age: float, older: float, changes: int, price: float
) -> None:
    check_history = article(timedelta(hours=age), changes=changes)
    later = NOW + timedelta(hours=older)
    first, second = (
        rule(price).next_check(check_history, NOW),
        rule(price).next_check(replace(check_history, last_checked_at=later), later),
    )
    if first.is_retired or second.is_retired:
        assert second.is_retired or older == 0
    else:
        assert first.at is not None
        assert second.at is not None
        assert second.at >= first.at - timedelta(seconds=1)


@RELAXED
@given(age=st.floats(0, 700), days=st.integers(1, 40), changes=st.integers(0, 20), price=PRICES)
def test_at_the_same_hour_of_a_later_day_the_interval_is_no_shorter(
    age: float, days: int, changes: int, price: float
) -> None:
    check_history = article(timedelta(hours=age), changes=changes)
    later = NOW + timedelta(days=days)
    assert wait(rule(price), replace(check_history, last_checked_at=later), later) >= wait(rule(price), check_history)


@RELAXED
@given(age=HOURS, price=PRICES, other=PRICES)
def test_a_higher_price_gives_no_shorter_interval(age: float, price: float, other: float) -> None:
    low, high = sorted((price, other))
    check_history = article(timedelta(hours=age))
    assert wait(rule(high), check_history) >= wait(rule(low), check_history)


def test_the_priority_of_a_check_is_the_damage_of_waiting() -> None:
    fresh, old = article(timedelta(minutes=20)), article(timedelta(days=3))
    assert rule(1e-5).next_check(fresh, NOW).priority > rule(1e-5).next_check(old, NOW).priority


def test_intervals_are_longer_at_night() -> None:
    evening, morning = NOW.replace(hour=23), NOW.replace(hour=8)
    young = timedelta(hours=4)
    assert wait(rule(), article(young, now=evening), evening) > 1.5 * wait(rule(), article(young, now=morning), morning)


def test_a_live_blog_that_keeps_changing_is_checked_within_minutes() -> None:
    check_history = article(
        timedelta(hours=6), changes=40, last_changed_at=NOW, unchanged_streak=0, expected_edits=8.0, kind=PageKind.LIVE
    )
    assert MIN_LIVE_INTERVAL <= wait(rule(), check_history) <= timedelta(minutes=4)


def test_a_tracker_is_checked_at_its_own_rate_weeks_after_publication() -> None:
    tracker = article(timedelta(days=60), changes=60, last_changed_at=NOW - timedelta(hours=10), expected_edits=60.0)
    finished = replace(tracker, last_changed_at=NOW - timedelta(days=20))
    assert wait(rule(), tracker) < timedelta(hours=12) < wait(rule(), finished)


def test_the_jitter_is_constant_for_an_article_and_differs_between_two() -> None:
    first = article(timedelta(hours=5))
    found_earlier = replace(first, first_seen_at=first.first_seen_at - timedelta(seconds=1))
    second = replace(found_earlier, published_at=first.first_seen_at)
    assert wait(rule(), first) == wait(rule(), first)
    assert wait(rule(), first) != wait(rule(), second)


# Signals


def test_a_signal_moves_the_check_forward_to_two_minutes_after_it() -> None:
    check_history = article(timedelta(hours=8), signal_at=NOW + timedelta(hours=1))
    decision = rule().next_check(check_history, NOW + timedelta(hours=1))
    assert decision.at == NOW + timedelta(hours=1, minutes=2)


def test_a_signal_right_after_a_check_waits_for_the_minimum_interval() -> None:
    check_history = article(timedelta(hours=8), signal_at=NOW + timedelta(minutes=1))
    assert rule().next_check(check_history, NOW + timedelta(minutes=1)).at == NOW + MIN_INTERVAL


def test_signals_that_were_always_wrong_bring_no_check_at_once_and_put_none_off_for_hours() -> None:
    price_rule = rule(statistics=SourceStatistics(signals=[0.0, 400.0], edits=[90.0, 10.0]))
    check_history = article(timedelta(hours=8), listed_at=NOW)
    assert price_rule.rates.statistics.precision < 0.01
    assert wait(price_rule, check_history) > timedelta(hours=4)
    for minutes in (1, 30, 79, 200):
        later = NOW + timedelta(minutes=minutes)
        decision = price_rule.next_check(replace(check_history, signal_at=later, listed_at=later), later)
        assert decision.at == max(NOW + DOUBTED_SIGNAL, later)


def test_signals_that_were_always_wrong_bring_no_check_of_an_old_article() -> None:
    price_rule = rule(statistics=SourceStatistics(signals=[0.0, 400.0]))
    check_history = article(timedelta(days=9), signal_at=NOW)
    assert price_rule.next_check(check_history, NOW) == price_rule.next_check(
        replace(check_history, signal_at=None), NOW
    )


def test_signals_of_a_listing_that_always_claims_a_change_announce_none() -> None:
    learner = rule(statistics=SourceStatistics(signals=[1.0, 99.0]))
    signalled = article(timedelta(hours=2), signal_at=NOW, listed_at=NOW)
    recall = learner.rates.statistics.recall
    learner.learn(signalled, NOW + timedelta(minutes=5), edited=True)
    assert learner.rates.statistics.recall < recall


def test_a_signal_brings_a_retired_article_back() -> None:
    check_history = article(timedelta(days=100))
    assert rule().next_check(check_history, NOW).is_retired
    assert rule().next_check(replace(check_history, signal_at=NOW), NOW).at == NOW + MIN_INTERVAL


def test_a_reliable_listing_without_a_change_lengthens_the_interval() -> None:
    reliable = SourceStatistics(edits=[90.0, 10.0])
    check_history = article(timedelta(hours=8))
    listed = replace(check_history, listed_at=NOW)
    assert wait(rule(statistics=reliable), listed) > 2 * wait(rule(statistics=reliable), check_history)


def test_a_listing_that_dropped_an_article_has_no_effect_on_it() -> None:
    reliable = SourceStatistics(edits=[90.0, 10.0])
    check_history = article(timedelta(hours=8))
    dropped = replace(check_history, listed_at=NOW - timedelta(hours=3))
    assert wait(rule(statistics=reliable), dropped) == wait(rule(statistics=reliable), check_history)


def test_checks_update_precision_and_recall_of_signals() -> None:
    learner = rule()
    signalled = article(timedelta(hours=2), signal_at=NOW, listed_at=NOW)
    precision = learner.rates.statistics.precision
    learner.learn(signalled, NOW + timedelta(minutes=5), edited=False)
    assert learner.rates.statistics.precision < precision
    recall = learner.rates.statistics.recall
    learner.learn(replace(signalled, signal_at=None), NOW + timedelta(minutes=5), edited=True)
    assert learner.rates.statistics.recall < recall


def test_a_source_that_edits_more_is_checked_more_often() -> None:
    busy = SourceStatistics(seen=[60.0, 60.0, 0.0], expected=[20.0, 20.0, 0.0])
    check_history = article(timedelta(hours=5))
    assert wait(rule(statistics=busy), check_history) < wait(rule(), check_history)


def test_rates_are_equal_after_a_round_trip_through_the_store() -> None:
    statistics = SourceStatistics(seen=[3.0, 2.0, 1.0, 9.0], expected=[1.0, 1.0, 1.0, 8.0], signals=[5.0, 1.0])
    assert SourceStatistics.of({**statistics.as_rates(), "fitted_at": "2026-03-02"}) == statistics


def test_rates_that_were_stored_before_live_blogs_were_counted_are_read() -> None:
    assert SourceStatistics.of({"seen": [3, 2, 1]}).seen == [3.0, 2.0, 1.0, 0.0]


def test_what_was_learnt_since_a_copy_can_be_added_and_taken_back() -> None:
    statistics = SourceStatistics(seen=[3.0, 2.0, 1.0, 9.0], price=[0.5, 2.0])
    earlier = statistics.copy()
    statistics.seen[1] += 2.0
    statistics.price[0] -= 1.0
    learnt = statistics.since(earlier)
    assert (learnt.seen, learnt.price) == ([0.0, 2.0, 0.0, 0.0], [-1.0, 0.0])
    statistics.add(learnt, times=-1.0)
    assert statistics == earlier


# Clocks


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=-30)])
@pytest.mark.parametrize("age", [timedelta(minutes=20), timedelta(hours=9), timedelta(days=4), timedelta(days=12)])
@pytest.mark.parametrize("name", ["hazard:price=0.001", "sniffer"])
def test_a_clock_that_is_set_neither_stops_checks_nor_multiplies_them(
    step: timedelta, age: timedelta, name: str
) -> None:
    """After the step the checks go on at intervals that are usual for an article of its age."""
    tested = policy(name)
    check_history = advance(article(age, interval=age / 4), Outcome.UNCHANGED, NOW)
    usual = tested.next_check(check_history, NOW).interval
    assert usual is not None
    check_history, now = replace(check_history, interval=usual), NOW + usual + step
    for _ in range(6):
        check_history = advance(check_history, Outcome.UNCHANGED, now)
        decision = tested.next_check(check_history, now)
        assert decision.at is not None
        assert decision.interval is not None
        assert usual / 3 <= decision.interval <= max(8 * usual, timedelta(hours=16))
        check_history, now = replace(check_history, interval=decision.interval), decision.at


def test_a_clock_set_back_between_checks_does_not_make_an_article_young() -> None:
    check_history = article(timedelta(days=3))
    stepped = NOW - timedelta(days=30)
    assert wait(rule(0.001), check_history, stepped) > timedelta(hours=1)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 8, 1, 59, tzinfo=ZoneInfo("America/New_York")),  # clocks go forward at 2
        datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York")),  # clocks go back at 2
        datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=ZoneInfo("Europe/London")),
        datetime(2028, 2, 28, 23, 50, tzinfo=UTC),  # the night before a leap day
        datetime(2028, 2, 29, 23, 58, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
)
@pytest.mark.parametrize("name", ["hazard", "sniffer", "newsdiffs", "diffengine", "fixed"])
def test_summer_time_leap_days_and_midnight_change_no_interval(moment: datetime, name: str) -> None:
    """The same instant in local time and in UTC gives the same next instant, one real interval later."""
    utc = moment.astimezone(UTC)
    check_history = article(timedelta(hours=7), now=utc)
    local, plain = policy(name).next_check(check_history, moment), policy(name).next_check(check_history, utc)
    assert local.at is not None
    assert plain.at is not None
    assert plain.at - utc == plain.interval
    if name == "hazard":
        assert local.at.astimezone(UTC) == plain.at


@RELAXED
@given(published=st.timedeltas(timedelta(days=-9000), timedelta(days=9000)))
def test_any_date_of_publication_gives_a_check_within_the_bounds(published: timedelta) -> None:
    check_history = article(timedelta(hours=3), published_at=NOW + published)
    decision = rule().next_check(check_history, NOW)
    assert decision.is_retired or (decision.at is not None and NOW < decision.at <= NOW + MAX_INTERVAL)
