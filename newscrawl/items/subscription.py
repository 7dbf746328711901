"""Subscriptions: who wants to hear of what, when and how; and what can be announced to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from newscrawl.items.change import Cause, Change


class Subject(StrEnum):
    """What a subscription can be about."""

    EDITS = "edits"
    FIRST = "first"  # first versions of new articles
    DELETIONS = "deletions"  # and restorations of what was deleted
    RETRACTIONS = "retractions"
    ALARMS = "alarms"


class EventKind(StrEnum):
    """What happened, as an announcement says it."""

    EDIT = "edit"
    FIRST = "first"
    DELETION = "deletion"
    RESTORATION = "restoration"
    RETRACTION = "retraction"
    ALARM_OPENED = "alarm_opened"
    ALARM_RESOLVED = "alarm_resolved"
    CONFIRMATION = "confirmation"  # to a reader who asked for a subscription, and to nobody else
    END = "end"

    @property
    def subject(self) -> Subject:
        return _SUBJECTS[self]


_SUBJECTS = {
    EventKind.EDIT: Subject.EDITS,
    EventKind.FIRST: Subject.FIRST,
    EventKind.DELETION: Subject.DELETIONS,
    EventKind.RESTORATION: Subject.DELETIONS,
    EventKind.RETRACTION: Subject.RETRACTIONS,
    EventKind.ALARM_OPENED: Subject.ALARMS,
    EventKind.ALARM_RESOLVED: Subject.ALARMS,
}


class Extra(StrEnum):
    """What nobody hears of who has not asked for it."""

    LATE = "late"  # imported, replayed or backfilled: recorded long after the newspaper changed it
    REBASED = "rebased"  # exists because our rules changed
    HELD = "held"  # recorded and not public


class Every(StrEnum):
    """How often a subscription is sent what it matched."""

    CHANGE = "change"  # each at once
    DAY = "day"
    WEEK = "week"


class WordsIn(StrEnum):
    """Where the words of a subscription are searched."""

    ANY = "any"  # added, removed, or in the headline; of a first version in its text
    ADDED = "added"
    REMOVED = "removed"
    WORDING = "wording"  # the whole text of the version, changed or not


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscription matches; empty means everything."""

    about: frozenset[Subject] = frozenset({Subject.EDITS, Subject.RETRACTIONS})
    sources: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()  # ids
    words: str = ""  # words and "phrases", all of which must be there
    words_in: WordsIn = WordsIn.ANY
    kinds: tuple[str, ...] = ()  # types of change
    min_significance: int = 0  # 0..100
    only_silent: bool = False
    only_unnoted: bool = False
    include: frozenset[Extra] = frozenset()


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a digest is sent, in the wall time of a zone; `weekday` counts from Monday, 0."""

    every: Every = Every.CHANGE
    at: time = time(7)
    weekday: int = 0
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours of the day in which nothing is sent, in the wall time of a zone; they may span midnight."""

    begin: time
    end: time
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class BurstLimit:
    """More than so many announcements in so many minutes become one digest."""

    announcements: int = 10
    minutes: int = 10


@dataclass(frozen=True, slots=True)
class Channel:
    """How a subscriber is reached; what is secret appears in no representation.

    `kind` is "apprise", "webhook", "command", "feed", or the name of a notifier that another package has. An address or
    secret is stored, or named by a variable of the environment, which is read when something is sent.
    """

    kind: str
    address: str = field(default="", repr=False)
    address_env: str = ""
    secret: str = field(default="", repr=False)
    secret_env: str = ""
    command: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class OptIn:
    """Of a subscription that a reader asked for: whether it was confirmed, and until when it is kept."""

    erase_at: datetime | None  # of one that is not confirmed yet, or has ended
    confirmed_at: datetime | None = None
    ends_at: datetime | None = None  # unless it is renewed
    language: str = "en"  # in which the reader asked, and is written to
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Subscription:
    name: str
    channel: Channel
    created_at: datetime
    feed_token: str = field(repr=False)  # part of its feed's URL, which nobody can guess
    wanted: Wanted = Wanted()
    schedule: Schedule = Schedule()
    quiet: QuietHours | None = None
    burst: BurstLimit = BurstLimit()
    is_paused: bool = False
    is_of_file: bool = False  # stated in subscriptions.toml, not made by a command
    opt_in: OptIn | None = None  # of readers; None: the operator's own

    @property
    def is_open(self) -> bool:
        """Whether anything but a question may be sent: what a reader asked for is confirmed, and has not ended."""
        return self.opt_in is None or (self.opt_in.confirmed_at is not None and self.opt_in.erase_at is None)


@dataclass(frozen=True, slots=True)
class Announceable:
    """Something that happened and may be announced: what subscriptions are matched with."""

    kind: EventKind
    identity: str  # the same for the same event, whoever finds it, however often
    source: str
    at: datetime  # when the newspaper changed it, as far as we know; of an alarm when it opened
    article_id: str = ""
    number: int = 0
    alarm_id: str = ""
    headline: str = ""
    change: Change = field(default_factory=Change)
    texts: tuple[str, ...] = ()  # of a first version: its paragraphs
    wording: tuple[str, ...] = ()  # headline and paragraphs of any version
    cause: Cause | None = None
    is_held: bool = False
    is_late: bool = False
