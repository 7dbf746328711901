"""Versions of an article, and how each one differs from the one before it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from newscrawl.items.article import Article
from newscrawl.items.capture import Capture
from newscrawl.items.excerpt import Excerpt

# The passages of a change, of any length: they stand beside it in a version's document, and lists are without them.
PASSAGES = ("added", "removed", "new_sentences", "old_sentences")


class Cause(StrEnum):
    """Why a version exists."""

    FIRST = "first"
    BACKFILLED = "backfilled"  # the first one of an article that was found in an archive: no news
    EDIT = "edit"
    REBASE = "rebase"
    RESTORED = "restored"
    IMPORTED = "imported"  # others brought its text, without the page: no evidence, and no edit by the newspaper


class Evidence(StrEnum):
    """What shows that a version's text was published."""

    PAGE = "page"  # the page as it was fetched
    NONE = "none"  # others brought the text alone
    ELSEWHERE = "elsewhere"  # the page is in the archive whose export the version was imported from


class Hold(StrEnum):
    """Why an edit is recorded and not public."""

    PENDING = "pending"  # other checks of its source have not yet shown that it is no part of a mass change
    MASS_CHANGE = "mass_change"  # most of its source changed at the same time
    NEW_STAMP = "new_stamp"  # read under a stamp that has not yet been proven on other articles
    DISMISSED = "dismissed"  # a person decided that it is no edit by the publisher
    RETRACTED = "retracted"  # it was public, and our error


@dataclass(frozen=True, slots=True)
class Retraction:
    """Our statement that an edit was our error."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class NotedFact:
    """A changed fact that a note on the page names; `old` or `new` is empty if it was only added or removed."""

    type: str
    old: str
    new: str
    note: str


@dataclass(frozen=True, slots=True)
class Change:
    """How one version differs from the one before it, in numbers and words."""

    types: tuple[str, ...] = ()
    words_added: int = 0
    words_removed: int = 0
    paragraphs_added: int = 0
    paragraphs_removed: int = 0
    paragraphs_edited: int = 0
    paragraphs_moved: int = 0
    significance: float = 0.0  # 0..1
    reasons: tuple[str, ...] = ()  # one per part of the significance
    summary: str = ""  # one line, for a person
    reverts_to: int | None = None
    silent: bool = False  # a factual change without a note, and it is known that an edit would be to be seen
    unnoted: bool = False  # a factual change that no note on the page names, and nobody knows why
    noted: tuple[NotedFact, ...] = ()  # changed facts that a new note on the page names
    excerpts: tuple[Excerpt, ...] = ()  # the one or two most telling edits, marked in their sentences
    added: tuple[str, ...] = ()  # new passages; searches of added text read them
    removed: tuple[str, ...] = ()
    new_sentences: tuple[str, ...] = ()  # whole sentences in which `added` stands; searches read these, too
    old_sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of an article as stored: numbered from 1, never altered."""

    article_id: str
    number: int
    seen_at: datetime
    not_before: datetime | None  # the last check that found the previous wording; None for the first version
    article: Article
    payload_digest: str
    capture: Capture | None  # None when it was loaded from the store without its payload
    cause: Cause
    chain: str  # SHA-256 over the previous chain and this content
    change: Change = field(default_factory=Change)
    is_clock_step: bool = False  # the crawler's clock had been set back: `seen_at` is that of the version before
    # Random; under it the chain commits to each value, so that one can be erased. Empty: the chain covers the content.
    salt: bytes = field(default=b"", repr=False)
    has_page: bool = True  # whether the page was stored here; an order may have erased it since

    @property
    def evidence(self) -> Evidence:
        if self.has_page:
            return Evidence.PAGE
        return Evidence.NONE if self.cause is Cause.IMPORTED else Evidence.ELSEWHERE
