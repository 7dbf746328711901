"""Appending to the histories of one source: judge a check's result against the head, then store what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from newscrawl.change import describe, judge, judge_lost_layout
from newscrawl.diff import compare
from newscrawl.errors import DocumentTooLarge, Fenced, StaleHead
from newscrawl.history import heads
from newscrawl.history.baseline import Baseline, baseline_of
from newscrawl.history.identity import Identities
from newscrawl.history.mass_changes import MassChanges
from newscrawl.history.order import CheckOrder
from newscrawl.history.recorded import check_line, checked_at, not_modified_check, recorded_item, url_of, window_check
from newscrawl.history.unseen import is_unlike
from newscrawl.history.versions import first_version, next_version, rebased_version
from newscrawl.items import (
    Article,
    Cause,
    Change,
    CheckHistory,
    CheckResult,
    FetchFailure,
    Head,
    JudgedItem,
    Outcome,
    ParsedPage,
    RecordedItem,
    Revisit,
    RunLease,
    Tombstone,
    Verdict,
    without_readers,
)
from newscrawl.normalize import canonical_url
from newscrawl.reading import PageReader
from newscrawl.recheck import Policy
from newscrawl.store.documents import require_text_fits
from newscrawl.store.quarantine import IDENTITY_CLASH, LATE, LAYOUT_LOST
from newscrawl.store.session import Store

MAX_RACES = 8  # each lost race means that another crawl stored something; this many in a row mean a defect


class Recheck(Protocol):
    """The source's recheck policy, which learns from each check."""

    policy: Policy

    def learn(self, before: CheckHistory, outcome: Outcome, at: datetime) -> None: ...

    async def distrust_validators(self, store: Store, head: Head, at: datetime) -> None: ...


