"""Read stored pages again with today's rules: what an edit of our own rules would do to the archive (promise P8)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from newscrawl.change import describe
from newscrawl.diff import compare
from newscrawl.errors import ExtractionError, StaleHead
from newscrawl.extract import read
from newscrawl.items import Article, Cause, Change, Head, Version
from newscrawl.ledger import advanced
from newscrawl.normalize import article
from newscrawl.spider import NewsSpider
from newscrawl.store.session import Store
from newscrawl.store.versions import chain_of


class Result(StrEnum):
    SAME = "same"
    DIFFERENT = "different"
    UNREADABLE = "unreadable"
    NO_PAYLOAD = "no_payload"


@dataclass(frozen=True, slots=True)
class Reread:
    """One stored story under today's rules."""

    head: Head
    result: Result
    reason: str
    stored: Version
    article: Article | None = None
    change: Change | None = None

    @property
    def is_current(self) -> bool:
        """Tell whether the head already carries today's stamp."""
        return self.article is not None and self.article.stamp == self.head.stamp


async def rereads(store: Store, spider: NewsSpider, *, sample: int | None = None) -> AsyncIterator[Reread]:
    """Yield every story of a source, or a sample picked by chance, as today's rules read its newest payload."""
    async for key in store.article_ids(spider.name, sample=sample):
        head = await store.head(key)
        stored = await store.version(key, head.number) if head is not None else None
        if head is not None and stored is not None:
            yield await _reread(store, spider, head, stored)


async def _reread(store: Store, spider: NewsSpider, head: Head, stored: Version) -> Reread:
    capture = await store.capture(head.article_id, head.number)
    if capture is None:
        return Reread(head, Result.NO_PAYLOAD, "its payload is not kept", stored)
    try:
        extraction = read(capture, spider.layouts, spider.source)
        if not extraction.kind.is_readable:
            told = extraction.evidence[0] if extraction.evidence else "no evidence"
            return Reread(head, Result.UNREADABLE, f"taken for {extraction.kind.value}: {told}", stored)
        again = article(extraction, capture, spider.source, guid=head.guid, rules_stamp=spider.rules_stamp)
    except ExtractionError as error:
        return Reread(head, Result.UNREADABLE, str(error), stored)
    if again.wording_digest == stored.article.wording_digest:
        return Reread(head, Result.SAME, "reads the same", stored, again)
    change = describe(stored.article, again, compare(stored.article, again))
    return Reread(head, Result.DIFFERENT, change.summary, stored, again, change)


async def rebase(store: Store, found: Reread, at: datetime) -> bool:
    """Bring one story under today's rules; returns whether anything was written.

    The same text refreshes the stamp quietly; another one becomes a version with cause `rebase`: in the history, and
    never among the newspaper's edits.
    """
    if found.article is None or found.is_current:
        return False
    head = replace(found.head, lease=0)
    if found.result is Result.SAME:
        fresh = replace(
            head,
            stamp=found.article.stamp,
            wording_digest=found.article.wording_digest,
            display_digest=found.article.display_digest,
            headline=head.headline,
        )
        return await _kept(store.touch(fresh))
    version = Version(
        article_id=head.article_id,
        number=head.number + 1,
        seen_at=at,
        not_before=head.check_history.last_checked_at or head.seen_at,
        article=found.article,
        payload_digest=head.payload_digest,
        capture=None,
        cause=Cause.REBASE,
        chain="",
        change=found.change or Change(),
    )
    version = replace(version, chain=chain_of(head.chain, version))
    return await _kept(store.append_version(version, expected=head.number, head=advanced(head, version)))


async def _kept(writing: Awaitable[None]) -> bool:
    try:
        await writing
    except StaleHead:  # a crawl was faster, and judged under today's rules itself
        return False
    return True
