"""What was learnt of one source: counts against expectation, shrunk towards the general tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp
from typing import Any

# Pseudo-edits that each factor starts with.
FACTOR_PRIOR = 4.0
HOURS_PRIOR = 6.0  # per hour of the day
# The signals of a new source are assumed to be precise and frequent; a few checks correct that.
PRECISION_PRIOR = (3.0, 1.0)
RECALL_PRIOR = (1.0, 1.0)

FRESH, EDITED, LATE, LIVE = range(4)


@dataclass(slots=True)
class SourceStatistics:
    """Sufficient statistics of one source; each check adds to them, and nothing else is kept of it.

    `seen` and `expected` count edits of articles without an edit, with one, after three days without one, and of live
    blogs.
    `signals` are (true, false). `edits` are (with a signal, without one) while the article was listed.
    `price` is what `catch.py` learnt: the sum of its steps on the logarithm of the price, and their number.
    """

    seen: list[float] = field(default_factory=lambda: [0.0] * 4)
    expected: list[float] = field(default_factory=lambda: [0.0] * 4)
    signals: list[float] = field(default_factory=lambda: [0.0, 0.0])
    edits: list[float] = field(default_factory=lambda: [0.0, 0.0])
    price: list[float] = field(default_factory=lambda: [0.0, 0.0])
    hours_seen: list[float] = field(default_factory=lambda: [0.0] * 24)
    hours_expected: list[float] = field(default_factory=lambda: [0.0] * 24)

    @classmethod
    def of(cls, rates: Mapping[str, Any]) -> SourceStatistics:
        """Return the statistics that `as_rates` wrote; unknown names are ignored, missing counts start at zero."""
        statistics = cls()
        for name in cls.__slots__:
            counts: list[float] = getattr(statistics, name)
            stored = [float(count) for count in rates.get(name, ())][: len(counts)]
            counts[: len(stored)] = stored
        return statistics

    def copy(self) -> SourceStatistics:
        return SourceStatistics.of({name: getattr(self, name) for name in self.__slots__})

    def since(self, earlier: SourceStatistics) -> SourceStatistics:
        """Return what was added since `earlier`, a copy of these statistics."""
        added = SourceStatistics()
        for name in self.__slots__:
            now, then = getattr(self, name), getattr(earlier, name)
            getattr(added, name)[:] = [count - before for count, before in zip(now, then, strict=True)]
        return added

    def add(self, other: SourceStatistics, *, times: float = 1.0) -> None:
        """Add the counts of other checks, or take them back (`times` -1)."""
        for name in self.__slots__:
            counts, others = getattr(self, name), getattr(other, name)
            counts[:] = [count + times * more for count, more in zip(counts, others, strict=True)]

    def as_rates(self) -> dict[str, list[float]]:
        """Return the counts as plain lists, for the store."""
        return {name: [round(count, 4) for count in getattr(self, name)] for name in self.__slots__}

    def factor(self, cell: int) -> float:
        """Return how often this source edits relative to others; LATE is shrunk towards the other two together."""
        general = 1.0
        if cell == LATE:
            general = (FACTOR_PRIOR + self.seen[FRESH] + self.seen[EDITED]) / (
                FACTOR_PRIOR + self.expected[FRESH] + self.expected[EDITED]
            )
        return (FACTOR_PRIOR * general + self.seen[cell]) / (FACTOR_PRIOR + self.expected[cell])

    @property
    def precision(self) -> float:
        """Return the share of this source's signals that stand for a real edit."""
        true, false = PRECISION_PRIOR
        return (true + self.signals[0]) / (true + false + self.signals[0] + self.signals[1])

    @property
    def recall(self) -> float:
        """Return the share of edits that a signal announces while an article is listed."""
        announced, unannounced = RECALL_PRIOR
        return (announced + self.edits[0]) / (announced + unannounced + self.edits[0] + self.edits[1])

    def hours(self, general: tuple[float, ...]) -> tuple[float, ...]:
        """Return this source's profile of the day, with mean 1; `general` is that of all sources."""
        raw = [
            general[hour] * (HOURS_PRIOR + self.hours_seen[hour]) / (HOURS_PRIOR + self.hours_expected[hour])
            for hour in range(24)
        ]
        mean = sum(raw) / 24
        return tuple(factor / mean for factor in raw)


def estimated_edits(seen: bool, expected: float) -> float:
    """Return how many edits one check stands for: an observed edit may hide several in the same interval."""
    if not seen:
        return 0.0
    mean = min(max(expected, 1e-9), 2.0)
    return mean / (1.0 - exp(-mean))