class History:
    """Appends to the histories of one source's articles during one run; nothing else writes versions."""

    def __init__(
        self,
        store: Store,
        reader: PageReader,
        recheck: Recheck,
        mass_changes: MassChanges,
        *,
        run_id: str | None = None,
        lease: RunLease | None = None,
        is_replay: bool = False,
    ) -> None:
        self._store = store
        self._reader = reader
        self._recheck = recheck
        self._mass_changes = mass_changes
        self._run_id = run_id
        self._identities = Identities(store, reader.source)
        self._order = CheckOrder(store, lease, is_replay=is_replay)

    async def judge(self, result: CheckResult) -> JudgedItem:
        """Return the result with its verdict against the current head.

        The head is read again although the claim returned one: another crawl may have appended since.
        """
        head = await self._store.head(result.article_id) if result.article_id else None
        if isinstance(result, FetchFailure):
            return JudgedItem(result, head, Verdict(result.outcome, result.reason))
        if isinstance(result, Revisit):
            return JudgedItem(result, head, Verdict(Outcome.NOT_MODIFIED, "304"))
        if isinstance(result, Tombstone):
            return JudgedItem(result, head, Verdict(Outcome.GONE, result.reason))
        found = await self._identities.identify(result, head)
        if isinstance(found.result, Tombstone):
            return JudgedItem(found.result, found.head, Verdict(Outcome.GONE, found.result.reason))
        try:
            item = await self._judge_page(found.result, found.head)
        except DocumentTooLarge as error:
            item = JudgedItem(found.result, found.head, Verdict(Outcome.QUARANTINED, str(error)))
        return replace(item, identity_clash=found.clash)

    async def append(self, item: JudgedItem) -> RecordedItem:
        """Store the result by its verdict; if another crawl stored something first, judge again against the new head.

        A result that comes after a newer check of the article, or after another run took the source, is superseded.
        """
        for _ in range(MAX_RACES):
            try:
                head = await self._store_result(item)
            except StaleHead:
                item = await self.judge(item.result)
                continue
            except DocumentTooLarge as error:
                item = replace(item, verdict=Verdict(Outcome.QUARANTINED, str(error)))
                continue
            except Fenced as error:
                item, head = await self._superseded(item, str(error))
            else:
                self._order.note(item.result)
                await self._learn(item)
            await self._store.check(check_line(item, head, self._run_id))
            return recorded_item(item, head)
        raise StaleHead(f"{url_of(item.result)}: lost {MAX_RACES} races for one article in a row")

    async def _judge_page(self, page: ParsedPage, head: Head | None) -> JudgedItem:
        current = page.article
        if current is not None:
            require_text_fits(current.paragraphs, current.url)  # first: a diff of such a text takes minutes
        if head is None or current is None:
            return JudgedItem(page, head, judge(head, page, baseline=None, is_reextracted=False, earlier={}))
        is_moved = canonical_url(current.url) != canonical_url(head.url)
        is_same_rules = without_readers(head.stamp) == without_readers(current.stamp)
        if is_same_rules and head.wording_digest == current.wording_digest:
            verdict = judge(head, page, baseline=current, is_reextracted=False, earlier={}, is_moved=is_moved)
            return JudgedItem(page, head, verdict)
        baseline = await baseline_of(head, page, current, self._store, self._reader)
        return await self._judge_against(baseline, page, head, is_moved=is_moved)

    async def _judge_against(self, baseline: Baseline, page: ParsedPage, head: Head, *, is_moved: bool) -> JudgedItem:
        """Return the page, as the readers of the baseline read it if it is a version, and its verdict."""
        baseline = baseline.of_wholes()
        current = replace(baseline.current, url=page.article.url) if page.article else baseline.current
        compared = replace(page, article=current)
        earlier: Mapping[str, int] = {}
        suspected: frozenset[str] = frozenset()
        if not baseline.is_same:
            earlier = {
                digest: number
                for digest, number in (await self._store.wordings(head.article_id)).items()
                if number != head.number
            }
            suspected = frozenset(await self._store.suspected(head.article_id))
        verdict = judge(
            head,
            compared,
            baseline=baseline.article,
            is_reextracted=baseline.is_reextracted,
            earlier=earlier,
            suspected=suspected,
            is_moved=is_moved,
        )
        if baseline.layout_lost and not baseline.is_same:
            is_confirmed = baseline.current.wording_digest in suspected
            verdict = judge_lost_layout(baseline.layout_lost, is_confirmed=is_confirmed)
        elif is_unlike(current, baseline.article):
            verdict = Verdict(Outcome.QUARANTINED, f"{current.shown}: shows little, and what it shows is another text")
        elif baseline.is_revealed and baseline.is_same:
            verdict = Verdict(Outcome.REBASED, "the page shows what it did not show before", cause=Cause.REBASE)
        if verdict.cause is not None:
            verdict = replace(verdict, change=_change(baseline.article, baseline.current, verdict, earlier))
        if verdict.cause is not None or current.carried:
            page = compared
        is_before_edit = baseline.is_reextracted and verdict.cause is not Cause.REBASE
        reextracted = baseline.article if is_before_edit else None
        return JudgedItem(page, head, replace(verdict, reextracted=reextracted))

    async def _store_result(self, item: JudgedItem) -> Head | None:
        result, verdict = item.result, item.verdict
        readable = _readable_page(item)
        if isinstance(result, ParsedPage) and readable is None:
            kind = LAYOUT_LOST if verdict.reason.startswith(f"{LAYOUT_LOST}:") else None
            await self._store.quarantine(result, verdict.reason, kind=kind)
        elif isinstance(result, ParsedPage) and item.identity_clash:
            await self._store.quarantine(result, item.identity_clash, kind=IDENTITY_CLASH)
        head = await self._order.admit(result, item.head)
        if readable is not None:
            return await self._store_page(*readable, head, verdict)
        if head is None:
            return None
        next_head = self._next_head(head, result, verdict)
        await self._store.touch(next_head)
        if isinstance(result, Revisit):
            await self._mass_changes.no_edit(not_modified_check(result, head))
        return next_head

    def _next_head(self, head: Head, result: CheckResult, verdict: Verdict) -> Head:
        if isinstance(result, Revisit):
            return heads.head_after_not_modified(head, result, self._recheck.policy)
        if isinstance(result, Tombstone):
            return heads.head_after_gone(head, result)
        return heads.head_after_failure(head, result, verdict)

    async def _store_page(self, page: ParsedPage, article: Article, head: Head | None, verdict: Verdict) -> Head:
        publisher = self._reader.source.publisher
        if head is None:
            version = first_version(page, article)
            first = heads.first_head(page, article, version, self._recheck.policy)
            await self._store.append_version(version, expected=0, head=first, publisher=publisher)
            return first
        if head.check_history.failures:
            await self._store.settle_quarantine(head.article_id, article.wording_digest)
        next_head = heads.head_after_page(head, page, article, verdict, self._recheck.policy)
        check = window_check(page, article, head, verdict)
        if verdict.cause is None:
            await self._store.touch(next_head)
            await self._mass_changes.no_edit(check)
            return next_head
        hold = await self._mass_changes.before_edit(check) if check.is_edit else None
        if verdict.reextracted is not None and verdict.reextracted.wording_digest != head.wording_digest:
            head = await self._rebase_head(head, verdict.reextracted, page.capture.fetched_at)
        version = next_version(page, article, verdict, head)
        next_head = heads.head_after_version(next_head, version)
        await self._store.append_version(version, expected=head.number, head=next_head, hold=hold, publisher=publisher)
        if hold is not None:
            await self._mass_changes.after_edit(version, hold)
        return next_head

    async def _rebase_head(self, head: Head, reextracted: Article, at: datetime) -> Head:
        """Store the old page as today's rules read it, so that the next version shows only the newspaper's edit."""
        version = rebased_version(head, reextracted, at=at)
        next_head = heads.head_after_version(head, version)
        await self._store.append_version(version, expected=head.number, head=next_head)
        return next_head

    async def _superseded(self, item: JudgedItem, reason: str) -> tuple[JudgedItem, Head | None]:
        """Return a late result as superseded, with the head that stands; nothing of its evidence is lost.

        Reading the head first completes or withdraws what this run may have left half written. A wording that the
        history lacks waits in quarantine.
        """
        result = item.result
        head = await self._store.head(result.article_id) if result.article_id else None
        if (readable := _readable_page(item)) is not None:
            page, article = readable
            if article.wording_digest in await self._store.wordings(page.article_id):
                await self._store.keep_payload(page.capture)
            else:
                await self._store.quarantine(page, reason, kind=LATE)
        verdict = item.verdict if isinstance(result, FetchFailure) else Verdict(Outcome.SUPERSEDED, reason)
        return replace(item, head=head, verdict=verdict), head

    async def _learn(self, item: JudgedItem) -> None:
        if item.head is None:
            return
        self._recheck.learn(item.head.check_history, item.verdict.outcome, checked_at(item.result))
        if isinstance(item.result, ParsedPage) and heads.validators_missed_change(item.head, item.result, item.verdict):
            await self._recheck.distrust_validators(self._store, item.head, checked_at(item.result))


def _readable_page(item: JudgedItem) -> tuple[ParsedPage, Article] | None:
    """Return the page of a check with its article, if it is one that versions may be made of."""
    page = item.result
    if not isinstance(page, ParsedPage) or page.article is None or item.verdict.outcome is Outcome.QUARANTINED:
        return None
    return page, page.article


def _change(baseline: Article, current: Article, verdict: Verdict, earlier: Mapping[str, int]) -> Change:
    change = describe(baseline, current, compare(baseline, current))
    if verdict.outcome is Outcome.REVERTED:
        return replace(change, reverts_to=earlier[current.wording_digest])
    return change
