"""The head: an article's newest version with its schedule (the word is git's)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from newscrawl.items.article import PageKind
from newscrawl.items.capture import Validators

ERASED_BY_ORDER = "erased by order"  # the reason of the state of an article of which something was erased


class State(StrEnum):
    """The state of an article in its life cycle."""

    WATCHED = "watched"
    RETIRED = "retired"
    GONE = "gone"
    HIDDEN = "hidden"


FULL_CHECK_SHARE = 1 / 8  # of checks, so that wrong 304s, or a shortcut of ours, cannot hide an edit for ever
_EPSILON = 1e-9  # .1 + .2 is more than .3


@dataclass(frozen=True, slots=True)
class CheckHistory:
    """An article's past checks in summary: all that a recheck policy decides by."""

    source: str
    first_seen_at: datetime
    published_at: datetime | None = None
    last_checked_at: datetime | None = None  # last complete check (200 or 304)
    last_changed_at: datetime | None = None  # newest edit by the newspaper; None if there was none since first seen
    changes: int = 0  # edits by the newspaper since first seen
    checks: int = 0  # complete checks
    unchanged_streak: int = 0  # complete checks in a row without an edit
    interval: timedelta | None = None  # from the last check to the next one, as planned
    failures: int = 0  # failed checks in a row
    signal_at: datetime | None = None  # newest signal of a change that no check has answered yet
    listed_at: datetime | None = None  # when a listing last contained it
    seen_headline_keys: tuple[str, ...] = ()  # of headlines in listings, newest last; see listing_signals
    expected_edits: float = 0.0  # edits that the source's rates predicted for this article so far
    kind: PageKind = PageKind.ARTICLE
    is_backfilled: bool = False  # it was found in an archive: nobody learns of its source from it

    @property
    def is_full_check_next(self) -> bool:
        """Whether the next check asks for the whole page and reads it, whatever its validators and bytes say."""
        return self.is_in_share_next(FULL_CHECK_SHARE)

    def is_in_share_next(self, share: float) -> bool:
        """Return whether the next check is one of a share of an article's checks, which are spread evenly."""
        return math.floor((self.checks + 1) * share + _EPSILON) > math.floor(self.checks * share + _EPSILON)


@dataclass(frozen=True, slots=True)
class NextCheck:
    """A policy's decision; `at` None retires the article."""

    at: datetime | None
    interval: timedelta | None
    reason: str  # for a person
    priority: float = 0.0  # expected cost of skipping the check; if not all can be made, the highest go first
    is_retired: bool = False  # no more regular checks; `at`, if set, is a rare audit


@dataclass(frozen=True, slots=True)
class Head:
    """An article's newest version, without its text, and its schedule."""

    article_id: str
    source: str
    guid: str
    url: str
    number: int
    wording_digest: str
    display_digest: str
    stamp: str
    chain: str
    payload_digest: str
    seen_at: datetime  # of the newest version
    headline: str
    state: State
    check_history: CheckHistory
    aliases: tuple[str, ...] = ()
    validators: Validators = field(default_factory=Validators)
    next_check_at: datetime | None = None
    next_check_reason: str = ""
    priority: float = 0.0  # of the next check; claims take the highest first
    state_reason: str = ""  # why it is retired, gone or hidden
    state_since: datetime | None = None
    gone_seen_at: datetime | None = None  # a first, not yet confirmed 404, 410 or 451
    reading_digest: str = ""  # of the newest response that was read as this text; empty if unknown
    containers_digest: str = ""  # of what that text was read from, without the rest of its page; empty if unknown
    lease: int = 0  # fencing token of the claim that returned this head; 0: none
