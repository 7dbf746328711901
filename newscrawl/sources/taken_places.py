"""Rows whose place the file of a new source takes, under their name: unverified sources, and watched addresses."""

from __future__ import annotations

from dataclasses import replace

from newscrawl.errors import ConfigError
from newscrawl.normalize import is_of_source
from newscrawl.sources import watched
from newscrawl.sources.by_host import source_of_url
from newscrawl.sources.catalogue import folder_of, is_unverified
from newscrawl.sources.site_discovery import Site


def name_to_keep(url: str, name: str | None) -> str | None:
    """Return the name that the file of a front page's source must have; None where it is free.

    `name` is what a person wants. Raises ConfigError if a source with a file has the site, or if histories that are
    recorded under one name would go on under another.
    """
    known = source_of_url(url)
    if known is None:
        return None
    if folder_of(known) is None:
        return _name_of_row(url, known, name)
    if not is_unverified(known):
        raise ConfigError(f"{url} belongs to an existing source: spiders/{known}.py")
    return name or known


def in_its_place(site: Site) -> Site:
    """Return a site with the domains of the watched addresses that go on in its file."""
    row = watched.rows().get(site.name)
    if row is None:
        return site
    own = site.as_source()
    return replace(site, further_domains=tuple(each for each in row.domains if not is_of_source(f"//{each}", own)))


def _name_of_row(url: str, known: str, name: str | None) -> str | None:
    if watched.host_of(url) not in watched.rows()[known].domains:
        return None  # a host below theirs: its source is another one, and has the longer domain
    if name not in (None, known):
        raise ConfigError(
            f"{url}: addresses of it are watched as {known}, whose histories go on in its file; leave out --name {name}"
        )
    return known
