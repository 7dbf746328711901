"""Faults that no run of a source can find, because there is none or it asks for nothing. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from newscrawl.health.baselines import WARM_UP_RUNS, Baselines
from newscrawl.health.status import MAX_LAG, MAX_MISSED_INTERVALS
from newscrawl.humanize import counted, short_duration
from newscrawl.items import AlarmKind, Finding, SourceState
from newscrawl.store.claims import Backlog

MIN_INTERVAL = timedelta(hours=1)  # between two good runs; a shorter one is no reason for an alarm after minutes
# How much of the time between two moments a source is open: it may be closed at night.
OpenTime = Callable[[datetime, datetime], timedelta]


@dataclass(frozen=True, slots=True)
class Silence:
    """What is known of a source besides its runs; `since`: nobody crawled before that, and no alarm is due for it."""

    state: SourceState
    backlog: Backlog | None
    interval: timedelta  # in which its listings should be read
    now: datetime
    since: datetime | None = None
    open_time: OpenTime = lambda begin, end: end - begin

    def findings(self) -> tuple[list[Finding], set[AlarmKind]]:
        """Return the findings, and of which kinds the cause is gone; what cannot be judged yet is in neither."""
        judged = (self._no_success(), self._due_lag())
        found = [finding for finding, _ in judged if finding is not None]
        kinds = (AlarmKind.NO_SUCCESS, AlarmKind.DUE_LAG)
        return found, {kind for kind, (_, is_over) in zip(kinds, judged, strict=True) if is_over}

    def _no_success(self) -> tuple[Finding | None, bool]:
        usual = Baselines.of(self.state.baselines)
        succeeded_at = usual.succeeded_at or self.state.last_good_check_at
        runs = sum(self.state.totals.get("runs", {}).values())
        if succeeded_at is None:
            if runs < WARM_UP_RUNS:
                return None, False
            return Finding(
                AlarmKind.NO_SUCCESS, f"nothing was read in any of {counted(runs, 'run')}", {"runs": runs}
            ), False
        interval = max(MIN_INTERVAL, usual.usual_gap or self.interval)
        silence = self.open_time(succeeded_at, self.now)
        if silence <= MAX_MISSED_INTERVALS * interval:
            return None, True
        if self._open_time_since() <= MAX_MISSED_INTERVALS * interval:
            return None, False
        evidence = {"succeeded_at": succeeded_at, "usual_seconds": interval.total_seconds(), "runs": runs}
        message = f"nothing was read for {short_duration(silence)}, usually within {short_duration(interval)}"
        return Finding(AlarmKind.NO_SUCCESS, message, evidence), False

    def _due_lag(self) -> tuple[Finding | None, bool]:
        lag = self.open_time(self.backlog.since, self.now) if self.backlog else timedelta()
        if self.backlog is None or lag <= MAX_LAG:
            return None, True
        if self._open_time_since() <= MAX_LAG:
            return None, False
        evidence = {"due": self.backlog.due, "since": self.backlog.since}
        message = f"{counted(self.backlog.due, 'article')} due, the first for {short_duration(lag)}"
        return Finding(AlarmKind.DUE_LAG, message, evidence), False

    def _open_time_since(self) -> timedelta:
        return timedelta.max if self.since is None else self.open_time(self.since, self.now)
