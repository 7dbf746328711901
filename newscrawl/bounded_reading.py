"""Pages and listings of others, read in processes of their own: no page holds up a crawl (newscrawl.bounds)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from newscrawl import bounds
from newscrawl.bounds import prepare
from newscrawl.discover import Listing, listing
from newscrawl.errors import TooCostly
from newscrawl.items import Capture, Extraction, Head, IdenticalPage, PageKind, PageReading, ScrapedArticle
from newscrawl.reading import PageReader

__all__ = ["prepare", "read_listing", "read_page", "scraped", "with_reader"]

P = ParamSpec("P")
T = TypeVar("T")


async def read_page(
    reader: PageReader, capture: Capture, *, guid: str = "", known_urls: Collection[str] = ()
) -> PageReading:
    """Return what `reader.read` returns; for a page that costs too much, an unreadable one of that kind."""
    return await _bounded(reader, PageReader.read, capture, guid=guid, known_urls=tuple(known_urls))


async def scraped(
    reader: PageReader,
    capture: Capture,
    head: Head | None,
    guid_of: Callable[[Extraction], str],
    containers: str = "",
) -> ScrapedArticle | IdenticalPage:
    """Return the page of a check, with what was read of it; `guid_of` gives the id of an article that has no head.

    With `containers`, a head's page that has these is not read: it is known to be read as the head's text.
    """
    if head is None:
        reading = await _bounded(reader, _read, capture, guid="", known_urls=())
        guid = guid_of(reading.extraction)
        if reading.article is not None:
            reading = replace(reading, article=replace(reading.article, guid=guid))
        return _scraped(reader, capture, reading, guid)
    known_urls = (head.url, *head.aliases)
    found = await _bounded(reader, _read_changed, capture, guid=head.guid, known_urls=known_urls, containers=containers)
    if found is None:
        return IdenticalPage(head.source, head.article_id, head.guid, capture, head.lease, containers)
    return replace(
        _scraped(reader, capture, found, head.guid),
        article_id=head.article_id, lease=head.lease, known_urls=known_urls,
    )  # fmt: skip


async def _bounded(
    reader: PageReader, function: Callable[Concatenate[PageReader, P], T], *args: P.args, **kwargs: P.kwargs
) -> T | PageReading:
    """Return what a function of a reader returns; for a page that costs too much, an unreadable one of that kind."""
    try:
        return await with_reader(reader, function, *args, **kwargs)
    except TooCostly as error:
        evidence = (str(error),)
        return PageReading(Extraction(rules="none", kind=PageKind.TOO_COSTLY, evidence=evidence), None, str(error))


def _scraped(reader: PageReader, capture: Capture, reading: PageReading, guid: str) -> ScrapedArticle:
    return ScrapedArticle(
        source=reader.source.name, guid=guid, capture=capture, extraction=reading.extraction, reading=reading
    )


async def read_listing(source: str, max_candidates: int, body: bytes, *, url: str, content_type: str) -> Listing:
    """Return what `listing` returns, with its first candidates only; one that costs too much has that problem."""
    try:
        return await bounds.within_bounds(source, _first_of, max_candidates, body, url=url, content_type=content_type)
    except TooCostly as error:
        return Listing(problems=(f"{url}: {PageKind.TOO_COSTLY.value}: {error}",))


async def with_reader(
    reader: PageReader, function: Callable[Concatenate[PageReader, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Return what a function of a reader returns, called in another process; raises TooCostly."""
    by_rules: Callable[..., T] = partial(_by_rules, reader.rules_stamp, function)
    try:
        return await bounds.within_bounds(reader.source.name, by_rules, reader, *args, **kwargs)
    except OtherRules:  # a file of rules was edited, and loaded anew here, since that process began
        bounds.prepare().renew()
        return await bounds.within_bounds(reader.source.name, by_rules, reader, *args, **kwargs)


class OtherRules(Exception):
    """Raised in a process that has loaded other rules by the names of a reader's layouts."""


def _by_rules(stamp: str, function: Callable[..., T], reader: PageReader, *args: object, **kwargs: object) -> T:
    if reader.rules_stamp != stamp:
        raise OtherRules(f"{reader.source.name}: {reader.rules_stamp} is not {stamp}")
    return function(reader, *args, **kwargs)


def _first_of(max_candidates: int, body: bytes, *, url: str, content_type: str) -> Listing:
    found = listing(body, url=url, content_type=content_type)
    if len(found.candidates) <= max_candidates:
        return found
    left_out = f"{url}: only its first {max_candidates} addresses are read (NEWSCRAWL_DISCOVERY_MAX_URLS)"
    return replace(found, candidates=found.candidates[:max_candidates], left_out=left_out)


def _read(reader: PageReader, capture: Capture, *, guid: str, known_urls: Collection[str]) -> PageReading:
    return reader.parse(reader.extract_with_containers(capture), capture, guid=guid, known_urls=known_urls)


def _read_changed(
    reader: PageReader, capture: Capture, *, guid: str, known_urls: Collection[str], containers: str
) -> PageReading | None:
    """Return what is read of a page; None if it has these containers."""
    extraction = reader.extract_changed(capture, containers)
    return None if extraction is None else reader.parse(extraction, capture, guid=guid, known_urls=known_urls)
