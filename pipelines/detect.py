"""Stage 500: compare a look with the article's head and attach the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from newscrawl.change import describe, judge
from newscrawl.diff import compare
from newscrawl.errors import ExtractionError
from newscrawl.extract import read
from newscrawl.items import (
    Article,
    Change,
    FetchFailure,
    Head,
    JudgedItem,
    Outcome,
    ParsedPage,
    Revisit,
    Tombstone,
    Verdict,
)
from newscrawl.normalize import article, canonical_url
from newscrawl.store.session import Store
from pipelines.crawl import Crawl, CrawlStage
from pipelines.normalize import Look


class Detect(CrawlStage):
    async def process_item(self, item: Look) -> JudgedItem:
        crawl = await self.crawl()
        return await judged(item, await crawl.shared_store.get(), crawl)


async def judged(item: Look, store: Store, crawl: Crawl) -> JudgedItem:
    """Return the look with its verdict against the head as it stands now."""
    head = await store.head(item.article_id) if item.article_id else None
    if isinstance(item, FetchFailure):
        return JudgedItem(item, head, Verdict(item.outcome, item.reason))
    if isinstance(item, Revisit):
        return JudgedItem(item, head, Verdict(Outcome.NOT_MODIFIED, "304"))
    if isinstance(item, Tombstone):
        return JudgedItem(item, head, Verdict(Outcome.GONE, item.reason))
    return JudgedItem(item, head, await _verdict(item, head, store, crawl))


async def _verdict(item: ParsedPage, head: Head | None, store: Store, crawl: Crawl) -> Verdict:
    current = item.article
    if head is None or current is None:
        return judge(head, item, baseline=None, is_reread=False, earlier={})
    if head.stamp == current.stamp and head.wording_digest == current.wording_digest:
        return judge(head, item, baseline=current, is_reread=False, earlier={}, is_moved=_is_moved(head, current))
    baseline, is_reread = await _baseline(head, current, store, crawl)
    earlier: Mapping[str, int] = {}
    suspected: frozenset[str] = frozenset()
    if baseline.wording_digest != current.wording_digest:
        earlier = {w: n for w, n in (await store.wordings(head.article_id)).items() if n != head.number}
        suspected = frozenset(await store.suspected(head.article_id))
    verdict = judge(
        head,
        item,
        baseline=baseline,
        is_reread=is_reread,
        earlier=earlier,
        suspected=suspected,
        is_moved=_is_moved(head, current),
    )
    if verdict.cause is not None:
        verdict = replace(verdict, change=_change(baseline, current, verdict, earlier))
    return replace(verdict, reextracted=baseline if is_reread else None)


def _is_moved(head: Head, current: Article) -> bool:
    return canonical_url(current.url) != canonical_url(head.url)


def _change(baseline: Article, current: Article, verdict: Verdict, earlier: Mapping[str, int]) -> Change:
    change = describe(baseline, current, compare(baseline, current))
    if verdict.outcome is Outcome.REVERTED:
        return replace(change, reverts_to=earlier[current.wording_digest])
    return change


async def _baseline(head: Head, current: Article, store: Store, crawl: Crawl) -> tuple[Article, bool]:
    """Return the text to compare with, and whether today's rules read it from the stored payload.

    Like is compared with like (promise P8): under another stamp the head's payload is read again.
    """
    stored = await store.version(head.article_id, head.number)
    if stored is None:
        raise LookupError(f"version {head.number} of {head.article_id} is missing; run `newscrawl verify`")
    if head.stamp == current.stamp:
        return stored.article, False
    capture = await store.capture(head.article_id, head.number)
    if capture is None:
        return stored.article, False
    try:
        extraction = read(capture, crawl.layouts, crawl.source)
        if not extraction.kind.is_readable:
            return stored.article, False
        again = article(extraction, capture, crawl.source, guid=head.guid, rules_stamp=crawl.rules_stamp)
    except ExtractionError:
        return stored.article, False
    return again, True
