"""Fit rates to recorded histories: each source's own, and the general tables that new sources start from."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from math import exp, log
from typing import Any

from newscrawl.items import CheckHistory, Outcome, PageKind
from newscrawl.recheck.advance import advance
from newscrawl.recheck.histories import History
from newscrawl.recheck.prior import LATE_HOURS, LIVE_ROW, Prior, row_of, shipped_prior
from newscrawl.recheck.rates import Rates
from newscrawl.recheck.statistics import EDITED, FRESH, LATE, LIVE, SourceStatistics

KNOTS = (
    *(0.0, 1 / 6, 1 / 3, 1 / 2, 3 / 4, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 18.0),
    *(24.0, 36.0, 48.0, 72.0, 120.0, 168.0, 336.0, 720.0, 1440.0, 2880.0),
)
AGE_EDGES = (6.0, 24.0, 72.0, 168.0, 720.0)
SMOOTHING = 2.0  # pseudo-edits from the row before, for cells with few observations
ROUNDS = 4
MIN_SOURCE_EDITS = 50  # of a source whose factor counts when the mean is set to 1
LIVE_KIND = "live"  # History.kind of a live blog
SIGNAL_LAG = 15 * 60  # seconds; listings are polled, and show an edit with some delay

Key = tuple[str, int]  # source, and which of its factors
Factors = dict[Key, float]


@dataclass(frozen=True, slots=True)
class QuietPeriod:
    """A time without edits of one article: from its last edit until the next one or until observation ended."""

    source: str
    row: int
    start: float  # hours since the last edit (row 0: since publication) when observation begins
    end: float
    ended_by_edit: bool
    age: float  # of the article in hours, at the last edit
    at: float  # Unix hours, at the last edit


def quiet_periods(history: History) -> Iterator[QuietPeriod]:
    """Yield the times without edits of one history."""
    moments = [history.discovered, *history.versions, history.observed_until]
    for number, (begin, end) in enumerate(pairwise(moments)):
        if end < begin:
            continue
        zero = min(history.published, history.discovered) if number == 0 else begin
        yield QuietPeriod(
            source=history.source,
            row=row_of(number, is_live=history.kind == LIVE_KIND),
            start=(begin - zero) / 3600,
            end=(end - zero) / 3600,
            ended_by_edit=number < len(history.versions),
            age=(zero - history.published) / 3600 if number else 0.0,
            at=zero / 3600,
        )


@dataclass(slots=True)
class _Cells:
    """Edits and observed hours in every cell (source, row, knot, age class) of the tables."""

    edits: dict[tuple[str, int, int, int], float] = field(default_factory=lambda: defaultdict(float))
    hours: dict[tuple[str, int, int, int], float] = field(default_factory=lambda: defaultdict(float))


def _cut_at_knots(period: QuietPeriod) -> Iterator[tuple[int, float, float, bool]]:
    """Yield (knot, from, to, whether an edit ends it) for the parts of a quiet period."""
    cuts = [period.start, *(knot for knot in KNOTS if period.start < knot < period.end), period.end]
    for begin, end in pairwise(cuts):
        yield bisect_right(KNOTS, begin) - 1, begin, end, period.ended_by_edit and end == period.end


def fit(histories: Iterable[History], prior: Prior | None = None) -> dict[str, dict[str, list[float]]]:
    """Return the rates of every source in the form that `policy(name, rates=…)` takes; they are shrunk when used.

    What only a crawl can learn is left out: its price, and if the histories have none, its signals.
    This is the same learning as in a crawl, as if each article had been checked often enough to see every wording.
    """
    rates_of: dict[str, Rates] = {}
    for history in histories:
        rates = rates_of.setdefault(history.source, Rates(SourceStatistics(), prior or shipped_prior()))
        check_history = CheckHistory(
            source=history.source,
            first_seen_at=_moment(history.discovered),
            published_at=_moment(min(history.published, history.discovered)),
            last_checked_at=_moment(history.discovered),
            kind=PageKind.LIVE if history.kind == LIVE_KIND else PageKind.ARTICLE,
        )
        for at, edited in _dense_checks(history):
            rates.learn(check_history, _moment(at), edited=edited)
            check_history = advance(check_history, Outcome.CHANGED if edited else Outcome.UNCHANGED, _moment(at))
        _count_signals(history, rates.statistics)
    return {source: _fitted(rates.statistics) for source, rates in sorted(rates_of.items())}


def _fitted(statistics: SourceStatistics) -> dict[str, list[float]]:
    left_out = {"price"} if any(statistics.signals) else {"price", "signals", "edits"}
    return {name: counts for name, counts in statistics.as_rates().items() if name not in left_out}


def _dense_checks(history: History) -> Iterator[tuple[float, bool]]:
    """Yield (time, whether edited): hourly at first, so that an edit's hour is known, then rarer, and at every edit."""
    for begin, end in pairwise((history.discovered, *history.versions, history.observed_until)):
        interval, at = 3600.0, begin
        while at + interval < end:
            at += interval
            yield at, False
            interval = interval if at - begin < 86400 else interval * 1.5
        if end > begin:
            yield end, end in history.versions


