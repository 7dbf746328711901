"""The peers' rules for looking again: ladders of fixed steps, kept as named alternatives and for comparison."""

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
    """Return how long the text has been the same, at least as long as the checks themselves prove.

    A clock that was set back must not make an old story young again, so the time between the last edit and the last
    check counts even where `now` lies before both.
    """
    since = check_history.last_changed_at or check_history.first_seen_at
    newest = max(now, check_history.last_checked_at or now)
    return max(newest - since, timedelta(0))


class SteppedPolicy:
    """A rule that keeps no account of what was to be expected."""

    __slots__ = ()

    def expected(self, check_history: CheckHistory, at: datetime) -> float:
        return 0.0


@dataclass(frozen=True, slots=True)
class Sniffer(SteppedPolicy):
    """News Sniffer's rule: 30 minutes after a change, a fifth longer after each quiet look, given up at 40 days."""

    name: str = "sniffer"
    first: timedelta = 30 * MINUTE
    growth: float = 1.2
    last: timedelta = 40 * DAY

    def next_check(self, check_history: CheckHistory, now: datetime) -> NextCheck:
        if check_history.unchanged_streak == 0 or check_history.interval is None:
            return _every(self.first, now, f"new text: again in {short_duration(self.first)}")
        period = timedelta(seconds=round(check_history.interval.total_seconds() * self.growth))
        if period >= self.last:
            quiet = short_duration(quiet_for(check_history, now))
            return retire(check_history, now, f"unchanged for {quiet} over {check_history.unchanged_streak} checks")
        return _every(
            period,
            now,
            f"unchanged {check_history.unchanged_streak} times in a row: gap grows to {short_duration(period)}",
        )


@dataclass(frozen=True, slots=True)
class NewsDiffs(SteppedPolicy):
    """NewsDiffs' rule: a gap by the time since the last change; nothing after 360 days."""

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
        for below, period in self.steps:
            if quiet < below:
                return _every(period, now, f"unchanged for {short_duration(quiet)}: again in {short_duration(period)}")
        return retire(check_history, now, f"unchanged for {short_duration(quiet)}")


@dataclass(frozen=True, slots=True)
class DiffEngine(SteppedPolicy):
    """diffengine's rule as intended: look again when a fifth of the story's age has passed since the last look."""

    name: str = "diffengine"
    staleness: float = 0.2
    least: timedelta = 15 * MINUTE  # its cron job's rhythm

    def next_check(self, check_history: CheckHistory, now: datetime) -> NextCheck:
        age = max(now, check_history.last_checked_at or now) - check_history.first_seen_at
        # (now + gap - checked) / (now + gap - created) reaches s when gap = age * s / (1 - s).
        period = max(max(age, timedelta(0)) * (self.staleness / (1 - self.staleness)), self.least)
        return _every(period, now, f"known for {short_duration(age)}: again when it is a quarter older")


@dataclass(frozen=True, slots=True)
class Fixed(SteppedPolicy):
    """One gap for ever: simple, and dear."""

    name: str = "fixed"
    every: timedelta = HOUR
    until: timedelta = 30 * DAY

    def next_check(self, check_history: CheckHistory, now: datetime) -> NextCheck:
        quiet = quiet_for(check_history, now)
        if quiet >= self.until:
            return retire(check_history, now, f"unchanged for {short_duration(quiet)}")
        return _every(self.every, now, f"every {short_duration(self.every)}")


def _every(period: timedelta, now: datetime, reason: str) -> NextCheck:
    """Return a planned look; the shorter the gap, the more it is worth."""
    value = 1 / max(period.total_seconds(), 1.0)
    return NextCheck(at=now.astimezone(UTC) + period, interval=period, reason=reason, priority=value)
