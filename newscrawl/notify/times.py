"""When something is sent: digests at a wall time, quiet hours, and the waits between attempts. Pure.

A wall time that a change to summer time skips is that many minutes later; one that there is twice is the first. Quiet
hours are what the clock on the wall says, minute by minute.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from newscrawl.items import Every, QuietHours, Schedule

MINUTE = timedelta(minutes=1)
FIRST_WAIT = timedelta(seconds=20)
MAX_WAIT = timedelta(hours=3)
MAX_LANE_WAIT = timedelta(minutes=10)


def next_digest(schedule: Schedule, now: datetime) -> datetime:
    """Return the first moment after `now` at which a digest is due."""
    if schedule.every is Every.CHANGE:
        raise ValueError("what is sent at once has no digest")
    zone = ZoneInfo(schedule.zone)
    today = now.astimezone(zone).date()
    for days in range(-1, 9):
        day = today + timedelta(days=days)
        if schedule.every is Every.WEEK and day.weekday() != schedule.weekday:
            continue
        moment = datetime.combine(day, schedule.at, tzinfo=zone).astimezone(UTC)
        if moment > now:
            return moment
    raise AssertionError("of nine days one has the weekday")


def is_quiet(quiet: QuietHours, moment: datetime) -> bool:
    """Return whether the clock on the wall is within quiet hours; from a time to itself is never."""
    wall = moment.astimezone(ZoneInfo(quiet.zone)).time()
    if quiet.begin <= quiet.end:
        return quiet.begin <= wall < quiet.end
    return wall >= quiet.begin or wall < quiet.end


def quiet_until(quiet: QuietHours | None, now: datetime) -> datetime | None:
    """Return the minute in which quiet hours end that `now` is within; None if it is not."""
    if quiet is None or not is_quiet(quiet, now):
        return None
    moment = now.astimezone(UTC).replace(second=0, microsecond=0) + MINUTE
    while is_quiet(quiet, moment):  # at most a day of minutes, a millisecond; exact over every change of the clock
        moment += MINUTE
    return moment


def wait_after(attempts: int, share: float) -> timedelta:
    """Return how long to wait after so many failed attempts: twice as long each time, with jitter by `share`, 0..1."""
    return _grown(FIRST_WAIT, attempts, MAX_WAIT) * (0.5 + share)


def lane_wait_after(failures: int, share: float) -> timedelta:
    """Return how long a channel rests after so many failures in succession."""
    return _grown(timedelta(seconds=5), failures, MAX_LANE_WAIT) * (0.5 + share)


def _grown(first: timedelta, times: int, maximum: timedelta) -> timedelta:
    return min(first * 2 ** min(times - 1, 20), maximum) if times > 0 else first
