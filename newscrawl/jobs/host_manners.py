"""What sources state of their hosts: a host that several share is requested as the slowest of them wishes.

Read from the files of all sources, whether they are crawled or not, so that every process comes to the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from newscrawl.errors import ConfigError
from newscrawl.items import Source
from newscrawl.normalize import is_of_source
from newscrawl.source_definition import SourceDefinition, source_of
from newscrawl.sources.catalogue import folder_of, load_spider, source_names


@dataclass(frozen=True, slots=True)
class Manners:
    """At least so many seconds between two requests, at most so many in an hour; 0: no limit."""

    delay_seconds: float = 0.0
    per_hour: int = 0

    def slowed_by(self, other: Manners) -> Manners:
        """Return the slower of both."""
        limits = [limit for limit in (self.per_hour, other.per_hour) if limit]
        return Manners(max(self.delay_seconds, other.delay_seconds), min(limits, default=0))


@dataclass(frozen=True, slots=True)
class StatedManners:
    """What one source states."""

    source: Source
    listing_hosts: frozenset[str]
    manners: Manners

    def concerns(self, host: str) -> bool:
        return host in self.listing_hosts or is_of_source(f"https://{host}/", self.source)


def manners_of(host: str, stated: Sequence[StatedManners], own: Manners) -> Manners:
    """Return how a host is requested: `own` is what the operator, its robots.txt and the crawl ask for."""
    for each in stated:
        if each.concerns(host):
            own = own.slowed_by(each.manners)
    return own


def stated_manners(definitions: Sequence[type[SourceDefinition]]) -> tuple[StatedManners, ...]:
    """Return what sources state, of those that state anything."""
    return tuple(_stated(each) for each in definitions if each.delay or each.budget)


def definitions() -> Iterator[type[SourceDefinition]]:
    """Yield the sources that have files which can be loaded; the others state nothing, and their crawls say why."""
    for name in source_names():
        folder = folder_of(name)
        if folder is None or not folder.has_file(name):
            continue
        try:
            yield load_spider(name)
        except ConfigError:
            continue


def _stated(definition: type[SourceDefinition]) -> StatedManners:
    urls = (*definition.feeds, *definition.sitemaps, *definition.sections)
    hosts = frozenset((urlsplit(url).hostname or "").lower() for url in urls)
    return StatedManners(source_of(definition), hosts, Manners(definition.delay or 0.0, definition.budget or 0))
