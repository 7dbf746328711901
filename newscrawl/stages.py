"""The line that every capture of an article passes, whoever brought it: read, normalise, judge, record."""

from __future__ import annotations

from collections.abc import Callable

from newscrawl.before_reading import identical_page, revisit_or_tombstone
from newscrawl.bounded_reading import scraped
from newscrawl.history import History
from newscrawl.items import (
    Capture,
    CheckResult,
    Extraction,
    Head,
    IdenticalPage,
    ParsedPage,
    RecordedItem,
    Revisit,
    ScrapedArticle,
    Tombstone,
    article_id,
)
from newscrawl.reading import PageReader


async def read(
    capture: Capture,
    head: Head | None,
    reader: PageReader,
    guid_of: Callable[[Extraction], str],
    *,
    containers: str = "",
) -> ScrapedArticle | IdenticalPage | Revisit | Tombstone | None:
    """Return what a capture is for its article; None if its status says nothing of the article.

    `guid_of` gives the id of an article that has no head, `containers` is as in `bounded_reading.scraped`.
    """
    if head is not None and (item := revisit_or_tombstone(capture, head, reader.source)):
        return item
    if capture.status != 200:
        return None
    if identical := identical_page(capture, head, reader.source, reader.stamp):
        return identical
    return await scraped(reader, capture, head, guid_of, containers)


def normalized(item: ScrapedArticle | CheckResult, reader: PageReader) -> CheckResult:
    """Return a page with its article; identical pages, revisits, tombstones and failures bring no text."""
    return parsed_page(item, reader) if isinstance(item, ScrapedArticle) else item


def parsed_page(item: ScrapedArticle, reader: PageReader) -> ParsedPage:
    """Return the page with its article; without one if it is not readable, with the reason in `problem`."""
    reading = item.reading
    if reading is None or reading.extraction is not item.extraction:  # a stage before this one replaced it
        reading = reader.parse(item.extraction, item.capture, guid=item.guid, known_urls=item.known_urls)
    return ParsedPage(
        source=item.source,
        guid=item.guid,
        article_id=item.article_id or article_id(item.source, item.guid),
        capture=item.capture,
        extraction=item.extraction,
        article=reading.article,
        problem=reading.problem,
        lease=item.lease,
        is_backfilled=item.is_backfilled,
        listed_at=item.listed_at,
    )


async def passed(item: ScrapedArticle | CheckResult, reader: PageReader, history: History) -> RecordedItem:
    """Let an item pass all stages at once; a crawl calls each in a pipeline of its own."""
    return await history.append(await history.judge(normalized(item, reader)))
