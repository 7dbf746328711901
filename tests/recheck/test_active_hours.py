"""Hours of a source by its local clock, over midnight, and over both changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.items import CheckHistory, Head, Source, State
from newscrawl.recheck.active_hours import ActiveHours, parsed_hours, sleeps_until, within_hours

BERLIN = "Europe/Berlin"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_hours_follow_the_local_clock_in_winter_and_summer() -> None:
    hours = ActiveHours.of("06:00-23:30", BERLIN)
    assert hours.opens_at(utc("2026-01-15 02:00")) == utc("2026-01-15 05:00")
    assert hours.opens_at(utc("2026-07-15 02:00")) == utc("2026-07-15 04:00")
    assert hours.closes_at(utc("2026-07-15 12:00")) == utc("2026-07-15 21:30")


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])  # clocks go forward and back in the night before
@pytest.mark.parametrize("text", ["06:00-23:30", "02:30-05:00", "22:00-02:30", "00:00-02:30", "02:15-02:45"])
def test_each_minute_around_a_change_of_clocks_is_open_by_the_local_clock(day: str, text: str) -> None:
    hours = ActiveHours.of(text, BERLIN)
    start, end = parsed_hours(text)
    at = utc(f"{day} 00:00") - 12 * HOUR
    for _ in range(40 * 60):
        local = at.astimezone(hours.zone)
        moment = local.time()
        inside = start <= moment < end if start < end else moment >= start or moment < end
        is_changed_hour = local.date().isoformat() == day and moment.hour in (2, 3)
        if not is_changed_hour:  # what the clock skips, or shows twice, is tested below
            assert hours.is_open(at) == inside, local
        at += MINUTE


def test_an_opening_that_the_clock_skips_is_as_much_later() -> None:
    hours = ActiveHours.of("02:30-05:00", BERLIN)
    assert hours.opens_at(utc("2026-03-29 00:00")) == utc("2026-03-29 01:30")  # 03:30 by the new time
    assert hours.closes_at(utc("2026-03-29 02:00")) == utc("2026-03-29 03:00")


def test_times_that_the_clock_shows_twice_begin_with_the_first_and_end_with_the_last() -> None:
    hours = ActiveHours.of("02:15-02:45", BERLIN)
    assert hours.opens_at(utc("2026-10-24 22:00")) == utc("2026-10-25 00:15")
    assert hours.closes_at(utc("2026-10-25 00:30")) == utc("2026-10-25 01:45")


@pytest.mark.parametrize("day", ["2026-03-27", "2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"])
@pytest.mark.parametrize("text", ["06:00-23:30", "22:00-04:00", "00:00-12:00", "12:00-24:00"])
def test_open_time_is_the_sum_of_the_open_minutes(day: str, text: str) -> None:
    hours = ActiveHours.of(text, BERLIN)
    start = utc(f"{day} 09:00")
    end = start + 2 * DAY
    minutes = sum(hours.is_open(start + n * MINUTE) for n in range(2 * 24 * 60))
    assert hours.open_between(start, end) == minutes * MINUTE
    assert hours.open_between(end, start) == timedelta(0)


def test_what_falls_due_at_night_is_spread_after_the_opening() -> None:
    hours = ActiveHours.of("06:00-23:30", BERLIN)
    opening = utc("2026-01-15 05:00")
    moved = {hours.moved(utc("2026-01-15 02:00"), f"article {n}") for n in range(300)}
    assert all(opening <= at < opening + 30 * MINUTE for at in moved)
    for tenth in range(10):
        begin = opening + tenth * 3 * MINUTE
        assert 10 <= sum(begin <= at < begin + 3 * MINUTE for at in moved) <= 60
    assert hours.moved(utc("2026-01-15 12:00"), "article 1") == utc("2026-01-15 12:00")
    assert hours.moved(utc("2026-01-15 02:00"), "article 1") == hours.moved(utc("2026-01-15 03:00"), "article 1")


def test_short_hours_are_not_missed_by_the_spread() -> None:
    hours = ActiveHours.of("06:00-06:10", "UTC")
    moved = [hours.moved(utc("2026-01-15 12:00"), f"article {n}") for n in range(100)]
    assert all(hours.is_open(at) for at in moved)


@pytest.mark.parametrize(
    "text", ["", "6-23", "06:00", "06:00-25:00", "24:00-06:00", "06:00-06:00", "00:00-24:00", "6:00-9:00"]
)
def test_other_texts_are_no_hours(text: str) -> None:
    with pytest.raises(ValueError, match="are"):
        parsed_hours(text)


def test_a_next_check_at_night_waits_for_the_opening_and_says_so() -> None:
    source = Source("paper", "Paper", ("paper.example",), timezone=BERLIN, active_hours="06:00-23:30")
    due = utc("2026-01-15 02:00")
    moved = within_hours(head(due), source)
    assert moved.next_check_at is not None
    assert utc("2026-01-15 05:00") <= moved.next_check_at < utc("2026-01-15 05:30")
    assert moved.next_check_reason == "soon; the source's hours begin at 06:00"
    assert within_hours(head(utc("2026-01-15 12:00")), source) == head(utc("2026-01-15 12:00"))
    assert within_hours(head(due), Source("paper", "Paper", ("paper.example",))) == head(due)
    assert sleeps_until(source, due) == utc("2026-01-15 05:00")
    assert sleeps_until(source, utc("2026-01-15 12:00")) is None


def head(due: datetime) -> Head:
    seen_at = utc("2026-01-01 09:00")
    return Head(
        article_id="a", source="paper", guid="g", url="https://paper.example/a", number=1, wording_digest="", stamp="",
        display_digest="", chain="", payload_digest="", seen_at=seen_at, headline="", state=State.WATCHED,
        check_history=CheckHistory(source="paper", first_seen_at=seen_at), next_check_at=due, next_check_reason="soon",
    )  # fmt: skip
