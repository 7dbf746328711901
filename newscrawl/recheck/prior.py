"""How stories change in general: the fitted tables that every source starts from, and lookups in them."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise
from typing import Any

# Rows of the table: edits seen so far.
ROWS = (0, 1, 2, 3, 5, 9)
ROW_NAMES = ("0", "1", "2", "3-4", "5-8", "9+")
LATE_HOURS = 72.0


def row_of(changes: int) -> int:
    """Return the row for a story with that many edits so far."""
    return bisect_right(ROWS, changes) - 1


@dataclass(frozen=True, slots=True)
class Prior:
    """Edits per hour by the number of edits so far and the time since the last one, and what multiplies them.

    `hazards[row][i]` holds from `knots[i]` hours to the next knot, and never rises along a row: a story that stays
    quiet never grows more urgent. `cumulative` is its integral at the knots, `hours` the factor of each hour (UTC)
    with mean 1, `ages` the factor by age for stories that were edited.
    """

    knots: tuple[float, ...]
    hazards: tuple[tuple[float, ...], ...]
    cumulative: tuple[tuple[float, ...], ...]
    age_edges: tuple[float, ...]
    ages: tuple[float, ...]
    hours: tuple[float, ...]
    live: float = 1.0  # how many times livelier a live blog is

    @classmethod
    def of(cls, tables: Mapping[str, Any]) -> Prior:
        """Return the base of tables as `fit` writes them."""
        knots = tuple(float(knot) for knot in tables["knots"])
        hazards = tuple(tuple(float(h) for h in row) for row in tables["hazards"])
        widths = [b - a for a, b in pairwise(knots)]
        cumulative = tuple(tuple(accumulate(map(float.__mul__, row, widths), initial=0.0)) for row in hazards)
        return cls(
            knots=knots,
            hazards=hazards,
            cumulative=cumulative,
            age_edges=tuple(map(float, tables["age_edges"])),
            ages=tuple(map(float, tables["ages"])),
            hours=tuple(map(float, tables["hours"])),
            live=float(tables.get("live", 1.0)),
        )

    def total(self, row: int, hours: float) -> float:
        """Return the edits expected from the last one until `hours` after it."""
        i = bisect_right(self.knots, hours) - 1
        return self.cumulative[row][i] + self.hazards[row][i] * (hours - self.knots[i])

    def age_factor(self, row: int, age: float) -> float:
        """Return what the age in hours multiplies; row 0 is counted from publication and needs no factor."""
        return self.ages[bisect_right(self.age_edges, age)] if row else 1.0


@cache
def shipped_prior() -> Prior:
    """Return the tables that come with newscrawl; `benchmarks/recheck_bench.py --fit` made them."""
    return Prior.of(json.loads(files(__package__).joinpath("prior.json").read_text("utf-8")))


class Day:
    """A profile of the day, to be averaged over any stretch of time in constant time."""

    __slots__ = ("_sums", "hours")

    def __init__(self, hours: tuple[float, ...]) -> None:
        self.hours = hours
        self._sums = tuple(accumulate(hours, initial=0.0))

    def upto(self, hour: float) -> float:
        """Return the sum of the profile from midnight to `hour`, which may lie days ahead."""
        days, rest = divmod(hour, 24.0)
        i = int(rest)
        return days * self._sums[24] + self._sums[i] + self.hours[i] * (rest - i)
