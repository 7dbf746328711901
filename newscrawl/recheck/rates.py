"""What one source's rates say of a story, and how its looks teach them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp

from newscrawl.items import CheckHistory, PageKind
from newscrawl.recheck.prior import LATE_HOURS, Day, Prior, row_of
from newscrawl.recheck.statistics import EDITED, FRESH, LATE, SourceStatistics, edits_behind

FRESHNESS = 0.01  # wordings that one hour of delay is worth, while it is news
NEWS_HOURS = 12.0  # after which further delay adds less and less
MAX_INTERVAL = timedelta(days=45)
ARTICLE_PRIOR = 3.0
LISTED_WITHIN = timedelta(hours=2)  # a listing that has not named a story for so long has dropped it
LONG_RUNNING_EDITS = 9
RELEARN_DAY = 64  # looks after which the profile of the day is drawn anew
HOURLY = timedelta(hours=3)  # a longer gap does not tell the hour of an edit


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the rates say of one story at one moment; times in hours."""

    row: int
    quiet: float  # since the last edit, or publication
    hour: float  # of the day, UTC
    factor: float  # source, article, age and kind together
    late: float  # what the factor becomes after three quiet days
    silent: float  # share of edits that come without a signal
    listed: float  # how long the silence of the listing is taken to last
    steady: float = 0.0  # edits per hour of a story that goes on and on at its own pace; 0: none such


