"""The nouns of newscrawl: frozen values that pass between its rooms.

Words follow schema.org/NewsArticle, RFC 9110 (validators), WARC 1.1 (payload digest, revisit) and RFC 7089 (memento).
`None` means "the page did not say"; it is never written as an empty string or an invented date.
All datetimes are aware and in UTC.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Outcome(StrEnum):
    """What came of one check; the same words are used in logs, stats, run records and the reader."""

    NEW = "new"
    CHANGED = "changed"
    REVERTED = "reverted"  # changed, and the text equals an earlier version
    RESTORED = "restored"  # back after it was gone
    MOVED = "moved"  # found at another address of the site
    REBASED = "rebased"  # our own rules changed what we read; no edit by the newspaper
    TRIVIAL = "trivial"  # only typography differs
    UNCHANGED = "unchanged"
    NOT_MODIFIED = "not_modified"  # 304
    GONE = "gone"
    QUARANTINED = "quarantined"
    BLOCKED = "blocked"  # the site refuses us: bot wall, 401, 403, 429
    ERROR = "error"


class PageKind(StrEnum):
    """What a fetched page is, decided before anything read from it counts."""

    ARTICLE = "article"
    LIVE = "live"
    GALLERY = "gallery"
    PAYWALL = "paywall"
    CONSENT = "consent"
    BOT_WALL = "bot_wall"
    LOGIN = "login"
    SOFT_404 = "soft_404"
    ERROR_PAGE = "error_page"
    EMPTY = "empty"


class Cause(StrEnum):
    """Why a version exists."""

    FIRST = "first"
    EDIT = "edit"
    REBASE = "rebase"
    RESTORED = "restored"


class State(StrEnum):
    """Where an article stands in its life."""

    WATCHED = "watched"
    RETIRED = "retired"
    GONE = "gone"
    HIDDEN = "hidden"


class Precision(StrEnum):
    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of one news site beyond its pages; stated by its spider."""

    name: str  # key of the source: the spider's name
    publisher: str
    domains: tuple[str, ...]
    languages: tuple[str, ...] = ("en",)  # BCP 47, most common first
    timezone: str = "UTC"  # IANA name; meaning of dates stated without an offset
    date_order: str | None = None  # DMY, MDY or YMD where words like 06.01.2026 appear


@dataclass(frozen=True, slots=True)
class Instant:
    """A date as a page states it: the value, how exact it is, and the words it was read from."""

    value: datetime
    precision: Precision
    stated: str


@dataclass(frozen=True, slots=True)
class Capture:
    """One HTTP response kept as evidence.

    `body` is the representation after its Content-Encoding was removed; `headers` are as received, names lower-case.
    `redirects` are the addresses that led here, in order, without `final_uri`.
    """

    target_uri: str
    final_uri: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    fetched_at: datetime
    redirects: tuple[str, ...] = ()
    elapsed_ms: int = 0

    @property
    def payload_digest(self) -> str:
        """SHA-256 of the body, in hex: the key of its payload in the store."""
        return hashlib.sha256(self.body).hexdigest()

    def header(self, name: str) -> str | None:
        """Return the first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """What rules read from one page, as found: no cleaning beyond the text of the chosen nodes."""

    rules: str  # name of the layout that read it, or "generic"
    kind: PageKind
    evidence: tuple[str, ...] = ()  # why `kind` was decided, most telling first
    url: str | None = None  # canonical address as the page states it, absolute
    guid: str | None = None  # the site's own stable id, where the page states one
    headline: str | None = None
    alternative_headlines: tuple[str, ...] = ()
    byline: str | None = None  # the line as printed
    author: tuple[str, ...] = ()  # names as stated, not yet split or cleaned
    date_published: tuple[str, ...] = ()  # candidates, most trusted first
    date_modified: tuple[str, ...] = ()
    article_section: str | None = None
    in_language: str | None = None
    description: str | None = None
    paragraphs: tuple[str, ...] = ()
    is_accessible_for_free: bool | None = None
    # Field and what gave it, for whoever mends rules: ("headline", "h1.title"). No part of what was read.
    origins: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ScrapedArticle:
    """What a spider yields for an article page: a capture and what today's rules read from it."""

    source: str
    guid: str
    capture: Capture
    reading: Reading
    rules_stamp: str  # fingerprint of the rules that produced the reading
    article_id: str | None = None  # where the check was of a known story; else made from source and guid
    lease: int = 0


@dataclass(frozen=True, slots=True)
class Revisit:
    """304: the representation we hold is still current (a WARC revisit)."""

    source: str
    article_id: str
    capture: Capture
    lease: int = 0


