"""What a spider states about its source, and which URLs and ids belong to that source."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urlsplit

from newscrawl.extract import layouts_of
from newscrawl.items import Extraction, Source
from newscrawl.normalize import canonical_url, same_site
from newscrawl.reading import PageReader


class SourceDefinition:
    """The attributes of a source. Name, domains and at least one listing must be stated; the rest has defaults."""

    name: str = ""
    publisher: ClassVar[str] = ""
    domains: ClassVar[tuple[str, ...]] = ()
    languages: ClassVar[tuple[str, ...]] = ("en",)
    timezone: ClassVar[str] = "UTC"
    date_order: ClassVar[str | None] = None
    feeds: ClassVar[tuple[str, ...]] = ()
    sitemaps: ClassVar[tuple[str, ...]] = ()
    sections: ClassVar[tuple[str, ...]] = ()
    article_pattern: ClassVar[str] = r"https?://.+"  # searched in the URL; a URL without a match is no article
    guid_pattern: ClassVar[str | None] = None  # its first group is the article's stable id
    policy: ClassVar[str | None] = None  # recheck policy of this source, if the default does not fit

    def is_ours(self, url: str) -> bool:
        """Return whether a URL is on a domain of this source."""
        return any(_is_on_domain(url, domain) for domain in self.domains)

    def concerns(self, url: str) -> bool:
        """Return whether a URL is on a domain of this source or one of its listings, which may be elsewhere."""
        return self.is_ours(url) or url in (*self.feeds, *self.sitemaps, *self.sections)

    def is_article_url(self, url: str) -> bool:
        """Return whether a URL looks like an article of this source."""
        return self.is_ours(url) and re.search(self.article_pattern, url) is not None

    def guid_of(self, url: str, extraction: Extraction | None = None) -> str:
        """Return the article's stable id: from its URL, else as the page states it, else the canonical URL."""
        if self.guid_pattern and (match := re.search(self.guid_pattern, url)):
            return next((group for group in match.groups() if group), match.group(0))
        if extraction is not None:
            if extraction.guid:
                return extraction.guid
            if extraction.url and same_site(extraction.url, url):
                return self.guid_of(extraction.url)
        return canonical_url(url)


def source_of(definition: type[SourceDefinition]) -> Source:
    """Return the source that a spider defines."""
    return Source(
        name=definition.name,
        publisher=definition.publisher or definition.name,
        domains=tuple(definition.domains),
        languages=tuple(definition.languages),
        timezone=definition.timezone,
        date_order=definition.date_order,
    )


def reader_of(definition: type[SourceDefinition]) -> PageReader:
    """Return the reader of a source's pages; its layouts are the spider's nested Rules classes."""
    return PageReader(source_of(definition), layouts_of(definition))


def _is_on_domain(url: str, domain: str) -> bool:
    netloc = urlsplit(url).netloc.rpartition("@")[2].lower()
    host = netloc.partition(":")[0]
    return domain in {netloc, host} or host.endswith("." + domain)
