"""Digests and quiet hours follow the clock on the wall, over every change to and from summer time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from newscrawl.items import Every, QuietHours, Schedule
from newscrawl.notify.times import (
    FIRST_WAIT,
    MAX_WAIT,
    MINUTE,
    is_quiet,
    lane_wait_after,
    next_digest,
    quiet_until,
    wait_after,
)

# Summer time north and south of the equator, changes by half an hour, at midnight, and none at all.
ZONES = ("Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo", "UTC")
_BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 4 * 366 * 86_400).map(lambda seconds: _BEGIN + timedelta(seconds=seconds))
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
UNHURRIED = settings(deadline=None)  # a loaded machine takes its time
SPRING = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # half an hour before Berlin's clocks go from 2 to 3
AUTUMN = datetime(2026, 10, 25, 0, 15, tzinfo=UTC)  # 2:15 in Berlin, for the first time


@UNHURRIED
@given(MOMENTS, TIMES, st.sampled_from(ZONES))
@example(SPRING, time(2, 30), "Europe/Berlin")
@example(AUTUMN, time(2, 30), "Europe/Berlin")
def test_a_daily_digest_is_due_once_a_day_at_its_time(now: datetime, at: time, zone: str) -> None:
    schedule = Schedule(Every.DAY, at, zone=zone)
    due = [next_digest(schedule, now)]
    for _ in range(9):
        due.append(next_digest(schedule, due[-1]))
    assert due == sorted(set(due))
    assert now < due[0] <= now + timedelta(hours=26)
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in due]
    assert all((b - a).days <= 1 for a, b in pairwise(days))
    for moment in due:
        wall = moment.astimezone(ZoneInfo(zone))
        exists = wall.replace(hour=at.hour, minute=at.minute).astimezone(UTC).astimezone(ZoneInfo(zone)).time() == at
        assert wall.time() == at or not exists


@UNHURRIED
@given(MOMENTS, TIMES, st.integers(0, 6), st.sampled_from(ZONES))
def test_a_weekly_digest_is_due_on_its_day(now: datetime, at: time, weekday: int, zone: str) -> None:
    first = next_digest(Schedule(Every.WEEK, at, weekday, zone), now)
    second = next_digest(Schedule(Every.WEEK, at, weekday, zone), first)
    assert now < first <= now + timedelta(days=7, hours=2)
    assert abs((second - first) - timedelta(days=7)) <= timedelta(hours=1)
    noon_after = first + timedelta(hours=1)  # a skipped time may be past midnight
    assert weekday in {moment.astimezone(ZoneInfo(zone)).weekday() for moment in (first, noon_after)}


@UNHURRIED
@given(MOMENTS, TIMES, TIMES, st.sampled_from(ZONES))
@example(SPRING, time(22), time(2, 30), "Europe/Berlin")
@example(AUTUMN, time(22), time(2, 30), "Europe/Berlin")
def test_quiet_hours_end_in_the_first_minute_that_is_not_quiet(
    now: datetime, begin: time, end: time, zone: str
) -> None:
    quiet = QuietHours(begin, end, zone)
    until = quiet_until(quiet, now)
    if until is None:
        assert not is_quiet(quiet, now)
        return
    assert is_quiet(quiet, now)
    assert not is_quiet(quiet, until)
    assert is_quiet(quiet, until - MINUTE)
    assert timedelta() < until - now <= timedelta(hours=25)


def test_quiet_hours_over_a_change_to_summer_time_end_when_the_skipped_hour_would_have() -> None:
    quiet = QuietHours(time(22), time(2, 30), "Europe/Berlin")
    assert quiet_until(quiet, SPRING) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # 3:00 on the wall


def test_nobody_who_has_no_quiet_hours_waits() -> None:
    assert quiet_until(None, SPRING) is None
    assert quiet_until(QuietHours(time(7), time(7)), SPRING) is None


@UNHURRIED
@given(st.integers(1, 10_000), st.floats(0, 1))
def test_waits_grow_and_are_bounded(attempts: int, share: float) -> None:
    wait = wait_after(attempts, share)
    assert FIRST_WAIT / 2 <= wait <= MAX_WAIT * 1.5
    assert wait <= wait_after(attempts + 1, share)
    assert lane_wait_after(attempts, share) <= max(wait, lane_wait_after(attempts, 1))
