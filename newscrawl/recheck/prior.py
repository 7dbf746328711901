"""How articles change in general: the fitted tables that every source starts from."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise
from typing import Any

# Rows of the table: edits so far; and one for live blogs, whose pace does not depend on how many there were.
ROWS = (0, 1, 2, 3, 5, 9)
LIVE_ROW = len(ROWS)
ROW_NAMES = ("0 edits", "1 edit", "2 edits", "3-4 edits", "5-8 edits", "9+ edits")
LATE_HOURS = 72.0


def row_of(changes: int, *, is_live: bool = False) -> int:
    """Return the row for an article with that many edits so far."""
    return LIVE_ROW if is_live else bisect_right(ROWS, changes) - 1


def row_after(row: int) -> int:
    """Return the row of an article once it was edited again."""
    return row if row >= LIVE_ROW - 1 else row + 1


@dataclass(frozen=True, slots=True)
class Prior:
    """Edits per hour by the number of edits so far and the time since the last one, and the factors on them.

    `hazards[row][i]` holds from `knots[i]` hours to the next knot. It never rises along a row: an article that stays
    unchanged never becomes more urgent. `cumulative` is its integral at the knots. `hours` is the factor of each hour
    (UTC), with mean 1. `ages` is the factor by age for articles that were edited; live blogs have none.
    """

    knots: tuple[float, ...]
    hazards: tuple[tuple[float, ...], ...]
    cumulative: tuple[tuple[float, ...], ...]
    age_edges: tuple[float, ...]
    ages: tuple[float, ...]
    hours: tuple[float, ...]

    @classmethod
    def of(cls, tables: Mapping[str, Any]) -> Prior:
        """Return the prior of tables as `fit_prior` writes them."""
        knots = tuple(float(knot) for knot in tables["knots"])
        hazards = tuple(tuple(float(hazard) for hazard in row) for row in tables["hazards"])
        widths = [end - start for start, end in pairwise(knots)]
        cumulative = tuple(tuple(accumulate(map(float.__mul__, row, widths), initial=0.0)) for row in hazards)
        return cls(
            knots=knots,
            hazards=hazards,
            cumulative=cumulative,
            age_edges=tuple(map(float, tables["age_edges"])),
            ages=tuple(map(float, tables["ages"])),
            hours=tuple(map(float, tables["hours"])),
        )

    def cumulative_hazard(self, row: int, hours: float) -> float:
        """Return the edits expected from the last one until `hours` after it."""
        i = bisect_right(self.knots, hours) - 1
        return self.cumulative[row][i] + self.hazards[row][i] * (hours - self.knots[i])

    def age_factor(self, row: int, age: float) -> float:
        """Return the factor for an age in hours; row 0 counts from publication and has none."""
        return self.ages[bisect_right(self.age_edges, age)] if 0 < row < LIVE_ROW else 1.0


@cache
def shipped_prior() -> Prior:
    """Return the tables that come with newscrawl; `benchmarks/recheck_bench.py --fit` made them."""
    return Prior.of(json.loads(files(__package__).joinpath("prior.json").read_text("utf-8")))


class DayProfile:
    """A factor for each hour of the day, with its integral over any time in constant time."""

    __slots__ = ("_sums", "hours")

    def __init__(self, hours: tuple[float, ...]) -> None:
        self.hours = hours
        self._sums = tuple(accumulate(hours, initial=0.0))

    def integral(self, start: float, end: float) -> float:
        """Return the sum of the factors from hour `start` to hour `end`; both count from one midnight."""
        return self._integral_to(end) - self._integral_to(start)

    def _integral_to(self, hour: float) -> float:
        days, hour_of_day = divmod(hour, 24.0)
        i = int(hour_of_day)
        return days * self._sums[24] + self._sums[i] + self.hours[i] * (hour_of_day - i)
