"""One source's rates: what they predict for an article, and how its checks update them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp

from newscrawl.items import CheckHistory, PageKind
from newscrawl.recheck.prior import LATE_HOURS, DayProfile, Prior, row_after, row_of
from newscrawl.recheck.statistics import EDITED, FRESH, LATE, LIVE, SourceStatistics, estimated_edits

FRESHNESS = 0.01  # damage of one hour of delay, in wordings, while an article is news
NEWS_HOURS = 12.0  # after which further delay adds less and less
MAX_INTERVAL = timedelta(days=45)
ARTICLE_PRIOR = 3.0
LISTED_WITHIN = timedelta(hours=2)  # a listing that has not named an article for so long has dropped it
LONG_RUNNING_EDITS = 9
SIGNAL_HOURS = 0.1  # from an edit to its signal
MAX_EXPIRED, EXPIRY_HOURS = 0.08, 0.5  # share of wordings that expire before a late check; half of it by this time
MEANT_PRECISION = 0.3  # of signals, from which on an edit counts as announced by the one that came before its check
CHECKS_PER_DAY_PROFILE = 64  # the profile of the day is computed again after so many checks
MAX_KNOWN_HOUR = timedelta(hours=3)  # after a longer interval the hour of an edit is not known


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the rates predict for one article at one moment."""

    row: int
    quiet_hours: float  # since the last edit, or publication
    hour_of_day: float  # UTC
    factor: float  # of source, article, age and kind together
    late_factor: float  # what `factor` becomes after three days without an edit
    next_factor: float  # what `factor` becomes once the article is edited again
    unannounced: float  # share of edits that come without a signal
    listed_hours: float  # for how long a listing without a change is taken to mean that there is none
    steady_rate: float = 0.0  # edits per hour of an article that is edited at a steady pace for days; else 0


