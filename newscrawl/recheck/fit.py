"""Rates from recorded histories: what each source taught, and the general tables that new sources start from."""

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
from newscrawl.recheck.prior import LATE_HOURS, ROWS, Prior, row_of, shipped_prior
from newscrawl.recheck.rates import Rates
from newscrawl.recheck.statistics import SourceStatistics

KNOTS = (
    *(0.0, 1 / 6, 1 / 3, 1 / 2, 3 / 4, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 18.0),
    *(24.0, 36.0, 48.0, 72.0, 120.0, 168.0, 336.0, 720.0, 1440.0, 2880.0),
)
AGE_EDGES = (6.0, 24.0, 72.0, 168.0, 720.0)
SMOOTHING = 2.0  # edits' worth of the row before, for cells that saw little
ROUNDS = 4
SIGNAL_LAG = 15 * 60  # listings are polled, and show an edit with some delay


@dataclass(frozen=True, slots=True)
class Stretch:
    """A quiet time of one story: from its last edit on, ended by the next one or by the end of watching."""

    source: str
    kind: str
    row: int
    start: float  # hours since the last edit (row 0: since publication) when it comes into view
    end: float
    ended_by_edit: bool
    age: float  # of the story in hours at quiet time 0
    at: float  # Unix hours at quiet time 0


def stretches(history: History) -> Iterator[Stretch]:
    """Yield the quiet times of one history."""
    moments = [history.discovered, *history.versions, history.observed_until]
    for n, (begin, end) in enumerate(pairwise(moments)):
        if end < begin:
            continue
        zero = min(history.published, history.discovered) if n == 0 else begin
        yield Stretch(
            source=history.source,
            kind=history.kind,
            row=row_of(n),
            start=(begin - zero) / 3600,
            end=(end - zero) / 3600,
            ended_by_edit=n < len(history.versions),
            age=(zero - history.published) / 3600 if n else 0.0,
            at=zero / 3600,
        )


@dataclass(slots=True)
class _Cells:
    """Edits and hours watched in every cell of the tables."""

    edits: dict[tuple[Any, ...], float] = field(default_factory=lambda: defaultdict(float))
    hours: dict[tuple[Any, ...], float] = field(default_factory=lambda: defaultdict(float))


def _pieces(stretch: Stretch) -> Iterator[tuple[int, float, float, bool]]:
    """Yield (knot, from, to, edit at its end) of a stretch, cut at the knots."""
    cuts = [stretch.start, *(k for k in KNOTS if stretch.start < k < stretch.end), stretch.end]
    for begin, end in pairwise(cuts):
        yield bisect_right(KNOTS, begin) - 1, begin, end, stretch.ended_by_edit and end == stretch.end


def fit(histories: Iterable[History], prior: Prior | None = None) -> dict[str, dict[str, list[float]]]:
    """Return the rates of every source, as `policy(name, rates=…)` takes them, shrunk when they are used.

    The very learning of a crawl, as if each story had been looked at often enough to see every wording.
    """
    known: dict[str, Rates] = {}
    for history in histories:
        rates = known.setdefault(history.source, Rates(SourceStatistics(), prior or shipped_prior()))
        check_history = CheckHistory(
            source=history.source,
            first_seen_at=_moment(history.discovered),
            published_at=_moment(min(history.published, history.discovered)),
            last_checked_at=_moment(history.discovered),
            kind=PageKind.LIVE if history.kind == "live" else PageKind.ARTICLE,
        )
        for at, edited in _looks(history):
            rates.learn(check_history, _moment(at), edited=edited)
            check_history = advance(check_history, Outcome.CHANGED if edited else Outcome.UNCHANGED, _moment(at))
        _signals(history, rates.statistics)
    return {source: rates.statistics.as_rates() for source, rates in sorted(known.items())}


def _looks(history: History) -> Iterator[tuple[float, bool]]:
    """Yield moments dense enough to tell the hour of an edit, sparse where little happens, and every edit."""
    for begin, end in pairwise((history.discovered, *history.versions, history.observed_until)):
        gap, at = 3600.0, begin
        while at + gap < end:
            at += gap
            yield at, False
            gap = gap if at - begin < 86400 else gap * 1.5
        if end > begin:
            yield end, end in history.versions


def _signals(history: History, statistics: SourceStatistics) -> None:
    """Score a history's signals: true where an edit came shortly before, and the edits that none announced."""
    told = set()
    for signal in history.signals:
        behind = [v for v in history.versions if signal - SIGNAL_LAG <= v <= signal]
        statistics.signals[0 if behind else 1] += 1
        told.update(behind[-1:])
    if history.signals:
        listed = [v for v in history.versions if v - history.published <= LATE_HOURS * 3600]
        statistics.edits[0] += len(told)
        statistics.edits[1] += max(len(listed) - len(told), 0)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def fit_prior(histories: Sequence[History]) -> dict[str, Any]:
    """Return the general tables: hazards that never rise, factors of age and hour, as `Prior.of` reads them.

    Sources differ in level, so each is scaled by its own factors before the rows are pooled; a few rounds settle it.
    """
    cells = _count(histories)
    factors: dict[tuple[str, int], float] = defaultdict(lambda: 1.0)
    ages = [1.0] * (len(AGE_EDGES) + 1)
    hazards: list[list[float]] = []
    for _ in range(ROUNDS):
        hazards = _hazards(cells, factors, ages)
        ages = _ages(cells, factors, hazards)
        factors = _factors(cells, hazards, ages)
    return {
        "knots": [round(knot, 6) for knot in KNOTS],
        "hazards": [[float(f"{h:.4g}") for h in row] for row in hazards],
        "age_edges": list(AGE_EDGES),
        "ages": [round(a, 4) for a in ages],
        "hours": _hours(histories),
        "live": 1.0,
    }


