"""The price rule: look again when not having looked has cost as much as a look.

In five lines, for an operator:
  A source's past tells how many new wordings to expect in the next hours, and how soon a fresh one is overwritten.
  Damage of waiting = wordings expected x (chance that one is overwritten unseen + a little for every hour of delay).
  The next look is due when that damage reaches the price of a look; the price is the only knob: lower looks more.
  A story that stays quiet cools down; one that is edited, or that a listing shows with a newer date, comes up soon.
  A source's signals count for what they proved worth; while a listing is silent, only unannounced edits remain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from math import exp

from newscrawl.items import NextCheck, PageKind, Track
from newscrawl.recheck.base import LATE_HOURS, Base, Day, row_of
from newscrawl.recheck.lifecycle import retire
from newscrawl.recheck.tally import EDITED, FRESH, LATE, Tally, edits_behind
from newscrawl.recheck.words import span

PRICE = 0.02
FRESHNESS = 0.01  # wordings that one hour of delay is worth, while it is news
NEWS_HOURS = 12.0  # after which further delay adds less and less
LEAST = timedelta(minutes=5)
MOST = timedelta(days=45)
SETTLE = timedelta(minutes=2)  # editors save twice; a signalled page is left to settle
ARTICLE_PRIOR = 3.0
LISTED_WITHIN = timedelta(hours=2)  # a listing that has not named a story for so long has dropped it
JITTER = 0.03
RELEARN_DAY = 64  # looks after which the profile of the day is drawn anew

_LEAST, _MOST = LEAST.total_seconds() / 3600, MOST.total_seconds() / 3600
_GRID = tuple(min(_LEAST * 2 ** (i / 2), _MOST) for i in range(29))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the rates say of one story at one moment; times in hours."""

    row: int
    quiet: float  # since the last edit, or publication
    hour: float  # of the day, UTC
    factor: float  # source, article, age and kind together
    late: float  # what the factor becomes after three quiet days
    silent: float  # share of edits that come without a signal
    listed: float  # how long the silence of the listing is taken to last


