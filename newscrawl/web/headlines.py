"""The headlines of an article's versions as the page shows them: alternating ones (an A/B test) are one entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newscrawl import change
from newscrawl.store.reader import VersionSummary


@dataclass(frozen=True, slots=True)
class HeadlinePeriod:
    """One headline, or several that alternated, and when they were seen."""

    wordings: tuple[str, ...]
    since: datetime
    until: datetime  # when the last version of the period was seen
    turns: int  # how often one of alternating wordings replaced another; 0 for a single headline
    number: int  # version that first had it


def headline_periods(versions: Sequence[VersionSummary]) -> tuple[HeadlinePeriod, ...]:
    """Return the headlines of versions given oldest first."""
    return tuple(
        HeadlinePeriod(
            wordings=period.headlines,
            since=versions[period.first].seen_at,
            until=versions[period.last].seen_at,
            turns=period.returns + len(period.headlines) - 1,
            number=versions[period.first].number,
        )
        for period in change.headline_periods([version.headline for version in versions])
    )
