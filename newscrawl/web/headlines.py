"""The history of a headline, with swings between the same few wordings (A/B tests) told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newscrawl.store.reader import VersionSummary


@dataclass(frozen=True, slots=True)
class Stand:
    """One headline, or several that took turns, and when."""

    wordings: tuple[str, ...]
    since: datetime
    until: datetime
    turns: int  # how often one replaced another
    number: int  # version that first had it


def headlines(lines: Sequence[VersionSummary]) -> tuple[Stand, ...]:
    """Return the headlines of versions given oldest first."""
    stands: list[Stand] = []
    for line in lines:
        if stands and line.headline == stands[-1].wordings[0] and len(stands[-1].wordings) == 1:
            continue
        stands.append(Stand((line.headline,), line.seen_at, line.seen_at, 0, line.number))
    return tuple(_folded(stands))


def _folded(stands: Sequence[Stand]) -> list[Stand]:
    """Fold X, Y, X, … into one entry; two turns may be a correction and its reversal, which stays in sight as well."""
    result: list[Stand] = []
    at = 0
    while at < len(stands):
        end = at + 2
        while end < len(stands) and stands[end].wordings == stands[end - 2].wordings:
            end += 1
        if end - at >= 3:
            pair = (stands[at].wordings[0], stands[at + 1].wordings[0])
            first = stands[at]
            result.append(Stand(pair, first.since, stands[end - 1].since, end - at - 1, first.number))
            at = end
        else:
            result.append(stands[at])
            at += 1
    return result
