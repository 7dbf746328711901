"""The history of a headline; alternation between two wordings (an A/B test) is one entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newscrawl.store.reader import VersionSummary


@dataclass(frozen=True, slots=True)
class HeadlinePeriod:
    """One headline, or two that alternated, and when they were seen."""

    wordings: tuple[str, ...]
    since: datetime
    until: datetime  # when the last one of an alternation was first seen; `since` for a single headline
    turns: int  # how often one wording replaced the other
    number: int  # version that first had it


def headline_periods(versions: Sequence[VersionSummary]) -> tuple[HeadlinePeriod, ...]:
    """Return the headlines of versions given oldest first."""
    periods: list[HeadlinePeriod] = []
    for version in versions:
        if periods and version.headline == periods[-1].wordings[0] and len(periods[-1].wordings) == 1:
            continue
        periods.append(HeadlinePeriod((version.headline,), version.seen_at, version.seen_at, 0, version.number))
    return tuple(_merge_alternations(periods))


def _merge_alternations(periods: Sequence[HeadlinePeriod]) -> list[HeadlinePeriod]:
    """Merge X, Y, X, … into one entry. X, Y, X may also be a correction and its reversal: the entry names both."""
    merged: list[HeadlinePeriod] = []
    start = 0
    while start < len(periods):
        end = start + 2
        while end < len(periods) and periods[end].wordings == periods[end - 2].wordings:
            end += 1
        first = periods[start]
        if end - start >= 3:
            pair = (first.wordings[0], periods[start + 1].wordings[0])
            merged.append(HeadlinePeriod(pair, first.since, periods[end - 1].since, end - start - 1, first.number))
            start = end
        else:
            merged.append(first)
            start += 1
    return merged
