"""The price rule: look again when not having looked has cost as much as a look.

In five lines, for an operator:
  A source's past tells how many new wordings to expect in the next hours, and how soon a fresh one is overwritten.
  Damage of waiting = wordings expected x (chance that one is overwritten unseen + a little for every hour of delay).
  The next look is due when that damage reaches the price of a look; the price is the only knob: lower looks more.
  A story that stays quiet cools down; one that is edited, or that a listing shows as changed, comes up soon.
  A source's signals count for what they proved worth; while a listing is silent, only unannounced edits remain.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from newscrawl.humanize import short_duration
from newscrawl.items import CheckHistory, NextCheck
from newscrawl.recheck.lifecycle import retire
from newscrawl.recheck.prior import Prior
from newscrawl.recheck.rates import MAX_INTERVAL, Forecast, Rates, staleness
from newscrawl.recheck.statistics import SourceStatistics

PRICE = 0.02
MIN_INTERVAL = timedelta(minutes=5)
SETTLE = timedelta(minutes=2)  # editors save twice; a signalled page is left to settle
# A story is given up when waiting for the longest gap costs less than this share of a look.
GIVEN_UP_BELOW = 1 / 3
JITTER = 0.03

_MIN_HOURS, _MAX_HOURS = MIN_INTERVAL.total_seconds() / 3600, MAX_INTERVAL.total_seconds() / 3600
_GRID = tuple(min(_MIN_HOURS * 2 ** (i / 2), _MAX_HOURS) for i in range(29))


class Hazard:
    """The price rule for one source, with what has been learnt of it."""

    def __init__(self, *, prior: Prior, price: float = PRICE, statistics: SourceStatistics | None = None) -> None:
        self.name = "hazard"
        self.price = price
        self.rates = Rates(statistics or SourceStatistics(), prior)

    def next_check(self, check_history: CheckHistory, now: datetime) -> NextCheck:
        now = now.astimezone(UTC)  # adding hours to a local time would skip or repeat one where clocks change
        forecast = self.rates.forecast(check_history, now)
        wait, damage = self.wait(forecast)
        jittered = timedelta(hours=wait * (1 + JITTER * _jitter(check_history)))
        period = min(max(jittered, MIN_INTERVAL, self.rates.proven_gap(check_history)), MAX_INTERVAL)
        pulled = self._pulled(check_history, forecast, now, period)
        if pulled is not None:
            return pulled
        quiet = short_duration(timedelta(hours=forecast.quiet))
        if damage < self.price * GIVEN_UP_BELOW:
            return retire(check_history, now, f"unchanged for {quiet}")
        reason = f"{counted(check_history.changes)}, unchanged for {quiet}: again in {short_duration(period)}"
        return NextCheck(at=now + period, interval=period, reason=reason, priority=damage)

    def expected(self, check_history: CheckHistory, at: datetime) -> float:
        return self.rates.expected(check_history, at)

    def learn(self, check_history: CheckHistory, at: datetime, *, edited: bool) -> None:
        """Take in one complete look at a story, told by its track before that look."""
        self.rates.learn(check_history, at, edited=edited)

    def wait(self, forecast: Forecast) -> tuple[float, float]:
        """Return the hours until the damage equals the price, within the bounds, and the damage by then."""
        damage_of = self.rates.damage
        low, high = 0, len(_GRID) - 1
        before, after = damage_of(forecast, _GRID[low]), damage_of(forecast, _GRID[high])
        if before >= self.price:
            return _GRID[low], before
        if after <= self.price:
            return _GRID[high], after
        while high - low > 1:
            middle = (low + high) // 2
            damage = damage_of(forecast, _GRID[middle])
            if damage < self.price:
                low, before = middle, damage
            else:
                high, after = middle, damage
        share = (self.price - before) / (after - before)
        return _GRID[low] + (_GRID[high] - _GRID[low]) * share, self.price

    def _pulled(
        self, check_history: CheckHistory, forecast: Forecast, now: datetime, period: timedelta
    ) -> NextCheck | None:
        """Return the look that a signal pulls forward, or None where none came or its like lied too often."""
        if check_history.signal_at is None:
            return None
        hours = period.total_seconds() / 3600
        worth = self.rates.statistics.precision * (self.rates.overwritten(forecast, hours) + staleness(hours))
        if worth < self.price:
            return None
        earliest = (check_history.last_checked_at or now) + MIN_INTERVAL
        at = max(check_history.signal_at + SETTLE, now if earliest <= now else min(earliest, now + MIN_INTERVAL))
        at = min(at, now + period)
        return NextCheck(at=at, interval=at - now, reason="a listing shows a change", priority=worth)


def counted(changes: int) -> str:
    return f"{changes} edit{'' if changes == 1 else 's'}"


def _jitter(check_history: CheckHistory) -> float:
    """Return a number from -1 to 1 that is always the same for one story, so that stories found together part."""
    seed = f"{check_history.source}\0{check_history.first_seen_at.timestamp()}"
    return int.from_bytes(blake2b(seed.encode(), digest_size=4).digest(), "big") / 2**31 - 1