class Rates:
    """The general tables scaled by what one source's statistics says."""

    def __init__(self, statistics: SourceStatistics, prior: Prior) -> None:
        self.statistics = statistics
        self._prior = prior
        self._day = Day(statistics.hours(prior.hours))
        self._looks = 0

    def forecast(self, check_history: CheckHistory, now: datetime) -> Forecast:
        """Return what this source's rates say of a story, robust to a clock that was set."""
        born = check_history.first_seen_at
        if check_history.published_at is not None and check_history.published_at < born:
            born = check_history.published_at
        since = check_history.last_changed_at or born
        newest = max(now, check_history.last_checked_at or now)
        quiet = max(newest - since, timedelta(0))
        hours = quiet.total_seconds() / 3600
        age = max((newest - born).total_seconds() / 3600, hours)
        row = row_of(check_history.changes)
        statistics = self.statistics
        shared = self.article_factor(check_history) * self._prior.age_factor(row, age)
        if check_history.kind is PageKind.LIVE:
            shared *= self._prior.live
        is_listed = check_history.listed_at is not None and newest - check_history.listed_at <= LISTED_WITHIN
        seen_for = max((newest - check_history.first_seen_at).total_seconds() / 3600, 1.0)
        moment = now.astimezone(UTC)
        return Forecast(
            row=row,
            quiet=hours,
            hour=moment.hour + moment.minute / 60,
            factor=shared * statistics.factor(EDITED if check_history.changes else FRESH),
            late=shared * statistics.factor(LATE),
            silent=1.0 - statistics.recall if is_listed else 1.0,
            listed=seen_for,
            steady=_pace(check_history.changes, (newest - check_history.first_seen_at).total_seconds() / 3600, hours),
        )

    @staticmethod
    def article_factor(check_history: CheckHistory) -> float:
        """Return how lively a story is for its kind: what it did against what was expected (Gamma-Poisson)."""
        return (ARTICLE_PRIOR + check_history.changes) / (ARTICLE_PRIOR + check_history.expected_edits)

    @staticmethod
    def proven_gap(check_history: CheckHistory) -> timedelta:
        """Return the gap that a quiet story has stood, where a clock set back hides its age; else nothing."""
        newest_fact = max(check_history.first_seen_at, check_history.last_changed_at or check_history.first_seen_at)
        was_set_back = check_history.last_checked_at is not None and check_history.last_checked_at < newest_fact
        return (
            check_history.interval
            if was_set_back and check_history.unchanged_streak and check_history.interval
            else timedelta(0)
        )

    def edits(self, forecast: Forecast, hours: float) -> float:
        """Return the new wordings to expect in the next `hours`."""
        end = forecast.quiet + hours
        if forecast.silent < 1.0 and hours > forecast.listed:
            near = self._between(forecast, forecast.quiet, forecast.quiet + forecast.listed)
            far = self._between(forecast, forecast.quiet + forecast.listed, end)
            total = forecast.silent * near + far
        else:
            total = forecast.silent * self._between(forecast, forecast.quiet, end)
        day = self._day
        modelled = total * (day.upto(forecast.hour + hours) - day.upto(forecast.hour)) / hours
        return max(modelled, forecast.steady * hours * forecast.silent)

    def _between(self, forecast: Forecast, start: float, end: float) -> float:
        prior, row = self._prior, forecast.row
        if end <= LATE_HOURS:
            return forecast.factor * (prior.total(row, end) - prior.total(row, start))
        if start >= LATE_HOURS:
            return forecast.late * (prior.total(row, end) - prior.total(row, start))
        bend = prior.total(row, LATE_HOURS)
        return forecast.factor * (bend - prior.total(row, start)) + forecast.late * (prior.total(row, end) - bend)

    def damage(self, forecast: Forecast, hours: float) -> float:
        """Return the wordings that not looking for so long is expected to cost, delay included."""
        return self.edits(forecast, hours) * (self.overwritten(forecast, hours / 2) + staleness(hours / 2))

    def overwritten(self, forecast: Forecast, hours: float) -> float:
        """Return the chance that a fresh wording is replaced within `hours`."""
        if forecast.steady:
            return 1.0 - exp(-forecast.steady * hours)
        row = min(forecast.row + 1, 5)
        return 1.0 - exp(-forecast.factor * self._prior.total(row, hours))

    def expected(self, check_history: CheckHistory, at: datetime) -> float:
        """Return the edits to be expected between a story's last look and `at`, by the source's rates."""
        if check_history.last_checked_at is None or at <= check_history.last_checked_at:
            return 0.0
        return sum(self.statistics.factor(cell) * e for cell, e in enumerate(self._exposure(check_history, at)))

    def _exposure(self, check_history: CheckHistory, at: datetime) -> list[float]:
        """Return the edits expected since the last look by the general rates alone, by cell."""
        exposure = [0.0, 0.0, 0.0]
        last = check_history.last_checked_at
        if last is None or at <= last:
            return exposure
        born = min(check_history.published_at or check_history.first_seen_at, check_history.first_seen_at)
        start = max((last - (check_history.last_changed_at or born)).total_seconds() / 3600, 0.0)
        gap = (at - last).total_seconds() / 3600
        row = row_of(check_history.changes)
        moment = last.astimezone(UTC)
        hour = moment.hour + moment.minute / 60
        share = self._prior.age_factor(row, (at - born).total_seconds() / 3600)
        share *= (self._day.upto(hour + gap) - self._day.upto(hour)) / gap
        if check_history.kind is PageKind.LIVE:
            share *= self._prior.live
        end, total = start + gap, self._prior.total
        bend = min(max(LATE_HOURS, start), end)
        exposure[EDITED if check_history.changes else FRESH] = share * (total(row, bend) - total(row, start))
        exposure[LATE] = share * (total(row, end) - total(row, bend))
        return exposure

    def learn(self, check_history: CheckHistory, at: datetime, *, edited: bool) -> None:
        """Take in one complete look at a story, told by its track before that look."""
        exposure = self._exposure(check_history, at)
        total = sum(exposure)
        statistics = self.statistics
        count = edits_behind(edited, sum(statistics.factor(cell) * e for cell, e in enumerate(exposure)))
        for cell, e in enumerate(exposure):
            statistics.expected[cell] += e
            if total > 0:
                statistics.seen[cell] += count * e / total
        self._learn_signals(check_history, at, edited=edited)
        self._learn_day(check_history, at, count, total)

    def _learn_signals(self, check_history: CheckHistory, at: datetime, *, edited: bool) -> None:
        told = check_history.signal_at is not None and check_history.signal_at <= at
        if told:
            self.statistics.signals[0 if edited else 1] += 1
        if edited and (told or (check_history.listed_at is not None and at - check_history.listed_at <= LISTED_WITHIN)):
            self.statistics.edits[0 if told else 1] += 1

    def _learn_day(self, check_history: CheckHistory, at: datetime, count: float, total: float) -> None:
        last = check_history.last_checked_at
        if last is None or at - last > HOURLY or at <= last:
            return
        hour = (last + (at - last) / 2).astimezone(UTC).hour
        flat = total * self.statistics.factor(EDITED if check_history.changes else FRESH) / self._day.hours[hour]
        self.statistics.hours_seen[hour] += count
        self.statistics.hours_expected[hour] += flat * self._prior.hours[hour]
        self._looks += 1
        if self._looks % RELEARN_DAY == 0:
            self._day = Day(self.statistics.hours(self._prior.hours))


def _pace(changes: int, watched: float, quiet: float) -> float:
    """Return the edits per hour of a long-running story: a tracker is edited daily for months, not in bursts.

    After three of its own gaps without an edit it is a story like others.
    """
    if changes < LONG_RUNNING_EDITS or watched <= LATE_HOURS or quiet >= 3 * watched / changes:
        return 0.0
    return changes / watched


def staleness(hours: float) -> float:
    """Return what a delay is worth in wordings: in proportion at first, never more than FRESHNESS x NEWS_HOURS."""
    return FRESHNESS * hours / (1.0 + hours / NEWS_HOURS)
