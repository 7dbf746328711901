"""A source, its state between runs, and the candidates in its listings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

MAX_URL_LENGTH = 2048  # characters of an article's URL, as sitemaps.org allows; longer URLs are junk or attacks


@dataclass(frozen=True, slots=True)
class Source:
    """One news site: facts that its spider states and its pages do not."""

    name: str  # the spider's name
    publisher: str
    domains: tuple[str, ...]
    languages: tuple[str, ...] = ("en",)  # BCP 47, most common first
    timezone: str = "UTC"  # IANA name; of dates stated without an offset
    active_hours: str | None = None  # in that zone, as 06:00-23:30: outside of them nothing is requested
    date_order: str | None = None  # DMY, MDY or YMD, if dates like 06.01.2026 appear
    former_domains: tuple[str, ...] = ()  # where its articles were before it moved
    article_pattern: str = r"https?://.+"  # searched in a URL of at most MAX_URL_LENGTH
    guid_pattern: str | None = None  # finds the site's own id of an article in its URL
    notes_edits: bool = False  # it promises a note at each edit of facts


@dataclass(frozen=True, slots=True)
class Candidate:
    """A URL in a feed, sitemap or section page that may be an article; dates are as stated there."""

    url: str
    guid: str | None = None
    headline: str | None = None
    published: str | None = None
    modified: str | None = None
    listing_url: str = ""  # of the feed, sitemap or section page
    is_backfilled: bool = False  # found in an archive: old, and new to us


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is stored about a source between runs: health and learnt rates."""

    source: str
    publisher: str | None = None
    is_unverified: bool = False  # as its spider stated in its newest run
    active_hours: str | None = None  # likewise, in `timezone`
    timezone: str = "UTC"
    is_paused: bool = False
    paused_reason: str = ""
    set_aside_reason: str = ""  # how its process ended, also when crawled alone; empty: rounds crawl it
    rates: Mapping[str, object] = field(default_factory=dict)  # of the recheck policy
    baselines: Mapping[str, object] = field(default_factory=dict)  # health: usual volume, coverage, quarantine share
    notes: Mapping[str, object] = field(default_factory=dict)  # signal scores, distrusted validators, …
    last_good_check_at: datetime | None = None  # end of the newest run with an article page read, or a 304
    pages_asked: int = 0  # article pages requested by the newest run that requested any
    pages_read: int = 0  # of those, read or answered with 304
    listings: Mapping[str, Any] = field(default_factory=dict)  # URL → its last answer: at, reason, articles
    last_read: Mapping[str, Any] = field(default_factory=dict)  # newest article read: its id, number, at, readers
    rights: Mapping[str, Any] = field(default_factory=dict)  # of the newest run that read pages: at, pages, signals
    # Of all runs that have ended: checks by outcome, versions added, runs by exit code, seconds.
    totals: Mapping[str, Any] = field(default_factory=dict)