def _count(histories: Iterable[History]) -> _Cells:
    cells = _Cells()
    for history in histories:
        for stretch in stretches(history):
            for knot, begin, end, edited in _pieces(stretch):
                age = bisect_right(AGE_EDGES, stretch.age + (begin + end) / 2) if stretch.row else 0
                key = (stretch.source, stretch.row, knot, age)
                cells.hours[key] += end - begin
                cells.edits[key] += edited
    return cells


def _cell(row: int, knot: int) -> int:
    """Return which of a source's factors holds: fresh, edited or late."""
    return 2 if KNOTS[knot] >= LATE_HOURS else min(row, 1)


def _hazards(cells: _Cells, factors: dict[tuple[str, int], float], ages: list[float]) -> list[list[float]]:
    edits = [[0.0] * len(KNOTS) for _ in ROWS]
    hours = [[0.0] * len(KNOTS) for _ in ROWS]
    for (source, row, knot, age), watched in cells.hours.items():
        edits[row][knot] += cells.edits[source, row, knot, age]
        hours[row][knot] += watched * factors[source, _cell(row, knot)] * (ages[age] if row else 1.0)
    rows: list[list[float]] = []
    for row in range(len(ROWS)):
        prior = rows[-1] if rows else None
        rows.append(_falling(edits[row], hours[row], prior))
    return rows


def _falling(edits: list[float], hours: list[float], prior: list[float] | None) -> list[float]:
    """Return the non-increasing hazards that fit best (pool adjacent violators), leaning on the row before."""
    blocks: list[list[float]] = []  # edits, hours, cells
    for i, (e, h) in enumerate(zip(edits, hours, strict=True)):
        lean = (prior[i] if prior else 0.0) * SMOOTHING
        weight = SMOOTHING if prior else 0.0
        blocks.append([e + lean, h + weight, 1])
        while len(blocks) > 1 and blocks[-1][0] * blocks[-2][1] >= blocks[-2][0] * blocks[-1][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    return [e / h if h else 0.0 for e, h, count in blocks for _ in range(int(count))]


def _ages(cells: _Cells, factors: dict[tuple[str, int], float], hazards: list[list[float]]) -> list[float]:
    """Return the age factors of edited stories, falling with age, 1 for the youngest."""
    edits, expected = [0.0] * (len(AGE_EDGES) + 1), [0.0] * (len(AGE_EDGES) + 1)
    for (source, row, knot, age), watched in cells.hours.items():
        if row:
            edits[age] += cells.edits[source, row, knot, age]
            expected[age] += watched * factors[source, _cell(row, knot)] * hazards[row][knot]
    fallen = _falling(edits, expected, None)
    return [a / fallen[0] for a in fallen] if fallen[0] else [1.0] * len(fallen)


def _factors(cells: _Cells, hazards: list[list[float]], ages: list[float]) -> dict[tuple[str, int], float]:
    """Return each source's factors, their geometric mean over well-known sources being 1 for every cell."""
    edits: dict[tuple[str, int], float] = defaultdict(float)
    expected: dict[tuple[str, int], float] = defaultdict(float)
    for (source, row, knot, age), watched in cells.hours.items():
        key = source, _cell(row, knot)
        edits[key] += cells.edits[source, row, knot, age]
        expected[key] += watched * hazards[row][knot] * (ages[age] if row else 1.0)
    factors = {key: (edits[key] + 1) / (expected[key] + 1) for key in expected}
    for cell in range(3):
        known = [log(f) for key, f in factors.items() if key[1] == cell and edits[key] >= 50]
        mean = exp(sum(known) / len(known)) if known else 1.0
        factors.update({key: f / mean for key, f in factors.items() if key[1] == cell})
    return defaultdict(lambda: 1.0, factors)


def _hours(histories: Iterable[History]) -> list[float]:
    """Return how much more than usual is edited in each hour (UTC) of a story's first three days."""
    edits, watched = [1.0] * 24, [1.0] * 24
    for history in histories:
        until = min(history.published + LATE_HOURS * 3600, history.observed_until)
        for version in history.versions:
            if version < until:
                edits[int(version // 3600) % 24] += 1
        age = max(history.discovered - history.published, 600.0)
        at = history.discovered
        while at < until:  # watched time, weighted as interest decays: one over age
            step = min(3600.0, until - at)
            watched[int(at // 3600) % 24] += step / max(age, 600.0)
            at, age = at + step, age + step
    raw = [e / w for e, w in zip(edits, watched, strict=True)]
    mean = sum(raw) / 24
    return [round(r / mean, 3) for r in raw]
