"""Make sources of the feeds and sites of a list: each feed is read, and what it lists says which site it is of."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from newscrawl.bounded_reading import read_listing
from newscrawl.discover.article_patterns import guessed_guid_pattern
from newscrawl.errors import ConfigError, NewscrawlError
from newscrawl.normalize import same_site
from newscrawl.sources.address_lists import ListedAddress
from newscrawl.sources.by_host import SourcesByHost
from newscrawl.sources.catalogue import folder_of, is_unverified, source_names
from newscrawl.sources.probe import Fetch, ProbeFailed
from newscrawl.sources.site_discovery import (
    ARTICLE_PATTERNS,
    GUID_PATTERNS,
    MAX_CANDIDATES,
    MIN_MATCHING_SHARE,
    Site,
    discover_site,
    first_matching,
    name_of,
)
from newscrawl.sources.spider_files import write_spider_file
from newscrawl.sources.taken_places import in_its_place, name_to_keep
from newscrawl.sources.watched import host_of

AT_ONCE = 8  # rows that are read side by side; of one host none are
MAX_FEEDS = 50  # of one source


@dataclass(slots=True)
class FoundSite:
    """A site, and the rows that led to it."""

    site: Site
    rows: list[ListedAddress]
    known: str = ""  # the source that has it
    missing: tuple[str, ...] = ()  # feeds of the list that this source does not state


@dataclass(slots=True)
class FoundSites:
    """What the rows of a list are: new sites, those of sources, and rows that failed, with why."""

    new: list[FoundSite] = field(default_factory=list)
    known: list[FoundSite] = field(default_factory=list)
    failed: list[tuple[ListedAddress, str]] = field(default_factory=list)


async def find_sites(rows: Sequence[ListedAddress], fetch: Fetch) -> FoundSites:
    """Return the sites of a list; a row that cannot be read is named, and the others go on."""
    found = FoundSites()
    turns, seen = asyncio.Semaphore(AT_ONCE), set[str]()
    wanted = []
    for row in rows:
        if row.fault:
            found.failed.append((row, row.fault))
        elif row.shown not in seen:
            seen.add(row.shown)
            wanted.append(row)

    async def read(row: ListedAddress) -> Site | str:
        async with turns:
            try:
                return await (_site_of_feed(row, fetch) if row.feed else discover_site(row.page, fetch))
            except NewscrawlError as error:
                return str(error)

    sites: defaultdict[str, list[tuple[Site, ListedAddress]]] = defaultdict(list)
    for row, site in zip(wanted, await asyncio.gather(*map(read, wanted)), strict=True):
        if isinstance(site, str):
            found.failed.append((row, site))
        else:
            sites[site.domain].append((site, row))
    sources = SourcesByHost(with_demo=False)
    for each in sites.values():
        _add(found, each, sources)
    found.failed.sort(key=lambda pair: pair[0].line)
    return found


def _add(found: FoundSites, each: Sequence[tuple[Site, ListedAddress]], sources: SourcesByHost) -> None:
    """Add the site that several rows are of."""
    feeds = tuple(dict.fromkeys(feed for site, _ in each for feed in site.feeds))
    site = replace(max((site for site, _ in each), key=lambda one: bool(one.article_pattern)), feeds=feeds[:MAX_FEEDS])
    rows = [row for _, row in each]
    front = f"https://{site.domain}/"
    known = [each for each in sources.on_its_domains(front) if folder_of(each.name) and not is_unverified(each.name)]
    if known:
        # Editions of a newspaper have one domain: the list may follow several of them.
        stated = {feed for spider in known for feed in spider.feeds}
        first = max(known, key=lambda spider: len(set(feeds) & set(spider.feeds)))
        found.known.append(FoundSite(site, rows, first.name, tuple(feed for feed in feeds if feed not in stated)))
        return
    kept = name_to_keep(front, None)
    taken = {*source_names(), *(other.site.name for other in found.new)}
    found.new.append(FoundSite(in_its_place(replace(site, name=kept or _free_name(site, taken))), rows))


def _free_name(site: Site, taken: set[str]) -> str:
    """Return a name that no other source has: two sites may have the same distinctive label."""
    whole = "_".join(part for part in "".join(c if c.isalnum() else " " for c in site.domain.lower()).split())
    names = (site.name, whole if whole[:1].isalpha() else f"site{whole}")
    return next((name for name in names if name not in taken), f"{names[1]}_2")


async def _site_of_feed(row: ListedAddress, fetch: Fetch) -> Site:
    """Return the site whose articles a feed lists; raises ProbeFailed."""
    capture = await fetch(row.feed)
    if capture.status != 200:
        raise ProbeFailed(f"{row.feed}: http_{capture.status}")
    listing = await read_listing(
        row.feed, MAX_CANDIDATES, capture.body, url=capture.final_uri,
        content_type=capture.header("content-type") or "",
    )  # fmt: skip
    urls = [candidate.url for candidate in listing.candidates]
    if not urls:
        why = listing.problems[0] if listing.problems else f"{row.feed}: it lists no article"
        raise ProbeFailed(why if row.feed in why else f"{row.feed}: {why}")
    hosts = Counter(host_of(url) for url in urls)
    stated = host_of(row.page) if row.page else ""
    is_stated = bool(stated) and any(same_site(f"https://{stated}/", url) for url in urls)
    domain = stated if is_stated else hosts.most_common(1)[0][0]
    own = [url for url in urls if same_site(f"https://{domain}/", url)]
    return Site(
        name=name_of(domain),
        publisher=row.title or domain,
        domain=domain,
        language="en",
        feeds=(row.feed,),
        article_pattern=first_matching(ARTICLE_PATTERNS, own),
        guid_pattern=guessed_guid_pattern(own, GUID_PATTERNS, least_share=MIN_MATCHING_SHARE),
    )


def write_sites(found: FoundSites, folder: Path) -> list[Path]:
    """Write the files of new sites; those that cannot be written are failed rows then."""
    written, kept = [], []
    for each in found.new:
        try:
            written.append(write_spider_file(each.site, folder))
        except (ConfigError, ProbeFailed) as error:
            found.failed += [(row, str(error)) for row in each.rows]
        else:
            kept.append(each)
    found.new[:] = kept
    return written
