"""Entries of lists, as pages and feeds show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from newscrawl import diff
from newscrawl.humanize import N_, local
from newscrawl.items import DiffOp, Segment, SegmentOp
from newscrawl.notify.links import change_path
from newscrawl.store.reader import ChangeEntry, VersionSummary
from newscrawl.web.text import plain_words

KINDS = (
    "correction", "headline", "lede", "negation", "opposite", "roles", "cause", "speaker", "numbers", "time", "thing",
    "modality", "names", "place", "quotes", "attribution", "hedging", "added", "removed", "moved", "wording", "update",
    "byline", "dates", "typo", "typography", "boilerplate",
)  # fmt: skip
KIND_OPTIONS = tuple((kind, plain_words(kind)) for kind in KINDS)
SIGNIFICANCE_OPTIONS = ((0, N_("any")), (25, N_("25 and more")), (50, N_("50 and more")), (75, N_("75 and more")))


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry of a list with the marks of its headline and the URL of its change."""

    entry: ChangeEntry
    headline: tuple[Segment, ...]
    url: str


def entry_view(entry: ChangeEntry) -> EntryView:
    return EntryView(entry, headline_segments(entry.previous_headline, entry.line.headline), change_url(entry.line))


def change_url(version: VersionSummary) -> str:
    """Return the relative URL of a version's diff; for a first version, of its article."""
    return change_path(version.article_id, version.number)


def headline_segments(old: str | None, new: str) -> tuple[Segment, ...]:
    """Return a headline with its changed words marked; an unrelated headline replaces the old one as a whole."""
    if old is None or old == new:
        return (Segment(SegmentOp.KEEP, new),)
    rows = diff.compare_texts((old,), (new,))
    if len(rows) == 1 and rows[0].op is DiffOp.EDITED:
        return rows[0].segments
    if len(rows) == 1 and rows[0].op is DiffOp.KEPT:
        return (Segment(SegmentOp.KEEP, new),)
    return (Segment(SegmentOp.DELETE, old), Segment(SegmentOp.INSERT, new))


def by_day(entries: tuple[ChangeEntry, ...]) -> list[tuple[date, list[ChangeEntry]]]:
    """Return entries grouped by the day they were seen, in their order."""
    groups = groupby(entries, key=lambda entry: local(entry.line.seen_at).date())
    return [(day, list(group)) for day, group in groups]
