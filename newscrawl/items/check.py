"""One check of an article: its outcome, its verdict and its line in the check log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from newscrawl.items.article import Article, PageKind, ParsedPage
from newscrawl.items.capture import IdenticalPage, Revisit, Tombstone
from newscrawl.items.change import Cause, Change
from newscrawl.items.head import Head


class Resource(IntEnum):
    """What a request is for, in the order of what its answer says about a host.

    A host may serve robots.txt from a cache, or its listings, while every article fails.
    """

    ROBOTS = 0
    LISTING = 1
    ARTICLE = 2


class Outcome(StrEnum):
    """The result of one check; the same words are used in logs, stats, run records and the reader."""

    NEW = "new"
    CHANGED = "changed"
    REVERTED = "reverted"  # changed, and the wording equals an earlier version
    RESTORED = "restored"  # back after it was gone
    MOVED = "moved"  # found at another URL of the source
    REBASED = "rebased"  # our rules extract something else; no edit by the newspaper
    TRIVIAL = "trivial"  # only typography differs
    UNCHANGED = "unchanged"
    NOT_MODIFIED = "not_modified"  # 304
    GONE = "gone"
    QUARANTINED = "quarantined"
    SUPERSEDED = "superseded"  # fetched before the article's last check, recorded after it: no part of the history
    BLOCKED = "blocked"  # the server refuses us: bot wall, 401, 403, 429
    ERROR = "error"

    @property
    def is_edit(self) -> bool:
        """Whether the newspaper changed the wording."""
        return self in _EDITS

    @property
    def is_complete_check(self) -> bool:
        """Whether the check established the present wording: by a readable page, or by a 304."""
        return self in _COMPLETE_CHECKS


_EDITS = frozenset({Outcome.CHANGED, Outcome.REVERTED})
_COMPLETE_CHECKS = _EDITS | {
    Outcome.NEW,
    Outcome.RESTORED,
    Outcome.MOVED,
    Outcome.REBASED,
    Outcome.TRIVIAL,
    Outcome.UNCHANGED,
    Outcome.NOT_MODIFIED,
}
# Reasons of failures in which our own limits kept the request from being sent; see fetch.failures.
NOT_REQUESTED = frozenset({"host_budget", "host_paused", "host_resting", "interrupted"})
# Also refused by robots.txt, and missing in a replay's WARC files: such a check says nothing about the server.
NOT_ASKED = NOT_REQUESTED | {"robots", "not_recorded"}
WALLS = frozenset(kind.value for kind in PageKind if kind.is_wall)


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """A check without a usable response: it changes the schedule and the check log, and no history."""

    source: str
    article_id: str | None  # None for a candidate that is not a known article
    url: str
    at: datetime
    outcome: Outcome  # BLOCKED or ERROR
    reason: str  # short stable word: timeout, dns, truncated, http_503, not_recorded, …
    detail: str = ""
    status: int | None = None
    retry_at: datetime | None = None  # the server's Retry-After, as a moment
    lease: int = 0
    is_listing: bool = False  # a feed, sitemap or section page was requested
    is_backfilled: bool = False  # as a page or an article of an archive

    @property
    def is_requested(self) -> bool:
        """Whether a request was sent."""
        return self.reason not in NOT_REQUESTED


# A longer Retry-After is more likely a mistake; a host that means it will send it again.
MAX_RETRY_AFTER = timedelta(days=7)

CheckResult = ParsedPage | IdenticalPage | Revisit | Tombstone | FetchFailure


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check means for the article's history."""

    outcome: Outcome
    reason: str  # short, for logs and for a person
    change: Change = field(default_factory=Change)
    cause: Cause | None = None  # None if no version is to be stored
    # The head's payload re-extracted with today's rules, if the stamp changed: `change` is the difference from it.
    reextracted: Article | None = None

    @property
    def is_too_costly(self) -> bool:
        """Whether the page, or the stored one that it is compared with, cost too much to read."""
        return self.reason.startswith(f"{PageKind.TOO_COSTLY.value}:")


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """The result of a check, the head it was judged against, and the verdict; passed from detect to record."""

    result: CheckResult
    head: Head | None
    verdict: Verdict
    identity_clash: str = ""  # which other article the page claims to be; it was kept apart from it


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the check log."""

    article_id: str | None
    source: str
    url: str
    at: datetime
    outcome: Outcome
    reason: str = ""
    status: int | None = None
    elapsed_ms: int = 0
    size_bytes: int = 0
    interval: timedelta | None = None
    run_id: str | None = None
    payload_digest: str | None = None  # of a superseded page, which no version refers to
    is_clock_step: bool = False  # the crawler's clock was before the article's last check


@dataclass(frozen=True, slots=True)
class MonthOfChecks:
    """How often an article was checked in a month (UTC), and what came of it; kept when the check log expires."""

    month: str  # 2026-10
    checks: int  # those that established the wording: by a readable page, or by a 304
    edits: int
    others: int  # checks that established nothing: errors, refusals, doubtful pages, and pages that were gone
    outcomes: Mapping[str, int]

    @classmethod
    def of(cls, month: str, outcomes: Mapping[str, int]) -> MonthOfChecks:
        complete = sum(n for word, n in outcomes.items() if Outcome(word).is_complete_check)
        edits = sum(n for word, n in outcomes.items() if Outcome(word).is_edit)
        return cls(month, complete, edits, sum(outcomes.values()) - complete, dict(outcomes))


@dataclass(frozen=True, slots=True)
class RecordedItem:
    """The summary of a check whose result is stored, for feed exports and logs."""

    source: str
    article_id: str | None
    url: str
    outcome: Outcome
    reason: str
    at: datetime
    number: int | None = None
    headline: str | None = None
    next_check_at: datetime | None = None
    gap_seconds: float | None = None  # since the previous complete check
    detail: str = ""  # of a failure, for a person
    is_listing: bool = False
    has_article: bool = False  # an article was read from the page, even if it is doubtful
    article: Article | None = None  # that article, for feed exports
    adds_version: bool = False  # to the article's history
    is_backfilled: bool = False  # the first sight of an old article, or a failure on the way to one

    @property
    def reason_word(self) -> str:
        """The stable first word of the reason: `bot_wall` of `bot_wall: Cloudflare challenge`."""
        return self.reason.partition(":")[0]

    @property
    def is_asked(self) -> bool:
        """Whether the page was requested from its server."""
        return self.reason not in NOT_ASKED

    @property
    def is_refused(self) -> bool:
        """Whether the server refused the page: 401, 403, 407, 429, a bot wall, or a 5xx (RFC 9110, 15.6)."""
        if self.outcome is Outcome.BLOCKED:
            return self.is_asked
        return self.outcome is Outcome.ERROR and self.reason_word.startswith(("http_5", "robots_unreachable"))

    @property
    def is_walled(self) -> bool:
        """Whether a consent or login wall was answered with 200; such a page is in quarantine."""
        return self.outcome is Outcome.QUARANTINED and self.reason_word in WALLS

    @property
    def is_failed(self) -> bool:
        """Whether it counts as a failed page: an error or a refusal, but not our own limits."""
        return self.outcome is Outcome.ERROR or self.is_refused
