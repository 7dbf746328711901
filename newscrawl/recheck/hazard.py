"""The price rule: check again when the damage expected from waiting reaches the price of one check.

For an operator:
  A source's past gives how many new wordings to expect in the next hours, and how soon a new one is overwritten.
  Damage of waiting = expected wordings x (probability that one is overwritten unseen + a little per hour of delay).
  The next check is due when that damage reaches the price of a check.
  The price is learnt of each source, from the share of wordings that one wants to catch (NEWSCRAWL_CATCH); or given.
  An article that stays unchanged is checked less and less often.
  One that was edited, or that a listing shows as changed, is checked soon.
  Signals from listings are weighted by how often they were right for this source.
  While a listing names an article and shows no change, only edits that come without a signal are expected.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from newscrawl.humanize import counted, short_duration
from newscrawl.items import CheckHistory, NextCheck, PageKind
from newscrawl.recheck.catch import CATCH, LearntPrice
from newscrawl.recheck.lifecycle import retire
from newscrawl.recheck.prior import LATE_HOURS, Prior
from newscrawl.recheck.rates import MAX_INTERVAL, Forecast, Rates, staleness
from newscrawl.recheck.statistics import SourceStatistics

MIN_INTERVAL = timedelta(minutes=5)
MIN_LIVE_INTERVAL = timedelta(minutes=2)  # half the entries of live blogs follow one another within six minutes
SETTLE = timedelta(minutes=2)  # wait after a signal: editors often save twice in a row
LIVE_SETTLE = timedelta(seconds=15)  # the next entry of a live blog is no correction of the one before
# A check comes at most this long after the last one, in the first three days of a wording, if a listing claims a change
# whose signals are usually wrong: 54 checks, which is what News Sniffer's rule spends on an article.
DOUBTED_SIGNAL = timedelta(minutes=80)
MIN_PRECISION = 0.05  # of signals; those of a listing that lies more often bring no check forward
# An article is retired when waiting for the maximum interval costs less than this share of the price.
RETIRE_BELOW = 1 / 3
JITTER = 0.03

_MIN_HOURS, _MAX_HOURS = MIN_LIVE_INTERVAL.total_seconds() / 3600, MAX_INTERVAL.total_seconds() / 3600
_GRID = tuple(min(_MIN_HOURS * 2 ** (i / 2), _MAX_HOURS) for i in range(31))


class Hazard:
    """The price rule for one source, with the statistics learnt of it."""

    def __init__(
        self,
        *,
        prior: Prior,
        catch: float = CATCH,
        price: float | None = None,
        statistics: SourceStatistics | None = None,
    ) -> None:
        """Aim at catching the share `catch` of the wordings, at a price that is learnt; or keep to a given `price`."""
        self.name = "hazard"
        self.rates = Rates(statistics or SourceStatistics(), prior)
        self._fixed_price = price
        self._learnt_price = LearntPrice(catch, self.rates.statistics)

    @property
    def price(self) -> float:
        """Return the price of one check, in wordings."""
        return self._learnt_price.price if self._fixed_price is None else self._fixed_price

    @property
    def aim(self) -> str:
        """Return in words what the price is learnt for; nothing if it was given."""
        return f", learnt to catch {self._learnt_price.catch:.0%} of wordings" if self._fixed_price is None else ""

    def next_check(self, check_history: CheckHistory, now: datetime) -> NextCheck:
        now = now.astimezone(UTC)  # adding hours to a local time would skip or repeat one when clocks change
        if check_history.signal_at is None:
            return self._by_price(check_history, self.rates.forecast(check_history, now), now)
        # Counted from the last check, so that signals that keep coming do not put the check off.
        since = min((check_history.last_checked_at or now).astimezone(UTC), now)
        forecast = self.rates.forecast(check_history, since)
        planned = self._by_price(check_history, forecast, since)
        return self._by_signal(check_history, forecast, planned, now)

    def _by_price(self, check_history: CheckHistory, forecast: Forecast, since: datetime) -> NextCheck:
        """Return the check that the price asks for after one that ended at `since`."""
        wait, damage = self.wait(forecast)
        jittered = timedelta(hours=wait * (1 + JITTER * _jitter(check_history)))
        shortest = min_interval(check_history)
        interval = min(max(jittered, shortest, self.rates.proven_interval(check_history)), MAX_INTERVAL)
        quiet = short_duration(timedelta(hours=forecast.quiet_hours))
        if damage < self.price * RETIRE_BELOW:
            return retire(check_history, since, f"unchanged for {quiet}")
        edits = counted(check_history.changes, "edit")
        reason = f"{edits}, unchanged for {quiet}: again in {short_duration(interval)}"
        return NextCheck(at=since + interval, interval=interval, reason=reason, priority=damage)

    def expected(self, check_history: CheckHistory, at: datetime) -> float:
        return self.rates.expected(check_history, at)

    def learn(self, check_history: CheckHistory, at: datetime, *, edited: bool) -> None:
        """Add one complete check to the statistics; `check_history` is the state before that check."""
        # A live blog overwrites itself faster than any politeness can follow: it says nothing about the price.
        if edited and self._fixed_price is None and check_history.kind is not PageKind.LIVE:
            self._learnt_price.learn(self.rates.caught_share(check_history, at))
        self.rates.learn(check_history, at, edited=edited)

    def wait(self, forecast: Forecast) -> tuple[float, float]:
        """Return the hours until the damage equals the price, within the bounds, and the damage by then."""
        damage_of, price = self.rates.damage, self.price
        low, high = 0, len(_GRID) - 1
        before, after = damage_of(forecast, _GRID[low]), damage_of(forecast, _GRID[high])
        if before >= price:
            return _GRID[low], before
        if after <= price:
            return _GRID[high], after
        while high - low > 1:
            middle = (low + high) // 2
            damage = damage_of(forecast, _GRID[middle])
            if damage < price:
                low, before = middle, damage
            else:
                high, after = middle, damage
        share = (price - before) / (after - before)
        return _GRID[low] + (_GRID[high] - _GRID[low]) * share, price

    def _by_signal(
        self, check_history: CheckHistory, forecast: Forecast, planned: NextCheck, now: datetime
    ) -> NextCheck:
        """Return the check after a signal: soon if this source's are right often enough, else not much later.

        A listing that claims a change every minute must not be what hides one.
        """
        hours = (planned.interval or MAX_INTERVAL).total_seconds() / 3600
        precision = self.rates.statistics.precision
        damage = precision * (self.rates.overwrite_probability(forecast, hours) + staleness(hours))
        if damage >= self.price and precision >= MIN_PRECISION:
            at, reason = _after_signal(check_history, now), "a listing shows a change"
        elif forecast.quiet_hours < LATE_HOURS:
            since = min(check_history.last_checked_at or now, now)
            at = max(since + DOUBTED_SIGNAL, now)
            reason = "a listing shows a change, as it often does without one"
        else:
            return planned if planned.at is None or planned.at >= now else replace(planned, at=now)
        if planned.interval is not None and planned.at is not None and planned.at <= at:
            return replace(planned, at=max(planned.at, now))
        return NextCheck(at=at, interval=at - now, reason=reason, priority=damage)


def _after_signal(check_history: CheckHistory, now: datetime) -> datetime:
    """Return the time shortly after a signal, but not too soon after the last check."""
    is_live = check_history.kind is PageKind.LIVE
    shortest = min_interval(check_history)
    earliest = (check_history.last_checked_at or now) + shortest
    settled = (check_history.signal_at or now) + (LIVE_SETTLE if is_live else SETTLE)
    return max(settled, now if earliest <= now else min(earliest, now + shortest))


def min_interval(check_history: CheckHistory) -> timedelta:
    """Return the shortest time between two checks of an article."""
    return MIN_LIVE_INTERVAL if check_history.kind is PageKind.LIVE else MIN_INTERVAL


def _jitter(check_history: CheckHistory) -> float:
    """Return a number from -1 to 1, constant per article, so that articles found together are not checked together."""
    seed = f"{check_history.source}\0{check_history.first_seen_at.timestamp()}"
    return int.from_bytes(blake2b(seed.encode(), digest_size=4).digest(), "big") / 2**31 - 1