def _count_signals(history: History, statistics: SourceStatistics) -> None:
    """Count true and false signals (true: an edit came shortly before), and edits with and without a signal."""
    announced = set()
    for signal in history.signals:
        edits_before = [edit for edit in history.versions if signal - SIGNAL_LAG <= edit <= signal]
        statistics.signals[0 if edits_before else 1] += 1
        announced.update(edits_before[-1:])
    if history.signals:
        listed = [edit for edit in history.versions if edit - history.published <= LATE_HOURS * 3600]
        statistics.edits[0] += len(announced)
        statistics.edits[1] += max(len(listed) - len(announced), 0)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def fit_prior(histories: Sequence[History]) -> dict[str, Any]:
    """Return the general tables in the form that `Prior.of` reads: non-increasing hazards, factors of age and hour.

    Sources differ in level, so each is scaled by its own factors before the rows are pooled. Hazards, ages and factors
    are estimated in turn; a few rounds converge.
    """
    cells = _count(histories)
    factors: Factors = defaultdict(lambda: 1.0)
    ages = [1.0] * (len(AGE_EDGES) + 1)
    hazards: list[list[float]] = []
    for _ in range(ROUNDS):
        hazards = _hazards(cells, factors, ages)
        ages = _ages(cells, factors, hazards)
        factors = _factors(cells, hazards, ages)
    return {
        "knots": [round(knot, 6) for knot in KNOTS],
        "hazards": [[float(f"{hazard:.4g}") for hazard in row] for row in hazards],
        "age_edges": list(AGE_EDGES),
        "ages": [round(age, 4) for age in ages],
        "hours": _hours(histories),
    }


def _count(histories: Iterable[History]) -> _Cells:
    cells = _Cells()
    for history in histories:
        for period in quiet_periods(history):
            for knot, begin, end, edited in _cut_at_knots(period):
                age = bisect_right(AGE_EDGES, period.age + (begin + end) / 2) if _has_ages(period.row) else 0
                key = (period.source, period.row, knot, age)
                cells.hours[key] += end - begin
                cells.edits[key] += edited
    return cells


def _has_ages(row: int) -> bool:
    return 0 < row < LIVE_ROW


def _factor_index(row: int, knot: int) -> int:
    """Return which of a source's factors applies: fresh, edited or late."""
    if row == LIVE_ROW:
        return LIVE
    return LATE if KNOTS[knot] >= LATE_HOURS else min(row, EDITED)


