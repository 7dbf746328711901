"""The picture of an article's life, as numbers for an SVG: one bar a version, ticks for the checks between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newscrawl.humanize import change_interval, counted
from newscrawl.items import Cause
from newscrawl.store.reader import ArticleView, VersionSummary

WIDTH, HEIGHT, MARGIN = 960, 150, 14
FLOOR = HEIGHT - 26  # where bars stand
TALLEST = FLOOR - 12
MIN_BAR_HEIGHT = 5  # height of a bar whose change is tiny
BAR = 8
MAX_TICKS = 240


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    height: float
    kind: str  # first, edit, rebase, restored
    address: str
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    label: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Picture:
    bars: tuple[Bar, ...]
    ticks: tuple[float, ...]
    marks: tuple[Mark, ...]
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = FLOOR
    bar: int = BAR


def timeline(story: ArticleView, lines: Sequence[VersionSummary], checks: Sequence[datetime], now: datetime) -> Picture:
    """Lay out versions (oldest first) and checks over the time from first sight to the last check."""
    start = min([story.first_seen_at, *(line.seen_at for line in lines)])
    end = max([story.last_checked_at or start, *(line.seen_at for line in lines), start + timedelta(minutes=1)])
    length = (end - start).total_seconds()

    def x(when: datetime) -> float:
        share = (when - start).total_seconds() / length
        return round(MARGIN + share * (WIDTH - 2 * MARGIN - BAR), 1)

    largest = max((_size(line) for line in lines if line.number > 1), default=1)
    numbers = {line.number for line in lines}
    bars = tuple(_bar(line, x(line.seen_at), largest, line.number - 1 in numbers) for line in lines)
    shown = [check for check in checks if start <= check <= end]
    ticks = tuple(sorted({x(check) for check in shown[:: max(1, len(shown) // MAX_TICKS)]}))
    return Picture(bars, ticks, _marks(start, end))


def _size(line: VersionSummary) -> int:
    return line.change.words_added + line.change.words_removed or 1


def _bar(line: VersionSummary, x: float, largest: int, has_before: bool) -> Bar:
    if line.cause is Cause.FIRST or line.number == 1:
        height = TALLEST * 0.45
        told = "first seen"
    else:
        # Square root: a small edit beside a rewrite must stay visible.
        height = max(MIN_BAR_HEIGHT, TALLEST * (_size(line) / largest) ** 0.5)
        told = f"{counted(line.change.words_added, 'word')} added, {line.change.words_removed:,} removed"
    page = f"/article/{line.article_id}/{line.number}"
    if has_before:
        page = f"/article/{line.article_id}/{line.number - 1}/{line.number}"
    label = f"Version {line.number}, {change_interval(line.not_before, line.seen_at)}: {told}"
    return Bar(x, round(height, 1), str(line.cause), page, label)


def _marks(start: datetime, end: datetime) -> tuple[Mark, ...]:
    """Return the labels of the axis: its ends and what lies between."""
    length = end - start
    form = "%H:%M" if length < timedelta(days=2) else "%-d %b"
    marks = []
    for share, anchor in ((0.0, "start"), (0.25, "middle"), (0.5, "middle"), (0.75, "middle"), (1.0, "end")):
        when = start + length * share
        words = f"{when.day} {when:%b %H:%M}" if share in (0.0, 1.0) else format(when, form)
        marks.append(Mark(round(MARGIN + share * (WIDTH - 2 * MARGIN), 1), words, anchor))
    return tuple(marks)
