"""A source, what is remembered of it between runs, and what its listings name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
class Candidate:
    """An address that a feed, sitemap or section page names as a story; dates are as stated there."""

    url: str
    guid: str | None = None
    headline: str | None = None
    published: str | None = None
    modified: str | None = None
    listing_url: str = ""  # address of the listing


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
