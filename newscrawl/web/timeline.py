"""The timeline of an article, as numbers for an SVG: one bar per version, ticks for the checks between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newscrawl.humanize import (
    N_,
    change_interval,
    clock,
    gettext,
    local,
    moment,
    ngettext,
    short_date,
    zone_text,
)
from newscrawl.items import Cause
from newscrawl.store.reader import ArticleView, Event, VersionSummary

WIDTH, HEIGHT, MARGIN = 960, 150, 14
FLOOR = HEIGHT - 26  # y of the axis, on which bars stand
MAX_BAR_HEIGHT = FLOOR - 12
MIN_BAR_HEIGHT = 5  # for tiny changes
BAR_WIDTH = 8
MAX_TICKS = 240
MAX_MARKS = 8
LIFE = {"gone": N_("gone"), "restored": N_("back"), "moved": N_("moved")}  # events that are marked, in words


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    height: float
    kind: str  # first, edit, rebase, restored; held: not public, or retracted
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to the article besides edits."""

    x: float
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class AxisLabel:
    x: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Timeline:
    bars: tuple[Bar, ...]
    ticks: tuple[float, ...]
    labels: tuple[AxisLabel, ...]
    marks: tuple[Mark, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = FLOOR
    bar_width: int = BAR_WIDTH


def timeline(
    article: ArticleView,
    versions: Sequence[VersionSummary],
    checks: Sequence[datetime],
    events: Sequence[Event] = (),
) -> Timeline:
    """Lay out versions (oldest first), checks and events over the time from the first sighting to the last check."""
    start = min([article.first_seen_at, *(version.seen_at for version in versions)])
    last_check = article.last_checked_at or start
    end = max([last_check, *(version.seen_at for version in versions), start + timedelta(minutes=1)])
    seconds = (end - start).total_seconds()

    def x(when: datetime) -> float:
        share = (when - start).total_seconds() / seconds
        return round(MARGIN + share * (WIDTH - 2 * MARGIN - BAR_WIDTH), 1)

    max_size = max((_change_size(version) for version in versions if version.number > 1), default=1)
    numbers = {version.number for version in versions}
    bars = tuple(_bar(version, x(version.seen_at), max_size, version.number - 1 in numbers) for version in versions)
    checks = [check for check in checks if start <= check <= end]
    ticks = tuple(sorted({x(check) for check in checks[:: max(1, len(checks) // MAX_TICKS)]}))
    life = sorted((event for event in events if event.kind in LIFE and start <= event.at <= end), key=lambda e: e.at)
    marks = tuple(Mark(x(e.at), e.kind, f"{gettext(LIFE[e.kind])} {moment(e.at)}") for e in life[-MAX_MARKS:])
    return Timeline(bars, ticks, _axis_labels(start, end), marks)


def _change_size(version: VersionSummary) -> int:
    return version.change.words_added + version.change.words_removed or 1


def _bar(version: VersionSummary, x: float, max_size: int, has_previous: bool) -> Bar:
    change = version.change
    if version.cause is Cause.FIRST or version.number == 1:
        height = MAX_BAR_HEIGHT * 0.45
        description = gettext("first seen")
    else:
        # Square root: a small edit beside a rewrite must stay visible.
        height = max(MIN_BAR_HEIGHT, MAX_BAR_HEIGHT * (_change_size(version) / max_size) ** 0.5)
        description = ngettext(
            "%(num)s word added, %(removed)s removed", "%(num)s words added, %(removed)s removed",
            change.words_added, removed=change.words_removed,
        )  # fmt: skip
    url = f"/article/{version.article_id}/{version.number}"
    if has_previous:
        url = f"/article/{version.article_id}/{version.number - 1}/{version.number}"
    interval = change_interval(version.not_before, version.seen_at)
    label = gettext(
        "Version %(number)s, %(interval)s: %(what)s", number=version.number, interval=interval, what=description
    )
    kind = "held" if version.hold else str(Cause.FIRST if version.number == 1 else version.cause)
    return Bar(x, round(height, 1), kind, url, label)


def _axis_labels(start: datetime, end: datetime) -> tuple[AxisLabel, ...]:
    """Return five labels: both ends of the axis, with their years, and its quarters."""
    length = end - start
    is_short = length < timedelta(days=2)
    labels = []
    for share, anchor in ((0.0, "start"), (0.25, "middle"), (0.5, "middle"), (0.75, "middle"), (1.0, "end")):
        when = start + length * share
        is_end = share in (0.0, 1.0)
        date = "" if is_short and not is_end else short_date(local(when))
        text = f"{date} {clock(when)} {zone_text(when) if is_end else ''}".strip() if is_short else date
        labels.append(AxisLabel(round(MARGIN + share * (WIDTH - 2 * MARGIN), 1), text, anchor))
    return tuple(labels)
