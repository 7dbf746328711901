"""Stage 700: write payload, then version, then head with its next check. Nothing else writes histories."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from scrapy.exceptions import DropItem

from newscrawl.errors import DocumentTooLarge, Fenced, StaleHead
from newscrawl.items import (
    Article,
    Cause,
    Change,
    Check,
    FetchFailure,
    Head,
    JudgedItem,
    Outcome,
    ParsedPage,
    RecordedItem,
    Revisit,
    Tombstone,
    Verdict,
    Version,
)
from newscrawl.ledger import advanced, buried, failed, first_head, is_denied_by_validators, looked, revisited
from newscrawl.store.session import Store
from newscrawl.store.versions import chain_of
from pipelines.crawl import Crawl, CrawlStage
from pipelines.detect import judged
from pipelines.normalize import Look

logger = logging.getLogger(__name__)

MAX_RACES = 8  # each lost race means that another crawl stored something; so many in a row mean a defect


class Record(CrawlStage):
    async def process_item(self, item: JudgedItem) -> RecordedItem:
        crawl = await self.crawl()
        recorded = await record(item, await crawl.shared_store.get(), crawl)
        self._tell(recorded)
        return recorded

    def _tell(self, recorded: RecordedItem) -> None:
        """Say the decision once, in the log and in the stats, with the same word."""
        if self.crawler.stats is not None:
            self.crawler.stats.inc_value(f"newscrawl/decision/{recorded.outcome.value}")
        logger.log(
            logging.WARNING if recorded.outcome in {Outcome.ERROR, Outcome.BLOCKED} else logging.INFO,
            "decision=%s source=%s article=%s version=%s url=%s reason=%r next_check=%s%s",
            recorded.outcome.value,
            recorded.source,
            recorded.article_id or "-",
            recorded.number or "-",
            recorded.url,
            recorded.reason,
            f"{recorded.next_check_at:%Y-%m-%dT%H:%M:%SZ}" if recorded.next_check_at else "-",
            f" detail={recorded.detail!r}" if recorded.detail else "",
        )


async def record(item: JudgedItem, store: Store, crawl: Crawl) -> RecordedItem:
    """Store what the verdict says; where another crawl was faster, judge again against the head it left."""
    for _ in range(MAX_RACES):
        try:
            head = await _stored(item, store, crawl)
        except StaleHead:
            item = await judged(item.result, store, crawl)
            continue
        except Fenced as error:
            raise DropItem(f"lease lost: {error}", log_level="WARNING") from error
        if item.head is not None:
            crawl.schedule.learn(item.head.check_history, item.verdict.outcome, _at(item.result))
            if isinstance(item.result, ParsedPage) and is_denied_by_validators(item.head, item.result, item.verdict):
                await crawl.schedule.distrust(store, item.head, _at(item.result))
        await store.check(_check(item, head, crawl))
        return _recorded(item, head)
    raise StaleHead(f"{_url(item.result)}: lost {MAX_RACES} races for one article in a row")


async def _stored(item: JudgedItem, store: Store, crawl: Crawl) -> Head | None:
    look, head, verdict = item.result, item.head, item.verdict
    if isinstance(look, ParsedPage) and look.article is not None and verdict.outcome is not Outcome.QUARANTINED:
        try:
            return await _observed(look, look.article, head, verdict, store, crawl)
        except DocumentTooLarge as error:
            verdict = Verdict(Outcome.QUARANTINED, str(error))
    if isinstance(look, ParsedPage):
        await store.quarantine(look, verdict.reason)
    if head is None:
        return None
    head = replace(head, lease=look.lease)
    if isinstance(look, Revisit):
        after = revisited(head, look, crawl.schedule.policy)
    elif isinstance(look, Tombstone):
        after = buried(head, look)
    else:
        after = failed(head, look, verdict)
    await store.touch(after)
    return after


async def _observed(
    look: ParsedPage, article: Article, head: Head | None, verdict: Verdict, store: Store, crawl: Crawl
) -> Head:
    if head is None:
        version = _version(look, article, Verdict(Outcome.NEW, "", cause=Cause.FIRST, change=Change()), None)
        first = first_head(look, article, version, crawl.schedule.policy)
        await store.append_version(version, expected=0, head=first, publisher=crawl.source.publisher)
        return first
    head = replace(head, lease=look.lease)
    if head.check_history.failures:
        await store.settle_quarantine(head.article_id, article.wording_digest)
    after = looked(head, look, article, verdict, crawl.schedule.policy)
    if verdict.cause is None:
        await store.touch(after)
        return after
    if verdict.reextracted is not None and verdict.reextracted.wording_digest != head.wording_digest:
        head = await _rebased(look, verdict.reextracted, head, store)
    version = _version(look, article, verdict, head)
    after = advanced(after, version)
    await store.append_version(version, expected=head.number, head=after, publisher=crawl.source.publisher)
    return after


async def _rebased(look: ParsedPage, reread: Article, head: Head, store: Store) -> Head:
    """Store the old page as today's rules read it, so that the edit after it shows the newspaper's change alone."""
    version = replace(
        _version(look, reread, Verdict(Outcome.REBASED, "", cause=Cause.REBASE), head),
        payload_digest=head.payload_digest,
        capture=None,
    )
    version = replace(version, chain=chain_of(head.chain, version))
    after = advanced(head, version)
    await store.append_version(version, expected=head.number, head=after)
    return after


def _version(look: ParsedPage, article: Article, verdict: Verdict, head: Head | None) -> Version:
    version = Version(
        article_id=look.article_id,
        number=head.number + 1 if head else 1,
        seen_at=look.capture.fetched_at,
        not_before=(head.check_history.last_checked_at or head.seen_at) if head else None,
        article=article,
        payload_digest=look.capture.payload_digest,
        capture=look.capture,
        cause=verdict.cause or Cause.EDIT,
        chain="",
        change=verdict.change,
    )
    return replace(version, chain=chain_of(head.chain if head else "", version))


def _check(item: JudgedItem, head: Head | None, crawl: Crawl) -> Check:
    look = item.result
    capture = None if isinstance(look, FetchFailure) else look.capture
    return Check(
        article_id=look.article_id if head is not None else None,
        source=look.source,
        url=_url(look),
        at=_at(look),
        outcome=item.verdict.outcome,
        reason=item.verdict.reason,
        status=capture.status if capture else look.status if isinstance(look, FetchFailure) else None,
        elapsed_ms=capture.elapsed_ms if capture else 0,
        size_bytes=len(capture.body) if capture else 0,
        interval=head.check_history.interval if head else None,
        run_id=crawl.shared_store.run_id,
    )


def _recorded(item: JudgedItem, head: Head | None) -> RecordedItem:
    look = item.result
    return RecordedItem(
        source=look.source,
        article_id=head.article_id if head else None,
        url=_url(look),
        outcome=item.verdict.outcome,
        reason=item.verdict.reason,
        at=_at(look),
        number=head.number if head else None,
        headline=head.headline if head else None,
        next_check_at=head.next_check_at if head else None,
        gap_seconds=_gap(item),
        detail=look.detail if isinstance(look, FetchFailure) else "",
    )


def _gap(item: JudgedItem) -> float | None:
    before = item.head.check_history.last_checked_at if item.head else None
    return None if before is None else (_at(item.result) - before).total_seconds()


def _url(look: Look) -> str:
    return look.url if isinstance(look, FetchFailure) else look.capture.target_uri


def _at(look: Look) -> datetime:
    return look.at if isinstance(look, FetchFailure) else look.capture.fetched_at
