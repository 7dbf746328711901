"""What a spider states about its source, and which URLs and ids belong to that source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from newscrawl.declarations import refuse, require_known_attributes
from newscrawl.extract import Rules, layouts_of
from newscrawl.fetch.source_options import FAULTS as OPTIONS
from newscrawl.fetch.source_options import fault_of_option
from newscrawl.items import FULL_CHECK_SHARE, Extraction, Source
from newscrawl.normalize import first_believed, guid_of, is_article_url, is_of_source, site_id
from newscrawl.reading import PageReader
from newscrawl.recheck.active_hours import moved_into_hours, parsed_hours

DATE_ORDERS = ("DMY", "MDY", "YMD")
# Attributes that Scrapy reads from spiders and does not state in their base class.
_OF_SCRAPY = ("start_urls", "allowed_domains", "user_agent", "download_delay", "download_timeout", "download_maxsize")


class SourceDefinition:
    """The attributes of a source. Name, domains and at least one listing must be stated; the rest has defaults."""

    name: str = ""
    publisher: ClassVar[str] = ""
    domains: ClassVar[tuple[str, ...]] = ()
    former_domains: ClassVar[tuple[str, ...]] = ()  # before the source moved to `domains`; its histories go on
    languages: ClassVar[tuple[str, ...]] = ("en",)
    timezone: ClassVar[str] = "UTC"
    active_hours: ClassVar[str | None] = None  # in `timezone`, as 06:00-23:30; outside of them nothing is requested
    date_order: ClassVar[str | None] = None
    feeds: ClassVar[tuple[str, ...]] = ()
    sitemaps: ClassVar[tuple[str, ...]] = ()
    sections: ClassVar[tuple[str, ...]] = ()
    addresses: ClassVar[tuple[str, ...]] = ()  # of articles to watch, beside those that listings name
    article_pattern: ClassVar[str] = r"https?://.+"  # searched in the URL; a URL without a match is no article
    # Finds the site's own id of an article in its URL: its first group that matches, or its named groups, joined.
    guid_pattern: ClassVar[str | None] = None
    notes_edits: ClassVar[bool] = False  # its published policy promises a note at each edit; one without is silent
    # Of its own domains, for want of a better one: a name that is not theirs, an expired date. Its versions say so.
    accepts_invalid_certificates: ClassVar[bool] = False
    # How it is requested, see docs/egress.md.
    delay: ClassVar[float | None] = None  # seconds between two requests to a host of its own; the longest wish counts
    budget: ClassVar[int | None] = None  # requests an hour to each of its hosts; the smallest number counts
    headers: ClassVar[Mapping[str, str]] = {}  # further ones of requests to its own domains
    full_get_share: ClassVar[float] = FULL_CHECK_SHARE  # of checks that ask for the whole page
    listing_period: ClassVar[float | None] = None  # seconds from one reading of its listings to the next
    proxy: ClassVar[str | None] = None  # a name of NEWSCRAWL_PROXIES, a URL without credentials, or "direct"
    # Scripts draw its articles (docs/rendered.md): always asked for in full, as a 304 says nothing of what is drawn.
    rendered: ClassVar[bool] = False
    rendered_hosts: ClassVar[tuple[str, ...]] = ()  # beside its domains, those that its pages get scripts and data from
    policy: ClassVar[str | None] = None  # recheck policy of this source, if the default does not fit
    unverified: ClassVar[bool] = False  # nobody compared pages with what is read; rounds wait until it is named once

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        require_known_attributes(cls, SourceDefinition, "a spider", nested=Rules, further=_OF_SCRAPY)
        _require_sound_values(cls)

    @property
    def _facts(self) -> Source:
        return source_of(type(self))

    def is_ours(self, url: str) -> bool:
        """Return whether a URL is on a domain of this source, or on one that it had."""
        return is_of_source(url, self._facts)

    def concerns(self, url: str) -> bool:
        """Return whether a URL is on a domain of this source or one of its listings, which may be elsewhere."""
        return self.is_ours(url) or url in (*self.feeds, *self.sitemaps, *self.sections)

    def is_article_url(self, url: str) -> bool:
        """Return whether a URL looks like an article of this source."""
        return self.is_ours(url) and is_article_url(url, self._facts)

    def guid_of(self, url: str, extraction: Extraction | None = None) -> str:
        """Return the article's stable id: from its URL, else as the page states it, else the canonical URL.

        The canonical URL is the one that the page states, if that can be this article's.
        """
        if found := site_id(url, self._facts):
            return found
        if extraction is not None:
            if extraction.guid:
                return extraction.guid
            if stated := first_believed((extraction.url, *extraction.further_urls), url, self._facts):
                return guid_of(stated, self._facts)
        return guid_of(url, self._facts)


def _require_sound_values(definition: type[SourceDefinition]) -> None:
    """Raise SpiderFileError for a value of the right type that means nothing: a pattern, an option, an order."""
    for name in ("article_pattern", "guid_pattern"):
        pattern = getattr(definition, name) or ""
        try:
            re.compile(pattern if isinstance(pattern, str) else "")  # of another type it is refused already
        except re.error as error:
            refuse(definition, name, f"{name} is no regular expression: {error}", error)
    for name in ("feeds", "sitemaps", "sections"):
        if any("@" in str(url).partition("://")[2].partition("/")[0] for url in getattr(definition, name)):
            refuse(definition, name, f"{name}: a URL has a user name, which logs and pages would show")
    try:
        if isinstance(definition.active_hours, str):  # of another type it is refused already
            parsed_hours(definition.active_hours)
    except ValueError as error:
        refuse(definition, "active_hours", f"active_hours: {error}", error)
    for name in OPTIONS:
        if fault := fault_of_option(name, getattr(definition, name)):
            refuse(definition, name, f"{name}: {fault}")
    if definition.date_order not in (None, *DATE_ORDERS):
        refuse(definition, "date_order", f"date_order must be one of {', '.join(DATE_ORDERS)}")


def source_of(definition: type[SourceDefinition]) -> Source:
    """Return the source that a spider defines."""
    return Source(
        name=definition.name,
        publisher=definition.publisher or definition.name,
        domains=tuple(definition.domains),
        languages=tuple(definition.languages),
        timezone=definition.timezone,
        active_hours=definition.active_hours,
        date_order=definition.date_order,
        former_domains=tuple(definition.former_domains),
        article_pattern=definition.article_pattern,
        guid_pattern=definition.guid_pattern,
        notes_edits=definition.notes_edits,
    )


def has_listings(definition: type[SourceDefinition]) -> bool:
    """Return whether a source has anything to be crawled for but its `addresses`."""
    return not definition.addresses or bool(definition.feeds or definition.sitemaps or definition.sections)


def listings_at(definition: type[SourceDefinition], at: datetime) -> datetime:
    """Return when a source's listings are read that would be at a moment: later, if its hours are over by then."""
    return moved_into_hours(source_of(definition), at)


def reader_of(definition: type[SourceDefinition]) -> PageReader:
    """Return the reader of a source's pages; its layouts are the spider's nested Rules classes."""
    return PageReader(source_of(definition), layouts_of(definition), definition.rendered)
