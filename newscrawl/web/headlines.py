"""The history of a headline, with swings between the same few wordings (A/B tests) told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newscrawl.store.reader import VersionSummary


@dataclass(frozen=True, slots=True)
class HeadlinePeriod:
    """One headline, or several that took turns, and when."""

    wordings: tuple[str, ...]
    since: datetime
    until: datetime
    turns: int  # how often one replaced another
    number: int  # version that first had it


def headlines(lines: Sequence[VersionSummary]) -> tuple[HeadlinePeriod, ...]:
    """Return the headlines of versions given oldest first."""
    periods: list[HeadlinePeriod] = []
    for line in lines:
        if periods and line.headline == periods[-1].wordings[0] and len(periods[-1].wordings) == 1:
            continue
        periods.append(HeadlinePeriod((line.headline,), line.seen_at, line.seen_at, 0, line.number))
    return tuple(_folded(periods))


def _folded(periods: Sequence[HeadlinePeriod]) -> list[HeadlinePeriod]:
    """Fold X, Y, X, … into one entry; two turns may be a correction and its reversal, which stays in sight as well."""
    result: list[HeadlinePeriod] = []
    at = 0
    while at < len(periods):
        end = at + 2
        while end < len(periods) and periods[end].wordings == periods[end - 2].wordings:
            end += 1
        if end - at >= 3:
            pair = (periods[at].wordings[0], periods[at + 1].wordings[0])
            first = periods[at]
            result.append(HeadlinePeriod(pair, first.since, periods[end - 1].since, end - at - 1, first.number))
            at = end
        else:
            result.append(periods[at])
            at += 1
    return result
