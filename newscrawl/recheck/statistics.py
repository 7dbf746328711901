"""What one source has taught: counts against expectation, shrunk towards the general tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp
from typing import Any

# How many edits' worth of doubt each factor starts with.
FACTOR_PRIOR = 4.0
HOURS_PRIOR = 6.0  # per hour of the day
# A source is taken to signal honestly and often until it shows otherwise; a few looks settle it.
PRECISION_PRIOR = (3.0, 1.0)
RECALL_PRIOR = (1.0, 1.0)

FRESH, EDITED, LATE = range(3)


@dataclass(slots=True)
class SourceStatistics:
    """Sufficient statistics of one source; grows with every look, and is all that is kept of it.

    `seen` and `expected` count edits of stories without an edit, with one, and after three quiet days; `signals` are
    (true, false), `edits` those that a signal announced and that came silently while the story was listed.
    """

    seen: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    expected: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    signals: list[float] = field(default_factory=lambda: [0.0, 0.0])
    edits: list[float] = field(default_factory=lambda: [0.0, 0.0])
    hours_seen: list[float] = field(default_factory=lambda: [0.0] * 24)
    hours_expected: list[float] = field(default_factory=lambda: [0.0] * 24)

    @classmethod
    def of(cls, rates: Mapping[str, Any]) -> SourceStatistics:
        """Return the statistics that `as_rates` wrote; unknown names are ignored, missing ones start empty."""
        statistics = cls()
        for name in cls.__slots__:
            if name in rates:
                setattr(statistics, name, [float(x) for x in rates[name]])
        return statistics

    def as_rates(self) -> dict[str, list[float]]:
        """Return the counts as plain lists, for the store."""
        return {name: [round(x, 4) for x in getattr(self, name)] for name in self.__slots__}

    def factor(self, cell: int) -> float:
        """Return how many times livelier this source is than others; the late factor leans on the other two."""
        general = 1.0
        if cell == LATE:
            general = (FACTOR_PRIOR + self.seen[FRESH] + self.seen[EDITED]) / (
                FACTOR_PRIOR + self.expected[FRESH] + self.expected[EDITED]
            )
        return (FACTOR_PRIOR * general + self.seen[cell]) / (FACTOR_PRIOR + self.expected[cell])

    @property
    def precision(self) -> float:
        """Return how often a signal of this source stands for a real edit."""
        true, false = PRECISION_PRIOR
        return (true + self.signals[0]) / (true + false + self.signals[0] + self.signals[1])

    @property
    def recall(self) -> float:
        """Return the share of edits that a signal announces while a story is listed."""
        told, silent = RECALL_PRIOR
        return (told + self.edits[0]) / (told + silent + self.edits[0] + self.edits[1])

    def hours(self, base: tuple[float, ...]) -> tuple[float, ...]:
        """Return this source's profile of the day, with mean 1."""
        raw = [base[i] * (HOURS_PRIOR + self.hours_seen[i]) / (HOURS_PRIOR + self.hours_expected[i]) for i in range(24)]
        mean = sum(raw) / 24
        return tuple(x / mean for x in raw)


def edits_behind(seen: bool, expected: float) -> float:
    """Return how many edits one look stands for: several in one gap show as one, so a sight counts for a bit more."""
    if not seen:
        return 0.0
    x = min(max(expected, 1e-9), 2.0)
    return x / (1.0 - exp(-x))
