"""Gaps in a source's coverage: spans without a successful run, much longer than its usual interval. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from newscrawl.store.reader.views import Coverage, Gap, Run

MIN_GAP_FACTOR = 3  # in usual intervals
MIN_RUNS = 3  # successful runs; with fewer there is no usual interval
MAX_LISTED_GAPS = 20  # newest gaps that a profile lists
# Exit codes of runs that checked everything they intended to: 6 is an alarm on top of a complete run.
COMPLETE_EXIT_CODES = (0, 6)


def coverage(runs: Sequence[Run], now: datetime) -> Coverage:
    """Return the gaps between successful runs, newest first; `runs` in any order.

    The usual interval is the median between the starts of consecutive successful runs. The span from the last one to
    `now` may be a gap as well.
    """
    runs = sorted(runs, key=lambda run: run.started_at)
    successful = [run for run in runs if run.exit_code in COMPLETE_EXIT_CODES and run.ended_at is not None]
    if len(successful) < MIN_RUNS:
        return Coverage(runs=len(runs), failed=_failed(runs), since=runs[0].started_at if runs else None)
    starts = [run.started_at for run in successful]
    usual = timedelta(seconds=median((b - a).total_seconds() for a, b in pairwise(starts)))
    return Coverage(
        runs=len(runs),
        failed=_failed(runs),
        since=runs[0].started_at,
        usual_interval_minutes=round(usual.total_seconds() / 60, 1),
        gaps=tuple(reversed(_gaps(runs, successful, usual, now)[-MAX_LISTED_GAPS:])),
    )


def _gaps(runs: Sequence[Run], successful: Sequence[Run], usual: timedelta, now: datetime) -> list[Gap]:
    gaps = []
    for before, after in zip(successful, [*successful[1:], None], strict=True):
        start = before.ended_at or before.started_at
        end = after.started_at if after else now
        if end - before.started_at > MIN_GAP_FACTOR * usual:
            between = [run for run in runs if before.started_at < run.started_at < end]
            gaps.append(Gap(start, after.started_at if after else None, _failed(between)))
    return gaps


def _failed(runs: Sequence[Run]) -> int:
    return sum(1 for run in runs if run.ended_at is not None and run.exit_code not in COMPLETE_EXIT_CODES)
