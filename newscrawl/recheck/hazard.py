"""The price rule: check again when the damage expected from waiting reaches the price of one check.

For an operator:
  A source's past gives how many new wordings to expect in the next hours, and how soon a new one is overwritten.
  Damage of waiting = expected wordings x (probability that one is overwritten unseen + a little per hour of delay).
  The next check is due when that damage reaches the price of a check.
  The only parameter is the price; lower = more checks.
  An article that stays unchanged is checked less and less often.
  One that was edited, or that a listing shows as changed, is checked soon.
  Signals from listings are weighted by how often they were right for this source.
  While a listing names an article and shows no change, only edits that come without a signal are expected.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from newscrawl.humanize import counted, short_duration
from newscrawl.items import CheckHistory, NextCheck
from newscrawl.recheck.lifecycle import retire
from newscrawl.recheck.prior import Prior
from newscrawl.recheck.rates import MAX_INTERVAL, Forecast, Rates, staleness
from newscrawl.recheck.statistics import SourceStatistics

PRICE = 0.02
MIN_INTERVAL = timedelta(minutes=5)
SETTLE = timedelta(minutes=2)  # wait after a signal: editors often save twice in a row
# An article is retired when waiting for the maximum interval costs less than this share of the price.
RETIRE_BELOW = 1 / 3
JITTER = 0.03

_MIN_HOURS, _MAX_HOURS = MIN_INTERVAL.total_seconds() / 3600, MAX_INTERVAL.total_seconds() / 3600
_GRID = tuple(min(_MIN_HOURS * 2 ** (i / 2), _MAX_HOURS) for i in range(29))


class Hazard:
    """The price rule for one source, with the statistics learnt of it."""

    def __init__(self, *, prior: Prior, price: float = PRICE, statistics: SourceStatistics | None = None) -> None:
        self.name = "hazard"
        self.price = price
        self.rates = Rates(statistics or SourceStatistics(), prior)

    def next_check(self, check_history: CheckHistory, now: datetime) -> NextCheck:
        now = now.astimezone(UTC)  # adding hours to a local time would skip or repeat one when clocks change
        forecast = self.rates.forecast(check_history, now)
        wait, damage = self.wait(forecast)
        jittered = timedelta(hours=wait * (1 + JITTER * _jitter(check_history)))
        interval = min(max(jittered, MIN_INTERVAL, self.rates.proven_interval(check_history)), MAX_INTERVAL)
        signalled = self._check_after_signal(check_history, forecast, now, interval)
        if signalled is not None:
            return signalled
        quiet = short_duration(timedelta(hours=forecast.quiet_hours))
        if damage < self.price * RETIRE_BELOW:
            return retire(check_history, now, f"unchanged for {quiet}")
        edits = counted(check_history.changes, "edit")
        reason = f"{edits}, unchanged for {quiet}: again in {short_duration(interval)}"
        return NextCheck(at=now + interval, interval=interval, reason=reason, priority=damage)

    def expected(self, check_history: CheckHistory, at: datetime) -> float:
        return self.rates.expected(check_history, at)

    def learn(self, check_history: CheckHistory, at: datetime, *, edited: bool) -> None:
        """Add one complete check to the statistics; `check_history` is the state before that check."""
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

    def _check_after_signal(
        self, check_history: CheckHistory, forecast: Forecast, now: datetime, interval: timedelta
    ) -> NextCheck | None:
        """Return the earlier check that a signal asks for; None if none came or if this source's are too unreliable."""
        if check_history.signal_at is None:
            return None
        hours = interval.total_seconds() / 3600
        damage_if_edited = self.rates.overwrite_probability(forecast, hours) + staleness(hours)
        damage = self.rates.statistics.precision * damage_if_edited
        if damage < self.price:
            return None
        earliest = (check_history.last_checked_at or now) + MIN_INTERVAL
        at = max(check_history.signal_at + SETTLE, now if earliest <= now else min(earliest, now + MIN_INTERVAL))
        at = min(at, now + interval)
        return NextCheck(at=at, interval=at - now, reason="a listing shows a change", priority=damage)


def _jitter(check_history: CheckHistory) -> float:
    """Return a number from -1 to 1, constant per article, so that articles found together are not checked together."""
    seed = f"{check_history.source}\0{check_history.first_seen_at.timestamp()}"
    return int.from_bytes(blake2b(seed.encode(), digest_size=4).digest(), "big") / 2**31 - 1