def _hazards(cells: _Cells, factors: Factors, ages: list[float]) -> list[list[float]]:
    edits = [[0.0] * len(KNOTS) for _ in range(LIVE_ROW + 1)]
    hours = [[0.0] * len(KNOTS) for _ in range(LIVE_ROW + 1)]
    for (source, row, knot, age), observed in cells.hours.items():
        edits[row][knot] += cells.edits[source, row, knot, age]
        by_age = ages[age] if _has_ages(row) else 1.0
        hours[row][knot] += observed * factors[source, _factor_index(row, knot)] * by_age
    rows: list[list[float]] = []
    for row in range(LIVE_ROW + 1):
        before = rows[-1] if row else None
        rows.append(_non_increasing(edits[row], hours[row], before))
    if not any(rows[LIVE_ROW]):
        rows[LIVE_ROW] = rows[LIVE_ROW - 1]  # no live blog among the histories
    return rows


def _non_increasing(edits: list[float], hours: list[float], before: list[float] | None) -> list[float]:
    """Return the non-increasing hazards that fit best (pool adjacent violators), shrunk towards the row before."""
    blocks: list[list[float]] = []  # edits, hours, number of cells
    for number, (cell_edits, cell_hours) in enumerate(zip(edits, hours, strict=True)):
        pseudo_edits = (before[number] if before else 0.0) * SMOOTHING
        pseudo_hours = SMOOTHING if before else 0.0
        blocks.append([cell_edits + pseudo_edits, cell_hours + pseudo_hours, 1])
        while len(blocks) > 1 and blocks[-1][0] * blocks[-2][1] >= blocks[-2][0] * blocks[-1][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    return [edits / hours if hours else 0.0 for edits, hours, count in blocks for _ in range(int(count))]


def _ages(cells: _Cells, factors: Factors, hazards: list[list[float]]) -> list[float]:
    """Return the age factors of edited articles: non-increasing, 1 for the youngest."""
    edits, expected = [0.0] * (len(AGE_EDGES) + 1), [0.0] * (len(AGE_EDGES) + 1)
    for (source, row, knot, age), observed in cells.hours.items():
        if _has_ages(row):
            edits[age] += cells.edits[source, row, knot, age]
            expected[age] += observed * factors[source, _factor_index(row, knot)] * hazards[row][knot]
    ratios = _non_increasing(edits, expected, None)
    return [ratio / ratios[0] for ratio in ratios] if ratios[0] else [1.0] * len(ratios)


def _factors(cells: _Cells, hazards: list[list[float]], ages: list[float]) -> Factors:
    """Return each source's factors; for each kind of factor, the geometric mean over sources with many edits is 1."""
    edits: Factors = defaultdict(float)
    expected: Factors = defaultdict(float)
    for (source, row, knot, age), observed in cells.hours.items():
        key = source, _factor_index(row, knot)
        edits[key] += cells.edits[source, row, knot, age]
        expected[key] += observed * hazards[row][knot] * (ages[age] if _has_ages(row) else 1.0)
    factors = {key: (edits[key] + 1) / (expected[key] + 1) for key in expected}
    for index in (FRESH, EDITED, LATE, LIVE):
        logs = [log(f) for key, f in factors.items() if key[1] == index and edits[key] >= MIN_SOURCE_EDITS]
        mean = exp(sum(logs) / len(logs)) if logs else 1.0
        factors.update({key: factor / mean for key, factor in factors.items() if key[1] == index})
    return defaultdict(lambda: 1.0, factors)


def _hours(histories: Iterable[History]) -> list[float]:
    """Return for each hour (UTC) how many more edits than on average come in it, in an article's first three days."""
    edits, observed = [1.0] * 24, [1.0] * 24
    for history in histories:
        until = min(history.published + LATE_HOURS * 3600, history.observed_until)
        for version in history.versions:
            if version < until:
                edits[int(version // 3600) % 24] += 1
        age = max(history.discovered - history.published, 600.0)
        at = history.discovered
        while at < until:  # observed time, weighted by 1 / age as edits become rarer
            step = min(3600.0, until - at)
            observed[int(at // 3600) % 24] += step / max(age, 600.0)
            at, age = at + step, age + step
    ratios = [hour_edits / time for hour_edits, time in zip(edits, observed, strict=True)]
    mean = sum(ratios) / 24
    return [round(ratio / mean, 3) for ratio in ratios]