class Rates:
    """The general tables scaled by one source's statistics."""

    def __init__(self, statistics: SourceStatistics, prior: Prior) -> None:
        self.statistics = statistics
        self._prior = prior
        self._day = DayProfile(statistics.hours(prior.hours))
        self._checks = 0

    def forecast(self, check_history: CheckHistory, now: datetime) -> Forecast:
        """Return the forecast for an article; a clock that was set back does not make it younger."""
        newest = max(now, check_history.last_checked_at or now)
        appeared_at = _appeared_at(check_history)
        quiet_hours = _hours(max(newest - (check_history.last_changed_at or appeared_at), timedelta(0)))
        age = max(_hours(newest - appeared_at), quiet_hours)
        observed_hours = _hours(newest - check_history.first_seen_at)
        is_live = check_history.kind is PageKind.LIVE
        row = row_of(check_history.changes, is_live=is_live)
        statistics = self.statistics
        article_factor = self.article_factor(check_history)
        shared = article_factor * self._prior.age_factor(row, age)
        next_factor = article_factor * self._prior.age_factor(row_after(row), age)
        is_listed = _is_listed(check_history, newest)
        return Forecast(
            row=row,
            quiet_hours=quiet_hours,
            hour_of_day=_hour_of_day(now),
            factor=shared * statistics.factor(_cell(check_history)),
            late_factor=shared * statistics.factor(LIVE if is_live else LATE),
            next_factor=next_factor * statistics.factor(LIVE if is_live else EDITED),
            unannounced=1.0 - statistics.recall if is_listed and check_history.signal_at is None else 1.0,
            listed_hours=max(observed_hours, 1.0),
            steady_rate=_steady_rate(check_history.changes, observed_hours, quiet_hours),
        )

    @staticmethod
    def article_factor(check_history: CheckHistory) -> float:
        """Return how often an article was edited relative to what was expected (Gamma-Poisson)."""
        return (ARTICLE_PRIOR + check_history.changes) / (ARTICLE_PRIOR + check_history.expected_edits)

    @staticmethod
    def proven_interval(check_history: CheckHistory) -> timedelta:
        """Return the last interval of an unchanged article if a clock set back hides its age, else zero."""
        newest_fact = max(check_history.first_seen_at, check_history.last_changed_at or check_history.first_seen_at)
        was_set_back = check_history.last_checked_at is not None and check_history.last_checked_at < newest_fact
        is_proven = was_set_back and check_history.unchanged_streak > 0
        return (check_history.interval if is_proven else None) or timedelta(0)

    def edits(self, forecast: Forecast, hours: float) -> float:
        """Return the new wordings to expect in the next `hours`."""
        start = forecast.quiet_hours
        end = start + hours
        if forecast.unannounced < 1.0 and hours > forecast.listed_hours:
            delisted = start + forecast.listed_hours
            total = forecast.unannounced * self._edits_between(forecast, start, delisted)
            total += self._edits_between(forecast, delisted, end)
        else:
            total = forecast.unannounced * self._edits_between(forecast, start, end)
        modelled = total * self._day.integral(forecast.hour_of_day, forecast.hour_of_day + hours) / hours
        return max(modelled, forecast.steady_rate * hours * forecast.unannounced)

    def _edits_between(self, forecast: Forecast, start: float, end: float) -> float:
        """Return the edits expected between two times, in hours since the last edit, without the profile of the day."""
        hazard, row = self._prior.cumulative_hazard, forecast.row
        if end <= LATE_HOURS:
            return forecast.factor * (hazard(row, end) - hazard(row, start))
        if start >= LATE_HOURS:
            return forecast.late_factor * (hazard(row, end) - hazard(row, start))
        bend = hazard(row, LATE_HOURS)
        return forecast.factor * (bend - hazard(row, start)) + forecast.late_factor * (hazard(row, end) - bend)

    def damage(self, forecast: Forecast, hours: float) -> float:
        """Return the damage, in wordings, expected from not checking for `hours`: losses and delay."""
        per_edit = self.overwrite_probability(forecast, hours / 2) + staleness(hours / 2)
        return self.edits(forecast, hours) * per_edit

    def overwrite_probability(self, forecast: Forecast, hours: float) -> float:
        """Return the probability that a new wording is replaced within `hours`."""
        if forecast.steady_rate:
            return 1.0 - exp(-forecast.steady_rate * hours)
        row = row_after(forecast.row)
        return 1.0 - exp(-forecast.next_factor * self._prior.cumulative_hazard(row, hours))

    def caught_share(self, check_history: CheckHistory, at: datetime) -> float:
        """Return which share of the wordings since the last check was caught by the check at `at`, which found one.

        Others may have come after the first and been overwritten. Of a wording that was public for long before the
        check it is not certain that it would have stayed: pages are taken down, and closed to readers.
        """
        last = check_history.last_checked_at
        if last is None or at <= last:
            return 1.0
        hours = _hours(at - last) / 2
        if check_history.signal_at is not None and check_history.signal_at <= at:
            hours = min(hours, _hours(at - check_history.signal_at) + SIGNAL_HOURS)
        overwritten = self.overwrite_probability(self.forecast(check_history, last), hours)
        return (1.0 - MAX_EXPIRED * hours / (EXPIRY_HOURS + hours)) / (1.0 + overwritten)

    def expected(self, check_history: CheckHistory, at: datetime) -> float:
        """Return how many checks like one at `at` would find an edit, by the source's rates, for the article's factor.

        Several edits in one interval are found as one. An article's edits and expectation are compared, so the
        expectation is of what a check can find: at the article's own pace, divided by its factor.
        """
        factor = self.article_factor(check_history)
        return (1.0 - exp(-factor * self._scaled(self._exposure(check_history, at)))) / factor

    def _scaled(self, exposure: list[float]) -> float:
        return sum(self.statistics.factor(cell) * edits for cell, edits in enumerate(exposure))

    def _exposure(self, check_history: CheckHistory, at: datetime) -> list[float]:
        """Return the edits expected since the last check by the general rates alone: fresh, edited, late, live."""
        exposure = [0.0] * 4
        last = check_history.last_checked_at
        if last is None or at <= last:
            return exposure
        appeared_at = _appeared_at(check_history)
        start = max(_hours(last - (check_history.last_changed_at or appeared_at)), 0.0)
        interval = _hours(at - last)
        is_live = check_history.kind is PageKind.LIVE
        row = row_of(check_history.changes, is_live=is_live)
        hour = _hour_of_day(last)
        factor = self._prior.age_factor(row, _hours(at - appeared_at))
        factor *= self._day.integral(hour, hour + interval) / interval
        end, hazard = start + interval, self._prior.cumulative_hazard
        bend = end if is_live else min(max(LATE_HOURS, start), end)
        exposure[_cell(check_history)] = factor * (hazard(row, bend) - hazard(row, start))
        exposure[LATE] = factor * (hazard(row, end) - hazard(row, bend))
        return exposure

    def learn(self, check_history: CheckHistory, at: datetime, *, edited: bool) -> None:
        """Add one complete check to the statistics; `check_history` is the state before that check."""
        exposure = self._exposure(check_history, at)
        total = sum(exposure)
        count = estimated_edits(edited, self._scaled(exposure))
        for cell, edits in enumerate(exposure):
            self.statistics.expected[cell] += edits
            if total > 0:
                self.statistics.seen[cell] += count * edits / total
        self._learn_signals(check_history, at, edited=edited)
        self._learn_day(check_history, at, count, total)

    def _learn_signals(self, check_history: CheckHistory, at: datetime, *, edited: bool) -> None:
        is_signalled = check_history.signal_at is not None and check_history.signal_at <= at
        is_listed = _is_listed(check_history, at)
        if is_signalled:
            self.statistics.signals[0 if edited else 1] += 1
        if edited and (is_signalled or is_listed):
            # Signals that come whether or not there was an edit announce none, though one came before each edit.
            announced = min(self.statistics.precision / MEANT_PRECISION, 1.0) if is_signalled else 0.0
            self.statistics.edits[0] += announced
            self.statistics.edits[1] += 1.0 - announced

    def _learn_day(self, check_history: CheckHistory, at: datetime, count: float, total: float) -> None:
        last = check_history.last_checked_at
        if last is None or at - last > MAX_KNOWN_HOUR or at <= last:
            return
        hour = (last + (at - last) / 2).astimezone(UTC).hour
        flat = total * self.statistics.factor(_cell(check_history)) / self._day.hours[hour]
        self.statistics.hours_seen[hour] += count
        self.statistics.hours_expected[hour] += flat * self._prior.hours[hour]
        self._checks += 1
        if self._checks % CHECKS_PER_DAY_PROFILE == 0:
            self._day = DayProfile(self.statistics.hours(self._prior.hours))


