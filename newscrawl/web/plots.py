"""Plots of a source, as numbers for an SVG: bars over time, and over how long something took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newscrawl.humanize import day, gettext, number_text, short_date
from newscrawl.humanize import month as month_text

WIDTH, FLOOR, MAX_BAR_HEIGHT = 600, 84, 62
MAX_MONTH_LABELS = 6


@dataclass(frozen=True, slots=True)
class PlotBar:
    x: float
    width: float
    height: float
    count: int
    label: str  # what the bar counts, in full

    @property
    def y(self) -> float:
        return round(FLOOR - self.height, 1)


@dataclass(frozen=True, slots=True)
class PlotLabel:
    x: float
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars with labels below the axis, and at the left the count that the highest bar reaches."""

    bars: tuple[PlotBar, ...]
    labels: tuple[PlotLabel, ...]
    highest: int
    width: int = WIDTH
    floor: int = FLOOR
    top: int = FLOOR - MAX_BAR_HEIGHT

    @property
    def text(self) -> str:
        """The plot in words, for those who do not see it: every bar that is not empty."""
        return ", ".join(f"{bar.label} {number_text(bar.count)}" for bar in self.bars if bar.count) or gettext("none")


def by_day(days: Sequence[tuple[datetime, int]]) -> Plot:
    """Return the plot of counts per day, labelled at its ends."""
    ends = ((0, "start", 0.0), (len(days) - 1, "end", float(WIDTH)))
    labels = [PlotLabel(x, anchor, short_date(days[index][0])) for index, anchor, x in ends] if days else []
    return _plot([(day(when), count) for when, count in days], labels)


def by_month(months: Sequence[tuple[datetime, int]]) -> Plot:
    """Return the plot of counts per month; each January is labelled with its year, months between if there is room."""
    step = WIDTH / max(1, len(months))
    every = next(n for n in (1, 2, 3, 6, 12, 120) if len(months) / n <= MAX_MONTH_LABELS)
    named = [
        PlotLabel(round((index + 0.5) * step, 1), "middle", month_text(month, is_short=True))
        for index, (month, _) in enumerate(months)
        if (month.month - 1) % every == 0 and 0 < index < len(months) - 1
    ]
    return _plot([(month_text(month), count) for month, count in months], named or _ends(months))


def _ends(months: Sequence[tuple[datetime, int]]) -> list[PlotLabel]:
    if not months:
        return []
    ends = ((months[0], "start", 0.0), (months[-1], "end", float(WIDTH)))
    return [PlotLabel(x, anchor, month_text(month, is_short=True)) for (month, _), anchor, x in ends]


def by_delay(delays: Sequence[tuple[str, int]]) -> Plot:
    """Return the plot of counts by how long something took, every bar labelled."""
    step = WIDTH / max(1, len(delays))
    labels = [PlotLabel(round((n + 0.5) * step, 1), "middle", label) for n, (label, _) in enumerate(delays)]
    return _plot(delays, labels)


def _plot(counts: Sequence[tuple[str, int]], labels: Sequence[PlotLabel]) -> Plot:
    step, highest = WIDTH / max(1, len(counts)), max((count for _, count in counts), default=0)
    scale = MAX_BAR_HEIGHT / (highest or 1)
    bars = [
        PlotBar(round((n + 0.15) * step, 1), round(0.7 * step, 1), round(scale * count, 1), count, label)
        for n, (label, count) in enumerate(counts)
    ]
    return Plot(tuple(bars), tuple(labels), highest)