class Hazard:
    """The price rule for one source, with what has been learnt of it."""

    def __init__(self, *, price: float = PRICE, tally: Tally | None = None, base: Base, name: str = "hazard") -> None:
        self.name = name
        self.price = price
        self.tally = tally or Tally()
        self._base = base
        self._day = Day(self.tally.hours(base.hours))
        self._looks = 0

    def next_check(self, track: Track, now: datetime) -> NextCheck:
        outlook = self.outlook(track, now)
        wait = self._wait(outlook)
        period = timedelta(hours=min(max(wait * (1 + JITTER * _jitter(track)), _LEAST), _MOST))
        if track.signal_at is not None:
            pulled = self._pulled(track, outlook, now, period)
            if pulled is not None:
                return pulled
        damage = self.damage(outlook, wait)
        if wait >= _MOST and damage < self.price:
            return retire(track, now, f"unchanged for {span(timedelta(hours=outlook.quiet))}")
        reason = f"{track.changes} edits, quiet for {span(timedelta(hours=outlook.quiet))}: again in {span(period)}"
        return NextCheck(at=now + period, period=period, reason=reason, value=damage)

    def outlook(self, track: Track, now: datetime) -> Outlook:
        """Return what this source's rates say of a story, robust to a clock that was set."""
        born = track.first_seen_at
        if track.published_at is not None and track.published_at < born:
            born = track.published_at
        since = track.last_changed_at or born
        newest = max(now, track.last_checked_at or now)
        quiet = max(newest - since, timedelta(0))
        if track.quiet and track.period is not None:
            quiet = max(quiet, min(track.period, MOST))  # the last gap passed without an edit, whatever clocks say
        hours = quiet.total_seconds() / 3600
        age = max((newest - born).total_seconds() / 3600, hours)
        row = row_of(track.changes)
        tally = self.tally
        article = (ARTICLE_PRIOR + track.changes) / (ARTICLE_PRIOR + track.expected)
        shared = article * self._base.age_factor(row, age)
        if track.kind is PageKind.LIVE:
            shared *= self._base.live
        is_listed = track.listed_at is not None and newest - track.listed_at <= LISTED_WITHIN
        seen_for = max((newest - track.first_seen_at).total_seconds() / 3600, 1.0)
        moment = now.astimezone(UTC)
        return Outlook(
            row=row,
            quiet=hours,
            hour=moment.hour + moment.minute / 60,
            factor=shared * tally.factor(EDITED if track.changes else FRESH),
            late=shared * tally.factor(LATE),
            silent=1.0 - tally.recall if is_listed else 1.0,
            listed=seen_for,
        )

    def edits(self, outlook: Outlook, hours: float) -> float:
        """Return the new wordings to expect in the next `hours`."""
        end = outlook.quiet + hours
        if outlook.silent < 1.0 and hours > outlook.listed:
            near = self._between(outlook, outlook.quiet, outlook.quiet + outlook.listed)
            far = self._between(outlook, outlook.quiet + outlook.listed, end)
            total = outlook.silent * near + far
        else:
            total = outlook.silent * self._between(outlook, outlook.quiet, end)
        day = self._day
        return total * (day.upto(outlook.hour + hours) - day.upto(outlook.hour)) / hours

    def _between(self, outlook: Outlook, start: float, end: float) -> float:
        base, row = self._base, outlook.row
        if end <= LATE_HOURS:
            return outlook.factor * (base.total(row, end) - base.total(row, start))
        if start >= LATE_HOURS:
            return outlook.late * (base.total(row, end) - base.total(row, start))
        bend = base.total(row, LATE_HOURS)
        return outlook.factor * (bend - base.total(row, start)) + outlook.late * (base.total(row, end) - bend)

    def damage(self, outlook: Outlook, hours: float) -> float:
        """Return the wordings that not looking for so long is expected to cost, delay included."""
        return self.edits(outlook, hours) * (self.overwritten(outlook, hours / 2) + _staleness(hours / 2))

    def overwritten(self, outlook: Outlook, hours: float) -> float:
        """Return the chance that a fresh wording is replaced within `hours`."""
        row = min(outlook.row + 1, 5)
        return 1.0 - exp(-outlook.factor * self._base.total(row, hours))

    def _wait(self, outlook: Outlook) -> float:
        """Return the hours until the damage equals the price, within the bounds."""
        low, high = 0, len(_GRID) - 1
        before, after = self.damage(outlook, _GRID[low]), self.damage(outlook, _GRID[high])
        if before >= self.price:
            return _GRID[low]
        if after <= self.price:
            return _GRID[high]
        while high - low > 1:
            middle = (low + high) // 2
            damage = self.damage(outlook, _GRID[middle])
            if damage < self.price:
                low, before = middle, damage
            else:
                high, after = middle, damage
        return _GRID[low] + (_GRID[high] - _GRID[low]) * (self.price - before) / (after - before)

    def _pulled(self, track: Track, outlook: Outlook, now: datetime, period: timedelta) -> NextCheck | None:
        """Return the look that a signal pulls forward, or None where it has lied too often to be worth one."""
        assert track.signal_at is not None  # noqa: S101 - told to the type checker
        hours = period.total_seconds() / 3600
        worth = self.tally.precision * (self.overwritten(outlook, hours) + _staleness(hours))
        if worth < self.price:
            return None
        earliest = (track.last_checked_at or now) + LEAST
        at = max(track.signal_at + SETTLE, now if earliest <= now else min(earliest, now + LEAST))
        at = min(at, now + period)
        return NextCheck(at=at, period=at - now, reason="a listing shows a newer date", value=worth)

    def expected(self, track: Track, at: datetime) -> float:
        """Return the edits to be expected between a story's last look and `at`, by the source's rates."""
        if track.last_checked_at is None or at <= track.last_checked_at:
            return 0.0
        return sum(self.tally.factor(cell) * e for cell, e in enumerate(self._exposure(track, at)))

    def _exposure(self, track: Track, at: datetime) -> list[float]:
        """Return the edits expected since the last look by the general rates alone, by cell."""
        exposure = [0.0, 0.0, 0.0]
        last = track.last_checked_at
        if last is None or at <= last:
            return exposure
        born = min(track.published_at or track.first_seen_at, track.first_seen_at)
        start = max((last - (track.last_changed_at or born)).total_seconds() / 3600, 0.0)
        gap = (at - last).total_seconds() / 3600
        row = row_of(track.changes)
        moment = last.astimezone(UTC)
        hour = moment.hour + moment.minute / 60
        share = self._base.age_factor(row, (at - born).total_seconds() / 3600)
        share *= (self._day.upto(hour + gap) - self._day.upto(hour)) / gap
        if track.kind is PageKind.LIVE:
            share *= self._base.live
        end, total = start + gap, self._base.total
        bend = min(max(LATE_HOURS, start), end)
        exposure[EDITED if track.changes else FRESH] = share * (total(row, bend) - total(row, start))
        exposure[LATE] = share * (total(row, end) - total(row, bend))
        return exposure

    def learn(self, track: Track, at: datetime, *, edited: bool) -> None:
        """Take in one complete look at a story, told by its track before that look."""
        exposure = self._exposure(track, at)
        total = sum(exposure)
        tally = self.tally
        count = edits_behind(edited, sum(tally.factor(cell) * e for cell, e in enumerate(exposure)))
        for cell, e in enumerate(exposure):
            tally.expected[cell] += e
            if total > 0:
                tally.seen[cell] += count * e / total
        self._learn_signals(track, at, edited=edited)
        self._learn_day(track, at, count, total)

    def _learn_signals(self, track: Track, at: datetime, *, edited: bool) -> None:
        told = track.signal_at is not None and track.signal_at <= at
        if told:
            self.tally.signals[0 if edited else 1] += 1
        if edited and (told or (track.listed_at is not None and at - track.listed_at <= LISTED_WITHIN)):
            self.tally.edits[0 if told else 1] += 1

    def _learn_day(self, track: Track, at: datetime, count: float, total: float) -> None:
        last = track.last_checked_at
        if last is None or at - last > timedelta(hours=3) or at <= last:
            return  # a long gap does not tell the hour of an edit
        hour = (last + (at - last) / 2).astimezone(UTC).hour
        flat = total * self.tally.factor(EDITED if track.changes else FRESH) / self._day.hours[hour]
        self.tally.hours_seen[hour] += count
        self.tally.hours_expected[hour] += flat * self._base.hours[hour]
        self._looks += 1
        if self._looks % RELEARN_DAY == 0:
            self._day = Day(self.tally.hours(self._base.hours))


def _staleness(hours: float) -> float:
    """Return what a delay is worth in wordings: in proportion at first, never more than FRESHNESS x NEWS_HOURS."""
    return FRESHNESS * hours / (1.0 + hours / NEWS_HOURS)


def _jitter(track: Track) -> float:
    """Return a number from -1 to 1 that is always the same for one story, so that stories found together part."""
    seed = f"{track.source}\0{track.first_seen_at.timestamp()}"
    return int.from_bytes(blake2b(seed.encode(), digest_size=4).digest(), "big") / 2**31 - 1
