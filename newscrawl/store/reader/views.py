"""What the reader returns: frozen values to which the visibility policy has been applied."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from newscrawl.items import Capture, Cause, Change, Hold, Retraction, Segment, State, Version

T = TypeVar("T")
FRONT_PAGE = 20  # changes on one page of what matters


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article's facts and schedule, without its text."""

    article_id: str
    source: str
    publisher: str
    guid: str
    url: str
    headline: str
    number: int  # of the newest version
    versions: int
    edits: int  # changes by the newspaper; re-extractions and restorations do not count
    first_seen_at: datetime
    date_published: datetime | None
    last_changed_at: datetime | None
    last_checked_at: datetime | None
    next_check_at: datetime | None
    next_check_reason: str
    state: State
    state_reason: str
    state_since: datetime | None
    gone_seen_at: datetime | None
    section: str | None = None
    language: str | None = None
    aliases: tuple[str, ...] = ()
    withheld_changes: int = 0  # how often passages of it were redacted or shown again


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """A version without its text, for lists and tables."""

    article_id: str
    number: int
    source: str
    url: str
    seen_at: datetime
    not_before: datetime | None
    cause: Cause
    headline: str
    language: str | None
    change: Change
    is_held: bool = False  # not public: shown, with a mark, on the article's own pages only
    hold: Hold | None = None  # why it is held
    retraction: Retraction | None = None  # of an edit that was public
    is_clock_step: bool = False  # the crawler's clock had been set back: it was seen after the version before


@dataclass(frozen=True, slots=True)
class ErasedVersion:
    """A version that was erased by order: its tombstone."""

    number: int
    seen_at: datetime
    erased_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """A version in a list across articles."""

    line: VersionSummary
    story: ArticleView
    previous_headline: str | None = None  # None if there was none, or it is hidden
    snippets: tuple[str, ...] = ()  # passages that match a search
    edits: tuple[tuple[Segment, ...], ...] = ()  # what was changed in them, if added or removed text was searched


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The changes that matter most, on one of its pages."""

    entries: tuple[ChangeEntry, ...]
    number: int  # of the page, from 1
    changes: int  # among which these were chosen

    @property
    def has_more(self) -> bool:
        return self.number * FRONT_PAGE < self.changes


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version with its text, and whether it is held; the capture is without its body."""

    version: Version
    hold: Hold | None = None
    capture: Capture | None = None
    retraction: Retraction | None = None

    @property
    def is_held(self) -> bool:
        return self.hold is not None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an article beside its wordings: gone, restored, moved, rebased, …"""

    at: datetime
    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Batch(Generic[T]):
    """A part of a list, and the cursors of its last and its first item, where the list goes on there."""

    items: tuple[T, ...]
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a list is limited to; None means everything."""

    source: str | None = None
    kind: str | None = None  # a change type
    level: int = 0  # minimum level of significance, 0..3
    unnoted: bool = False  # edits of facts alone of which the page says nothing
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a source, from its record."""

    started_at: datetime
    ended_at: datetime | None
    reason: str
    exit_code: int | None
    stats: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """A span without a successful run; `until` None: it has not ended."""

    since: datetime
    until: datetime | None
    failed_runs: int  # 0: none was tried


@dataclass(frozen=True, slots=True)
class Coverage:
    """How regularly a source was crawled, according to its newest runs."""

    runs: int  # that this is computed from
    failed: int
    since: datetime | None  # start of the oldest of them
    usual_interval_minutes: float | None = None  # None if there are too few successful runs
    gaps: tuple[Gap, ...] = ()  # longer than three times that, newest first

    @property
    def usual(self) -> timedelta:
        return timedelta(minutes=self.usual_interval_minutes or 0)


@dataclass(frozen=True, slots=True)
class RightsSignals:
    """How many of the pages that the newest crawl read state a reservation of their publisher."""

    at: datetime
    pages: int
    noarchive: int  # robots: noarchive
    tdm_reservation: int  # TDM Reservation Protocol


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source in the table of all; every count stands beside what it is counted among."""

    source: str
    publisher: str
    articles: int  # at most `limits.MAX_COUNT`: then there are more
    is_articles_capped: bool
    sampled: int  # newest articles, among which `changed` and `deleted` are counted
    changed: int
    deleted: int  # by the newspaper, as of each article's last check
    edits: int  # newest public ones, among which `unnoted` and `corrections` are counted
    unnoted: int  # changes of facts of which the page says nothing
    corrections: int  # changes with a note of correction
    published: int  # `edits`, and those among the newest ones that were retracted
    retracted: int  # errors of ours, which newspapers did not make
    first_changes: int  # that the median is of
    median_first_change_hours: float | None
    promised: int  # watched ones of the newest articles, each of which has a time for its next check
    kept: int  # of those, not overdue by more than their interval, or an hour
    rights: RightsSignals | None = None

    @property
    def first_change(self) -> timedelta:
        """The median time from an article's first sighting to its first change."""
        return timedelta(hours=self.median_first_change_hours or 0)


@dataclass(frozen=True, slots=True)
class SourceOverview:
    """What pages show of all sources that have an article."""

    names: tuple[tuple[str, str], ...] = ()  # and publishers, by name
    watched_at: datetime | None = None  # when a crawl last ended that had read an article; None if there never was one


@dataclass(frozen=True, slots=True)
class SourceProfile:
    """Health and habits of a source, from its newest articles; `sampled` is the denominator of the shares."""

    source: str
    publisher: str
    articles: int  # at most `limits.MAX_COUNT`: then there are more
    is_articles_capped: bool
    sampled: int  # newest articles that `changed` and `gone` are counted among
    changed: int
    gone: int  # deleted by the newspaper, as of each article's last check
    silent: int
    median_first_change_minutes: float | None
    newest_seen_at: datetime | None
    days: tuple[tuple[datetime, int], ...]  # edits per day, oldest first
    months: tuple[tuple[datetime, int], ...] = ()  # edits per month since the first with any, oldest first
    first_changes: tuple[tuple[str, int], ...] = ()  # articles by the time to their first change
    is_unverified: bool = False  # nobody has compared what is read from its pages with them
    runs: tuple[Run, ...] = ()
    coverage: Coverage = Coverage(0, 0, None)
    rights: RightsSignals | None = None

    @property
    def first_change(self) -> timedelta:
        """The median time from an article's first sighting to its first change."""
        return timedelta(minutes=self.median_first_change_minutes or 0)