@dataclass(frozen=True, slots=True)
class Tombstone:
    """404, 410, 451 at an address where an article was known, or a redirect from it to the home page."""

    source: str
    article_id: str
    capture: Capture
    lease: int = 0
    reason: str = ""  # http_404, http_410, http_451, redirected_home


@dataclass(frozen=True, slots=True)
class Mishap:
    """A check that ended without a usable response: it changes no history, only the schedule and the books."""

    source: str
    article_id: str | None  # None: a candidate that is not an article of ours yet
    url: str
    at: datetime
    outcome: Outcome  # BLOCKED or ERROR
    reason: str  # short stable word: timeout, dns, truncated, http_503, not_recorded, …
    detail: str = ""
    status: int | None = None
    retry_at: datetime | None = None  # the server's Retry-After, as a moment
    lease: int = 0


@dataclass(frozen=True, slots=True)
class Article:
    """Normalised, typed values of one page; `wording` decides whether two of them differ."""

    source: str
    guid: str
    url: str
    headline: str
    paragraphs: tuple[str, ...]
    wording: str  # fingerprint of the text folded for comparison
    text: str  # fingerprint of the text as displayed: differs alone when only typography changed
    stamp: str  # what produced these values: rules + NORMALIZER + toolchain
    kind: PageKind
    rules: str
    alternative_headlines: tuple[str, ...] = ()
    byline: str | None = None
    author: tuple[str, ...] = ()
    date_published: Instant | None = None
    date_modified: Instant | None = None
    article_section: str | None = None
    in_language: str | None = None
    description: str | None = None
    is_accessible_for_free: bool | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What one version changed against the one before it, in numbers and words."""

    types: tuple[str, ...] = ()
    words_added: int = 0
    words_removed: int = 0
    paragraphs_added: int = 0
    paragraphs_removed: int = 0
    paragraphs_edited: int = 0
    paragraphs_moved: int = 0
    significance: float = 0.0  # 0..1
    reasons: tuple[str, ...] = ()  # why it matters, one named part of the significance each
    summary: str = ""  # one line in words
    reverts_to: int | None = None
    silent: bool = False  # factual change without a note or a new modified date
    added: tuple[str, ...] = ()  # wording that is new, a passage each: what a search in added text looks through
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of an article as stored: numbered from 1, never altered."""

    article_id: str
    number: int
    seen_at: datetime
    not_before: datetime | None  # last check that still showed the previous wording; None for the first
    article: Article
    payload_digest: str
    capture: Capture | None  # None when read back without its payload
    cause: Cause
    chain: str  # SHA-256 over the previous chain and this content
    change: Change = field(default_factory=Change)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that a feed, sitemap or section page names as a story; dates are as stated there."""

    url: str
    guid: str | None = None
    headline: str | None = None
    published: str | None = None
    modified: str | None = None
    found_in: str = ""  # address of the listing


class DiffOp(StrEnum):
    """What became of the paragraphs of one row."""

    KEPT = "kept"
    EDITED = "edited"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"  # same text or edited, at another place: see its segments
    SPLIT = "split"  # one paragraph became several
    MERGED = "merged"  # several became one


class SegmentOp(StrEnum):
    KEEP = "keep"
    INSERT = "insert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text within a row; keep and delete make the old text, keep and insert the new one, to the letter."""

    op: SegmentOp
    text: str


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One aligned row: indices of old paragraphs (a) and new ones (b). A side's paragraphs join with a newline."""

    op: DiffOp
    a: tuple[int, ...]
    b: tuple[int, ...]
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence or quote found in another paragraph than before; spans are character offsets in those paragraphs."""

    text: str
    a: int
    b: int
    a_span: tuple[int, int]
    b_span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Diff:
    """What turns one version into another.

    `rows` are in the order of the new text; a removed row stands where a reader of the old text would miss it, a moved
    row where its paragraph stands now.
    """

    headline: DiffRow
    byline: DiffRow
    rows: tuple[DiffRow, ...]
    passages: tuple[Passage, ...] = ()
    is_coarse: bool = False  # the deadline passed: correct, but less fine


@dataclass(frozen=True, slots=True)
class Validators:
    """What the server gave for conditional requests, verbatim (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """What is known of a story's past checks: all that a recheck policy may look at."""

    source: str
    first_seen_at: datetime
    published_at: datetime | None = None
    last_checked_at: datetime | None = None  # last complete check (200 or 304)
    last_changed_at: datetime | None = None  # newest edit by the newspaper; None: never since first seen
    changes: int = 0  # edits by the newspaper since first seen
    checks: int = 0  # complete checks
    quiet: int = 0  # complete checks in a row without an edit
    period: timedelta | None = None  # gap that the last decision planned
    failures: int = 0  # failed checks in a row
    signal_at: datetime | None = None  # newest claim of a change that no check has answered yet
    listed_at: datetime | None = None  # when a listing last named it
    listed_as: tuple[str, ...] = ()  # keys of the headlines that listings showed, newest last; see signals
    expected: float = 0.0  # edits that the source's rates predicted for this story so far
    kind: PageKind = PageKind.ARTICLE


@dataclass(frozen=True, slots=True)
class NextCheck:
    """A policy's decision; `at` None retires the story."""

    at: datetime | None
    period: timedelta | None
    reason: str  # in words, for a person
    value: float = 0.0  # what the check is worth, for the order when not all fit; higher first
    retired: bool = False  # regular checks are over; `at`, where set, is a rare audit


@dataclass(frozen=True, slots=True)
class Head:
    """An article as its newest version and its schedule tell it."""

    article_id: str
    source: str
    guid: str
    url: str
    number: int
    wording: str
    text: str
    stamp: str
    chain: str
    payload_digest: str
    seen_at: datetime  # of the newest version
    headline: str
    state: State
    track: Track
    aliases: tuple[str, ...] = ()
    validators: Validators = field(default_factory=Validators)
    next_check_at: datetime | None = None
    next_check_reason: str = ""
    value: float = 0.0  # what the next check is worth, as the policy said: claims take the highest first
    state_reason: str = ""  # why it is retired, gone or hidden
    state_since: datetime | None = None
    gone_seen_at: datetime | None = None  # a first, not yet confirmed 404, 410 or 451
    lease: int = 0  # fencing token of the claim under which it was read; 0: none


@dataclass(frozen=True, slots=True)
class Observation:
    """One article page as normalize leaves it: evidence, and what today's rules make of it (None: unreadable)."""

    source: str
    guid: str
    article_id: str
    capture: Capture
    reading: Reading
    article: Article | None
    problem: str = ""  # why article is None
    lease: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check means for the article's history."""

    outcome: Outcome
    reason: str  # short, for logs and for a person
    change: Change = field(default_factory=Change)
    cause: Cause | None = None  # set where a version is to be stored
    # The head's payload read again by today's rules, where the stamp changed: what `change` was measured against.
    reread: Article | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What detect hands to record: the look, the head it was judged against, and the verdict."""

    item: Observation | Revisit | Tombstone | Mishap
    head: Head | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Check:
    """One look at an article, for the books."""

    article_id: str | None
    source: str
    url: str
    at: datetime
    outcome: Outcome
    reason: str = ""
    status: int | None = None
    elapsed_ms: int = 0
    size_bytes: int = 0
    period: timedelta | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of one source, as kept for operators; `exit_code` is None while it runs."""

    run_id: str
    source: str
    started_at: datetime
    heartbeat_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""  # Scrapy's finish reason, or ours
    exit_code: int | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    settings_hash: str = ""
    code_version: str = ""
    host: str = ""
    pid: int = 0
    token: int = 0  # fencing token of the source's lease
    stats: Mapping[str, object] = field(default_factory=dict)
    errors: tuple[tuple[str, int], ...] = ()  # first distinct errors with their counts


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is remembered of a source between runs: health and learnt rates."""

    source: str
    publisher: str | None = None
    is_paused: bool = False
    paused_reason: str = ""
    rates: Mapping[str, object] = field(default_factory=dict)  # of the recheck policy
    baselines: Mapping[str, object] = field(default_factory=dict)  # health: usual volume, coverage, quarantine share
    notes: Mapping[str, object] = field(default_factory=dict)  # signal scores, distrusted validators, …


@dataclass(frozen=True, slots=True)
class Recorded:
    """What record hands on when everything is stored: the line that feed exports and logs show."""

    source: str
    article_id: str | None
    url: str
    outcome: Outcome
    reason: str
    at: datetime
    number: int | None = None
    headline: str | None = None
    next_check_at: datetime | None = None
    gap_seconds: float | None = None  # since the complete look before
    detail: str = ""  # of a failure, for a person


def article_id(source: str, guid: str) -> str:
    """Return the short stable key of an article, used in addresses: 80 bits of SHA-256, base 32, lower-case.

    At 10⁸ articles the chance of any collision is below 10⁻⁸.
    """
    digest = hashlib.sha256(f"{source}\0{guid}".encode()).digest()[:10]
    number = int.from_bytes(digest, "big")
    return "".join("abcdefghijklmnopqrstuvwxyz234567"[(number >> shift) & 31] for shift in range(75, -1, -5))
