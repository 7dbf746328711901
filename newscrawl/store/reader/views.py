"""What the reader returns: frozen values, already past the visibility policy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from newscrawl.items import Capture, Cause, Change, State, Version

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as its document tells: facts and schedule, no text."""

    article_id: str
    source: str
    publisher: str
    guid: str
    url: str
    headline: str
    number: int  # of the newest version
    versions: int
    edits: int  # changes by the newspaper; versions from our own rules or restorations are none
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
    withheld_changes: int = 0  # how often passages of it were withheld or shown again


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
    is_held: bool = False  # stored but not yet released: shown on the article's own pages, marked, and nowhere else


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """A version in a list across articles."""

    line: VersionSummary
    story: ArticleView
    previous_headline: str | None = None  # None: there was none, or it is hidden
    snippets: tuple[str, ...] = ()  # passages that a search found


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version with its text, and whether it is held; the capture is without its body."""

    version: Version
    is_held: bool = False
    capture: Capture | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an article that is not a wording: gone, restored, moved, rebased, …"""

    at: datetime
    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Batch(Generic[T]):
    """A stretch of a list, and the cursor of the next one."""

    items: tuple[T, ...]
    after: str | None = None


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a list is narrowed to; None means everything."""

    source: str | None = None
    kind: str | None = None  # a change type
    level: int = 0  # least level of significance, 0..3
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a source, as its record tells."""

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
    failed_runs: int  # 0: none was even tried


@dataclass(frozen=True, slots=True)
class Coverage:
    """How steadily a source was crawled, by the newest of its runs."""

    runs: int  # that this is drawn from
    failed: int
    since: datetime | None  # start of the oldest of them
    usual_interval_minutes: float | None = None  # None: too few successful runs to tell
    gaps: tuple[Gap, ...] = ()  # longer than three times that, newest first

    @property
    def usual(self) -> timedelta:
        return timedelta(minutes=self.usual_interval_minutes or 0)


@dataclass(frozen=True, slots=True)
class SourceProfile:
    """Health and habits of a source over its newest articles; every share states its denominator."""

    source: str
    publisher: str
    articles: int  # counted up to `bounds.COUNTED`, then "more than"
    is_articles_capped: bool
    sampled: int  # the newest articles that the shares below are of
    changed: int
    gone: int  # deleted by the newspaper, as far as the last look at each tells
    silent: int
    median_first_change_minutes: float | None
    newest_seen_at: datetime | None
    days: tuple[tuple[datetime, int], ...]  # edits a day, oldest first
    runs: tuple[Run, ...] = ()
    coverage: Coverage = Coverage(0, 0, None)