def _is_listed(check_history: CheckHistory, now: datetime) -> bool:
    return check_history.listed_at is not None and now - check_history.listed_at <= LISTED_WITHIN


def _cell(check_history: CheckHistory) -> int:
    """Return which of the source's factors applies to an article before it is late."""
    if check_history.kind is PageKind.LIVE:
        return LIVE
    return EDITED if check_history.changes else FRESH


def _appeared_at(check_history: CheckHistory) -> datetime:
    return min(check_history.published_at or check_history.first_seen_at, check_history.first_seen_at)


def _hours(duration: timedelta) -> float:
    return duration.total_seconds() / 3600


def _hour_of_day(moment: datetime) -> float:
    utc = moment.astimezone(UTC)
    return utc.hour + utc.minute / 60


def _steady_rate(changes: int, observed_hours: float, quiet_hours: float) -> float:
    """Return the edits per hour of a long-running article, such as a tracker that is edited daily for months.

    After three of its own mean intervals without an edit it is an article like others, and the rate is 0.
    """
    is_long_running = changes >= LONG_RUNNING_EDITS and observed_hours > LATE_HOURS
    if not is_long_running or quiet_hours >= 3 * observed_hours / changes:
        return 0.0
    return changes / observed_hours


def staleness(hours: float) -> float:
    """Return the damage of a delay in wordings: linear at first, never more than FRESHNESS x NEWS_HOURS."""
    return FRESHNESS * hours / (1.0 + hours / NEWS_HOURS)
