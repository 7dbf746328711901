"""The hours in which a source is asked for anything, in its own time zone. Pure; safe when clocks change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from zoneinfo import ZoneInfo

from newscrawl.items import Head, Source, SourceState

DAY = timedelta(days=1)
SPREAD = timedelta(minutes=30)  # over which what fell due in closed hours is spread after the opening
MAX_SPREAD_SHARE = 0.25  # of the open hours
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")


@dataclass(frozen=True, slots=True)
class ActiveHours:
    """From `start` to before `end` of every day, by the local clock; over midnight if `end` is not later.

    A time that the local clock skips is as much later; of one that it shows twice, hours begin with the first and end
    with the last.
    """

    start: time
    end: time
    zone: ZoneInfo

    @classmethod
    def of(cls, text: str, timezone: str) -> ActiveHours:
        """Return the hours of a text such as `06:00-23:30`; raises ValueError for any other."""
        start, end = parsed_hours(text)
        return cls(start, end, ZoneInfo(timezone))

    def is_open(self, at: datetime) -> bool:
        return any(opening <= at < closing for opening, closing in self._around(at))

    def opens_at(self, at: datetime) -> datetime:
        """Return the moment itself if it is within the hours, else when they begin next."""
        if self.is_open(at):
            return at
        return min(opening for opening, _ in self._around(at) if opening > at)

    def closes_at(self, at: datetime) -> datetime:
        """Return when the hours that a moment lies in end; the moment itself if they are over."""
        return max((closing for opening, closing in self._around(at) if opening <= at < closing), default=at)

    def moved(self, at: datetime, key: str) -> datetime:
        """Return a moment as it is if it is within the hours, else one soon after the opening, by a key of its own."""
        opening = self.opens_at(at)
        if opening == at:
            return at
        spread = min(SPREAD, (self.closes_at(opening) - opening) * MAX_SPREAD_SHARE)
        share = int.from_bytes(blake2b(key.encode(), digest_size=4).digest(), "big") / 2**32
        return opening + spread * share

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much of a span lies within the hours: no alarm counts the others."""
        first, last = self._local_date(start) - DAY, self._local_date(end)
        total = timedelta(0)
        for day in range((last - first).days + 1):
            opening, closing = self._span(first + day * DAY)
            total += max(timedelta(0), min(closing, end) - max(opening, start))
        return total

    def _around(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        local = self._local_date(at)
        yield from (self._span(local + days * DAY) for days in (-1, 0, 1, 2))

    def _local_date(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _span(self, day: date) -> tuple[datetime, datetime]:
        """Return when the hours begin that a day begins, and when they end, in UTC."""
        last = day if self.end > self.start else day + DAY
        opening = datetime.combine(day, self.start, self.zone).astimezone(UTC)
        closing = datetime.combine(last, self.end, self.zone)
        return opening, max(closing.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def parsed_hours(text: str) -> tuple[time, time]:
    """Return beginning and end of hours as stated; raises ValueError."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} are no hours such as 06:00-23:30")
    start = time(int(found[1]), int(found[2]))
    end = time(int(found[3] or 0), int(found[4] or 0))
    if start == end:
        raise ValueError(f"{text!r} are all hours of the day, or none")
    return start, end


def active_hours(source: Source | SourceState) -> ActiveHours | None:
    """Return the hours of a source, as its spider or its newest run states them; None if it is asked at any time."""
    return None if source.active_hours is None else _hours(source.active_hours, source.timezone)


@lru_cache(maxsize=1024)
def _hours(text: str, timezone: str) -> ActiveHours:
    return ActiveHours.of(text, timezone)


def sleeps_until(source: Source | SourceState, now: datetime) -> datetime | None:
    """Return when a source's hours begin; None if it may be asked now."""
    hours = active_hours(source)
    opening = now if hours is None else hours.opens_at(now)
    return None if opening == now else opening


def moved_into_hours(source: Source, at: datetime) -> datetime:
    """Return when something of a source, its listings, is requested that would be at a moment."""
    hours = active_hours(source)
    return at if hours is None else hours.moved(at, source.name)


def within_hours(head: Head, source: Source) -> Head:
    """Return a head whose next check is within its source's hours: one that is due outside of them waits."""
    hours = active_hours(source)
    if hours is None or head.next_check_at is None or hours.is_open(head.next_check_at):
        return head
    at = hours.moved(head.next_check_at, head.article_id)
    opening = hours.opens_at(head.next_check_at).astimezone(hours.zone)
    reason = f"{head.next_check_reason}; the source's hours begin at {opening:%H:%M}"
    return replace(head, next_check_at=at, next_check_reason=reason)
