"""The recheck rules of other projects: fixed steps, available by name and for comparison."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from newscrawl.humanize import short_duration
from newscrawl.items import CheckHistory, NextCheck
from newscrawl.recheck.lifecycle import retire

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def quiet_for(check_history: CheckHistory, now: datetime) -> timedelta:
    """Return how long the wording has been unchanged.

    This is at least the time between the last edit and the last check, even if `now` lies before both: a clock that was
    set back must not make an old article young again.
    """
    since = check_history.last_changed_at or check_history.first_seen_at
    newest = max(now, check_history.last_checked_at or now)
    return max(newest - since, timedelta(0))


class SteppedPolicy:
    """Base of policies that do not estimate how many edits to expect."""

    __slots__ = ()

    def expected(self, check_history: CheckHistory, at: datetime) -> float:
        return 0.0


@dataclass(frozen=True, slots=True)
class Sniffer(SteppedPolicy):
    """News Sniffer's rule: 30 minutes after an edit, 20 % longer after each unchanged check, retired at 40 days."""

    name: str = "sniffer"
    first_interval: timedelta = 30 * MINUTE
    growth: float = 1.2
    max_interval: timedelta = 40 * DAY

    def next_check(self, check_history: CheckHistory, now: datetime) -> NextCheck:
        unchanged = check_history.unchanged_streak
        if unchanged == 0 or check_history.interval is None:
            return _after(self.first_interval, now, f"new text: again in {short_duration(self.first_interval)}")
        interval = timedelta(seconds=round(check_history.interval.total_seconds() * self.growth))
        if interval >= self.max_interval:
            quiet = short_duration(quiet_for(check_history, now))
            return retire(check_history, now, f"unchanged for {quiet} over {unchanged} checks")
        reason = f"unchanged {unchanged} times in a row: the interval grows to {short_duration(interval)}"
        return _after(interval, now, reason)


@dataclass(frozen=True, slots=True)
class NewsDiffs(SteppedPolicy):
    """NewsDiffs' rule: an interval by the time since the last edit; retired after 360 days."""

    name: str = "newsdiffs"
    steps: tuple[tuple[timedelta, timedelta], ...] = (
        (3 * HOUR, 15 * MINUTE),
        (1 * DAY, 60 * MINUTE),
        (7 * DAY, 180 * MINUTE),
        (30 * DAY, 3 * DAY),
        (360 * DAY, 30 * DAY),
    )

    def next_check(self, check_history: CheckHistory, now: datetime) -> NextCheck:
        quiet = quiet_for(check_history, now)
        for below, interval in self.steps:
            if quiet < below:
                reason = f"unchanged for {short_duration(quiet)}: again in {short_duration(interval)}"
                return _after(interval, now, reason)
        return retire(check_history, now, f"unchanged for {short_duration(quiet)}")


@dataclass(frozen=True, slots=True)
class DiffEngine(SteppedPolicy):
    """diffengine's rule as intended: check again when a fifth of the article's age has passed since the last check."""

    name: str = "diffengine"
    staleness: float = 0.2
    min_interval: timedelta = 15 * MINUTE  # of its cron job

    def next_check(self, check_history: CheckHistory, now: datetime) -> NextCheck:
        age = max(now, check_history.last_checked_at or now) - check_history.first_seen_at
        # (now + interval - checked) / (now + interval - created) reaches s when interval = age * s / (1 - s).
        interval = max(max(age, timedelta(0)) * (self.staleness / (1 - self.staleness)), self.min_interval)
        return _after(interval, now, f"known for {short_duration(age)}: again when it is a quarter older")


@dataclass(frozen=True, slots=True)
class Gdelt(SteppedPolicy):
    """The rule of GDELT's Global Difference Graph: two checks, a day and a week after an article was found."""

    name: str = "gdelt"
    ages: tuple[timedelta, ...] = (DAY, 7 * DAY)

    def next_check(self, check_history: CheckHistory, now: datetime) -> NextCheck:
        first_seen_at = check_history.first_seen_at
        last = max(now, check_history.last_checked_at or now)
        for age in self.ages:
            if first_seen_at + age > last:
                interval = first_seen_at + age - now.astimezone(UTC)
                return _after(interval, now, f"checked {short_duration(age)} after it was found")
        return retire(check_history, now, f"checked {len(self.ages)} times")


@dataclass(frozen=True, slots=True)
class Fixed(SteppedPolicy):
    """Fixed interval. Simple but expensive."""

    name: str = "fixed"
    every: timedelta = HOUR
    until: timedelta = 30 * DAY

    def next_check(self, check_history: CheckHistory, now: datetime) -> NextCheck:
        quiet = quiet_for(check_history, now)
        if quiet >= self.until:
            return retire(check_history, now, f"unchanged for {short_duration(quiet)}")
        return _after(self.every, now, f"every {short_duration(self.every)}")


def _after(interval: timedelta, now: datetime, reason: str) -> NextCheck:
    """Return a check after `interval`; the shorter the interval, the higher its priority."""
    priority = 1 / max(interval.total_seconds(), 1.0)
    return NextCheck(at=now.astimezone(UTC) + interval, interval=interval, reason=reason, priority=priority)
