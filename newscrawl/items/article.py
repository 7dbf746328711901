"""An article as a page states it: extracted, and normalised; and the id of its history. Words: schema.org, IPTC."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from newscrawl.items.capture import Capture
from newscrawl.items.optional_text import OptionalText
from newscrawl.items.readers import Origin, Readers


class PageKind(StrEnum):
    """What a fetched page is, decided before anything extracted from it is used."""

    ARTICLE = "article"
    LIVE = "live"
    GALLERY = "gallery"
    LISTING = "listing"  # a front, section, tag or search page: links to articles, and no text of its own
    INTERACTIVE = "interactive"  # a quiz or game
    SERVICE = "service"  # what a site has beside articles: a shop, events, a form, terms, tables of data
    PAYWALL = "paywall"
    CONSENT = "consent"
    BOT_WALL = "bot_wall"
    LOGIN = "login"
    SOFT_404 = "soft_404"
    ERROR_PAGE = "error_page"
    EMPTY = "empty"
    TOO_COSTLY = "too_costly"  # its reading took more CPU time or memory than a page may (newscrawl.bounds)

    @property
    def is_readable(self) -> bool:
        """Whether such a page has a text that versions may be made of."""
        return self in {PageKind.ARTICLE, PageKind.LIVE}

    @property
    def is_wall(self) -> bool:
        """Whether a server answers with such a page in the place of the article, until its visitor complies."""
        return self in {PageKind.BOT_WALL, PageKind.CONSENT, PageKind.LOGIN}


class Shown(StrEnum):
    """How much of an article its page shows. What a page does not show is not removed."""

    WHOLE = "whole"
    CUT = "cut"  # for readers who do not pay
    FIRST_PAGE = "first_page"  # of several
    WINDOW = "window"  # a live blog's newest entries


class Precision(StrEnum):
    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Instant:
    """A date as a page states it: the value, its precision, and the text it was parsed from."""

    value: datetime
    precision: Precision
    stated: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What rules extracted from one page: the text of the selected nodes, not yet normalised."""

    rules: str  # name of the layout that extracted it, or "generic"
    kind: PageKind
    evidence: tuple[str, ...] = ()  # for `kind`, strongest first
    url: str | None = None  # canonical URL as the page states it, absolute
    further_urls: tuple[str, ...] = ()  # what else the page states as its own URL, most trusted first
    guid: str | None = None  # the source's own stable id, if the page states one
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
    optional: tuple[OptionalText, ...] = ()
    shown: Shown = Shown.WHOLE
    is_accessible_for_free: bool | None = None
    body_origin: str = Origin.TREE
    headline_origin: str = Origin.TREE
    # (field, selector or method that found it), for editing rules: ("headline", "h1.title"). Not compared, not stored.
    origins: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)
    # Fingerprint of all that it was read from; empty if there is none. Not compared, stored with the head alone.
    containers: str = field(default="", compare=False, repr=False)

    @property
    def readers(self) -> Readers:
        return Readers(self.rules, Origin(self.body_origin), Origin(self.headline_origin))


@dataclass(frozen=True, slots=True)
class ScrapedArticle:
    """What a spider yields for an article page: a capture and what today's rules extracted from it."""

    source: str
    guid: str
    capture: Capture
    extraction: Extraction
    article_id: str | None = None  # of a known article; None: it is computed from source and guid
    lease: int = 0
    known_urls: tuple[str, ...] = ()  # that led to a known article before
    reading: PageReading | None = None  # of this extraction, if it was normalised where it was made
    is_backfilled: bool = False  # found in an archive, not in a listing
    listed_at: datetime | None = None  # the day of an article from an archive, as far as it is known


@dataclass(frozen=True, slots=True)
class Article:
    """Normalised values of one page; `wording_digest` decides whether two of them differ."""

    source: str
    guid: str
    url: str
    headline: str
    paragraphs: tuple[str, ...]
    wording_digest: str  # SHA-256 of the text folded for comparison
    display_digest: str  # SHA-256 of the text as displayed: if only typography changed, it alone differs
    stamp: str  # what produced these values: rules + NORMALIZER + toolchain + readers
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
    optional: tuple[OptionalText, ...] = ()  # printed among the paragraphs; not compared
    shown: Shown = Shown.WHOLE
    carried: int = 0  # last paragraphs that the page did not show: they are those of the version before

    @property
    def is_partial(self) -> bool:
        return self.shown is not Shown.WHOLE


@dataclass(frozen=True, slots=True)
class PageReading:
    """The extraction of a page, and its article; None if the page is not readable, with the reason in `problem`."""

    extraction: Extraction
    article: Article | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """One article page after normalisation: its capture, and the article (None if the page is unreadable)."""

    source: str
    guid: str
    article_id: str
    capture: Capture
    extraction: Extraction
    article: Article | None
    problem: str = ""  # why article is None
    lease: int = 0
    is_backfilled: bool = False
    listed_at: datetime | None = None
    is_text: bool = False  # others brought it without its page: `capture` says where and when, and is no evidence


def article_id(source: str, guid: str) -> str:
    """Return the stable key of an article, short enough for URLs: 80 bits of SHA-256 in lower-case base 32.

    At 10⁸ articles the chance of any collision is below 10⁻⁸.
    """
    digest = hashlib.sha256(f"{source}\0{guid}".encode()).digest()[:10]
    number = int.from_bytes(digest, "big")
    return "".join("abcdefghijklmnopqrstuvwxyz234567"[(number >> shift) & 31] for shift in range(75, -1, -5))
