"""Gaps in a source's coverage: spans without a successful run that are long beside its usual interval. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from newscrawl.store.reader.views import Coverage, Gap, Run

MIN_GAP_FACTOR = 3  # times the usual interval
MIN_RUNS = 3  # successful runs from which there is anything usual
MAX_LISTED_GAPS = 20  # newest gaps that a profile lists
# Of all exit codes those of a run that looked at what it meant to: 6 is an alarm on top of a complete run.
COMPLETE = (0, 6)


def coverage(runs: Sequence[Run], now: datetime) -> Coverage:
    """Return the gaps between successful runs, newest first; `runs` in any order.

    The usual interval is the median between the starts of successful runs that follow one another. The span since the
    last one counts as well, up to `now`.
    """
    runs = sorted(runs, key=lambda run: run.started_at)
    good = [run for run in runs if run.exit_code in COMPLETE and run.ended_at is not None]
    if len(good) < MIN_RUNS:
        return Coverage(runs=len(runs), failed=_failed(runs), since=runs[0].started_at if runs else None)
    starts = [run.started_at for run in good]
    usual = timedelta(seconds=median((b - a).total_seconds() for a, b in pairwise(starts)))
    return Coverage(
        runs=len(runs),
        failed=_failed(runs),
        since=runs[0].started_at,
        usual_interval_minutes=round(usual.total_seconds() / 60, 1),
        gaps=tuple(reversed(_gaps(runs, good, usual, now)[-MAX_LISTED_GAPS:])),
    )


def _gaps(runs: Sequence[Run], good: Sequence[Run], usual: timedelta, now: datetime) -> list[Gap]:
    gaps = []
    for last, following in zip(good, [*good[1:], None], strict=True):
        start = last.ended_at or last.started_at
        end = following.started_at if following else now
        if end - last.started_at > MIN_GAP_FACTOR * usual:
            between = [run for run in runs if last.started_at < run.started_at < end]
            gaps.append(Gap(start, following.started_at if following else None, _failed(between)))
    return gaps


def _failed(runs: Sequence[Run]) -> int:
    return sum(1 for run in runs if run.ended_at is not None and run.exit_code not in COMPLETE)
