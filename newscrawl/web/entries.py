"""Entries of lists, as pages and feeds show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from newscrawl import diff
from newscrawl.items import DiffOp, Segment, SegmentOp
from newscrawl.store.reader import ChangeEntry, VersionSummary
from newscrawl.web.text import named

KINDS = (
    "correction", "headline", "lede", "numbers", "names", "quotes", "attribution", "hedging", "added", "removed",
    "moved", "wording", "update", "byline", "dates", "typo", "typography", "boilerplate",
)  # fmt: skip
NAMED_KINDS = tuple((kind, named(kind)) for kind in KINDS)
LEVELS = ((0, "any"), (25, "25 and more"), (50, "50 and more"), (75, "75 and more"))


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry with its headline's marks and its address."""

    entry: ChangeEntry
    headline: tuple[Segment, ...]
    address: str

    @property
    def is_first(self) -> bool:
        return self.entry.line.number == 1


def shown(entry: ChangeEntry) -> Shown:
    return Shown(entry, marked(entry.previous_headline, entry.line.headline), address(entry.line))


def address(line: VersionSummary) -> str:
    """Return where a version is told of: its diff, or for a first one the article."""
    if line.number == 1:
        return f"/article/{line.article_id}"
    return f"/article/{line.article_id}/{line.number - 1}/{line.number}"


def marked(old: str | None, new: str) -> tuple[Segment, ...]:
    """Return a headline with the words that changed; an unrelated one replaces the old as a whole."""
    if old is None or old == new:
        return (Segment(SegmentOp.KEEP, new),)
    rows = diff.compare_texts((old,), (new,))
    if len(rows) == 1 and rows[0].op is DiffOp.EDITED:
        return rows[0].segments
    if len(rows) == 1 and rows[0].op is DiffOp.KEPT:
        return (Segment(SegmentOp.KEEP, new),)
    return (Segment(SegmentOp.DELETE, old), Segment(SegmentOp.INSERT, new))


def by_day(entries: tuple[ChangeEntry, ...]) -> list[tuple[date, list[ChangeEntry]]]:
    """Return entries under their days, in their order."""
    grouped = groupby(entries, key=lambda entry: entry.line.seen_at.date())
    return [(day, list(found)) for day, found in grouped]
