"""Re-extraction: read stored pages with today's rules, and compare the texts (promise P8)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from newscrawl.bounded_reading import read_page
from newscrawl.change import describe
from newscrawl.diff import compare
from newscrawl.errors import StaleHead
from newscrawl.history.heads import head_after_version
from newscrawl.history.unseen import with_carried
from newscrawl.history.versions import rebased_version
from newscrawl.items import Article, Cause, Change, Head, Version
from newscrawl.reading import PageReader
from newscrawl.store.session import Store


class ReextractionResult(StrEnum):
    SAME = "same"
    DIFFERENT = "different"
    UNREADABLE = "unreadable"
    NO_PAYLOAD = "no_payload"


@dataclass(frozen=True, slots=True)
class ReextractedArticle:
    """One stored article as today's rules read its newest payload."""

    head: Head
    result: ReextractionResult
    reason: str
    stored: Version
    article: Article | None = None
    change: Change | None = None


async def reextract_all(
    store: Store,
    reader: PageReader,
    *,
    sample: int | None = None,
    within: tuple[str | None, str | None] = (None, None),
) -> AsyncIterator[ReextractedArticle]:
    """Yield every article of a source, or a random sample, as today's rules read its newest payload.

    `within` bounds the ids of the articles, as in `Store.article_ids`.
    """
    async for article_id in store.article_ids(reader.source.name, sample=sample, within=within):
        head = await store.head(article_id)
        stored = await store.version(article_id, head.number) if head is not None else None
        if head is not None and stored is not None:
            yield await _reextract(store, reader, head, stored)


async def _reextract(store: Store, reader: PageReader, head: Head, stored: Version) -> ReextractedArticle:
    capture = await store.capture(head.article_id, head.number)
    if capture is None:
        return ReextractedArticle(head, ReextractionResult.NO_PAYLOAD, "its payload is not stored", stored)
    reading = await read_page(reader, capture, guid=head.guid, known_urls=(head.url, *head.aliases))
    if not reading.extraction.kind.is_readable:
        evidence = reading.extraction.evidence[0] if reading.extraction.evidence else "no evidence"
        reason = f"read as {reading.extraction.kind.value}: {evidence}"
        return ReextractedArticle(head, ReextractionResult.UNREADABLE, reason, stored)
    if reading.article is None:
        return ReextractedArticle(head, ReextractionResult.UNREADABLE, reading.problem, stored)
    article = with_carried(reading.article, stored.article)
    if article.wording_digest == stored.article.wording_digest:
        return ReextractedArticle(head, ReextractionResult.SAME, "reads the same", stored, article)
    change = describe(stored.article, article, compare(stored.article, article))
    return ReextractedArticle(head, ReextractionResult.DIFFERENT, change.summary, stored, article, change)


@dataclass(frozen=True, slots=True)
class UnfoundedEdit:
    """A public edit whose two pages read the same under today's rules."""

    article_id: str
    number: int
    url: str
    summary: str


async def unfounded_edits(store: Store, reader: PageReader, current: ReextractedArticle) -> list[UnfoundedEdit]:
    """Return the public edits of an article that today's rules would not report.

    Edits between pages that are not stored, or that today's rules cannot read, are left out.
    """
    if current.article is None:
        return []
    versions = await store.versions(current.head.article_id)
    held = await store.held_numbers(current.head.article_id)
    found = []
    for before, version in pairwise(versions):
        if version.cause is not Cause.EDIT or version.number in held:
            continue
        wordings = {await _reread(store, reader, v, current.article.stamp) for v in (before, version)}
        if len(wordings) == 1 and None not in wordings:
            edit = UnfoundedEdit(version.article_id, version.number, version.article.url, version.change.summary)
            found.append(edit)
    return found


async def _reread(store: Store, reader: PageReader, version: Version, stamp: str) -> str | None:
    """Return the wording digest of a version's page under today's rules, which have this stamp; None if unreadable."""
    if version.article.stamp == stamp:
        return version.article.wording_digest
    capture = await store.capture(version.article_id, version.number)
    if capture is None:
        return None
    article = (await read_page(reader, capture, guid=version.article.guid)).article
    return None if article is None else with_carried(article, version.article).wording_digest


async def rebase(store: Store, reextracted: ReextractedArticle, at: datetime) -> bool:
    """Store one article as today's rules read it; returns whether anything was written.

    If the text is the same, only the head's stamp and digests are refreshed. If it differs, it becomes a version with
    cause `rebase`: part of the history, but never among the newspaper's edits. That holds too where a crawl has given
    the head today's stamp already: an unchanged page adds no version, so the text of the last one is still an older
    reading.
    """
    if reextracted.article is None:
        return False
    head = replace(reextracted.head, lease=0)
    if reextracted.result is ReextractionResult.SAME:
        refreshed = replace(
            head,
            stamp=reextracted.article.stamp,
            wording_digest=reextracted.article.wording_digest,
            display_digest=reextracted.article.display_digest,
        )
        return refreshed != head and await _was_stored(store.touch(refreshed))
    version = rebased_version(head, reextracted.article, at=at, change=reextracted.change)
    next_head = head_after_version(head, version)
    return await _was_stored(store.append_version(version, expected=head.number, head=next_head))


async def _was_stored(write: Awaitable[None]) -> bool:
    try:
        await write
    except StaleHead:  # a crawl stored something first, and with today's rules
        return False
    return True
