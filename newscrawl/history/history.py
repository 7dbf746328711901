"""Appending to the histories of one source: judge a check's result against the head, then store what follows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from newscrawl.errors import DocumentTooLarge, Fenced, StaleHead, TooCostly
from newscrawl.history import heads
from newscrawl.history.identical import known_as
from newscrawl.history.identity import Identities
from newscrawl.history.order import CheckOrder
from newscrawl.history.page_judge import PageJudge, read_after_all
from newscrawl.history.recorded import (
    check_line,
    checked_at,
    identical_check,
    not_modified_check,
    recorded_item,
    url_of,
    window_check,
)
from newscrawl.history.versions import first_version, next_version, rebased_version
from newscrawl.items import (
    Article,
    CheckHistory,
    CheckResult,
    FetchFailure,
    Head,
    Hold,
    IdenticalPage,
    JudgedItem,
    Outcome,
    ParsedPage,
    RecordedItem,
    Revisit,
    RunLease,
    State,
    Tombstone,
    Verdict,
    Version,
    WindowCheck,
    is_of_others,
)
from newscrawl.reading import PageReader
from newscrawl.recheck import Policy, within_hours
from newscrawl.store.claimed_heads import ClaimedHeads
from newscrawl.store.quarantine import EMPTIED, IDENTITY_CLASH, LATE, LAYOUT_LOST, TOO_COSTLY
from newscrawl.store.session import Store

ERASED = "the article was erased by order"
MAX_RACES = 8  # each lost race means that another crawl stored something; this many in a row mean a defect


class Recheck(Protocol):
    """The source's recheck policy, which learns from each check."""

    policy: Policy

    def learning(self, before: CheckHistory, outcome: Outcome, at: datetime) -> AbstractContextManager[None]: ...

    async def merge(self, store: Store) -> None: ...

    async def distrust_validators(self, store: Store, head: Head, at: datetime) -> None: ...

    async def distrust_containers(self, store: Store, head: Head, at: datetime, *, stamp: str) -> None: ...


class EditReview(Protocol):
    """Decides which edits of a source are public; each check that compared texts is passed to it."""

    async def no_edit(self, check: WindowCheck) -> None: ...

    async def before_edit(self, check: WindowCheck) -> Hold | None: ...

    async def after_edit(self, version: Version, hold: Hold) -> None: ...


class History:
    """Appends to the histories of one source's articles during one run; nothing else writes versions."""

    is_import = False  # whether what is older than all that is known gets a line of its own

    def __init__(
        self,
        store: Store,
        reader: PageReader,
        recheck: Recheck,
        mass_changes: EditReview,
        *,
        lease: RunLease | None = None,
        claimed_heads: ClaimedHeads | None = None,
        is_replay: bool = False,
    ) -> None:
        self._store = store
        self._reader = reader
        self._recheck = recheck
        self._mass_changes = mass_changes
        # Whether a person asked for an article by its address; a crawl, which knows the addresses, says it.
        self.is_watched: Callable[[Head], bool] = lambda head: False
        self._run_id = lease.run_id if lease else None
        self._claimed_heads = claimed_heads or ClaimedHeads()
        self._identities = Identities(store, reader.source)
        self._judge = PageJudge(store, reader)
        self._order = CheckOrder(store, lease, is_replay=is_replay)

    async def judge(self, result: CheckResult) -> JudgedItem:
        """Return the result with its verdict against the head that its claim returned, or else against the stored one.

        What another process writes in between makes `append` fail, and the result is judged again.
        """
        head = await self._head(result)
        if head is not None and head.state is State.HIDDEN:
            # Its tombstone has no URL: whatever the page states, it is not to become another article.
            return JudgedItem(result, head, Verdict(Outcome.SUPERSEDED, ERASED))
        if isinstance(result, FetchFailure):
            return JudgedItem(result, head, Verdict(result.outcome, result.reason))
        if isinstance(result, Revisit):
            return JudgedItem(result, head, Verdict(Outcome.NOT_MODIFIED, "304"))
        if isinstance(result, Tombstone):
            return JudgedItem(result, head, Verdict(Outcome.GONE, result.reason))
        if isinstance(result, IdenticalPage):
            if head is not None and (reason := known_as(head, result, self._reader.stamp)):
                return JudgedItem(result, head, Verdict(Outcome.UNCHANGED, reason))
            result = await read_after_all(result, head, self._reader)
        found = await self._identities.identify(result, head)
        if isinstance(found.result, Tombstone):
            return JudgedItem(found.result, found.head, Verdict(Outcome.GONE, found.result.reason))
        try:
            item = await self._judge.page(found.result, found.head)
        except DocumentTooLarge as error:
            item = JudgedItem(found.result, found.head, Verdict(Outcome.QUARANTINED, str(error)))
        except TooCostly as error:
            item = JudgedItem(found.result, found.head, Verdict(Outcome.QUARANTINED, f"{TOO_COSTLY}: {error}"))
        return replace(item, identity_clash=found.clash)

    async def _head(self, result: CheckResult) -> Head | None:
        if result.article_id is None or self._claimed_heads.take_unknown(result.article_id):
            return None
        claimed = self._claimed_heads.take(result.article_id, result.lease)
        return claimed or await self._store.head(result.article_id)

    async def append(self, item: JudgedItem) -> RecordedItem:
        """Store the result by its verdict; if another crawl stored something first, judge again against the new head.

        A result that comes after a newer check of the article, or after another run took the source, is superseded.
        """
        for _ in range(MAX_RACES):
            try:
                with self._learning(item):
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
                await self._recheck.merge(self._store)
                await self._distrust(item)
            if not _is_text(item):  # nobody of ours requested anything
                await self._store.check(check_line(item, head, self._run_id))
            return recorded_item(item, head)
        raise StaleHead(f"{url_of(item.result)}: lost {MAX_RACES} races for one article in a row")

    async def _store_result(self, item: JudgedItem) -> Head | None:
        result, verdict = item.result, item.verdict
        if item.head is not None and item.head.state is State.HIDDEN:
            raise Fenced(ERASED)
        if _is_text(item) and item.head is not None and not is_of_others(item.head.stamp):
            raise Fenced("its pages have been read here: a text without a page stands beside their history")
        readable = _readable_page(item)
        if isinstance(result, ParsedPage) and readable is None:
            named = (kind for kind in (LAYOUT_LOST, EMPTIED, TOO_COSTLY) if verdict.reason.startswith(f"{kind}:"))
            await self._store.quarantine(result, verdict.reason, kind=next(named, None))
        elif isinstance(result, ParsedPage) and item.identity_clash:
            await self._store.quarantine(result, item.identity_clash, kind=IDENTITY_CLASH)
        head = await self._order.admit(result, item.head)
        if readable is not None:
            return await self._store_page(*readable, head, verdict)
        if head is None:
            return None
        next_head = self._planned(self._next_head(head, result, verdict))
        await self._store.touch(next_head, before=head)
        if isinstance(result, Revisit):
            await self._mass_changes.no_edit(not_modified_check(result, head))
        elif isinstance(result, IdenticalPage):
            await self._mass_changes.no_edit(identical_check(result, head))
        return next_head

    def _next_head(self, head: Head, result: CheckResult, verdict: Verdict) -> Head:
        if isinstance(result, Revisit):
            return heads.head_after_not_modified(head, result, self._recheck.policy)
        if isinstance(result, IdenticalPage):
            return heads.head_after_identical(head, result, self._recheck.policy)
        if isinstance(result, Tombstone):
            return heads.head_after_gone(head, result)
        return heads.head_after_failure(head, result, verdict)

    async def _store_page(self, page: ParsedPage, article: Article, head: Head | None, verdict: Verdict) -> Head:
        publisher = self._reader.source.publisher
        if head is None:
            version = first_version(page, article)
            first = self._planned(heads.first_head(page, article, version, self._recheck.policy))
            await self._store.append_version(version, expected=0, head=first, publisher=publisher)
            return first
        if head.check_history.failures:
            await self._store.settle_quarantine(head.article_id, article.wording_digest)
        next_head = self._planned(heads.head_after_page(head, page, article, verdict, self._recheck.policy))
        check = window_check(page, article, head, verdict)
        if verdict.cause is None:
            await self._store.touch(next_head, before=head)
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

    def _planned(self, head: Head) -> Head:
        return within_hours(heads.still_watched(head) if self.is_watched(head) else head, self._reader.source)

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
            is_earliest = head is not None and page.capture.fetched_at < head.check_history.first_seen_at
            is_known = article.wording_digest in await self._store.wordings(page.article_id)
            if is_known and not (is_earliest and self.is_import):
                if not page.is_text:
                    await self._store.keep_payload(page.capture)
            else:
                await self._store.quarantine(page, reason, kind=LATE)
        verdict = item.verdict if isinstance(result, FetchFailure) else Verdict(Outcome.SUPERSEDED, reason)
        return replace(item, head=head, verdict=verdict), head

    def _learning(self, item: JudgedItem) -> AbstractContextManager[None]:
        """Let the policy learn from the check before it plans the next one; forget it if the check is not stored."""
        if item.head is None:
            return nullcontext()
        return self._recheck.learning(item.head.check_history, item.verdict.outcome, checked_at(item.result))

    async def _distrust(self, item: JudgedItem) -> None:
        if item.head is None or not isinstance(item.result, ParsedPage):
            return
        if heads.validators_missed_change(item.head, item.result, item.verdict):
            await self._recheck.distrust_validators(self._store, item.head, checked_at(item.result))
        if heads.containers_missed_change(item.head, item.result):
            at, stamp = checked_at(item.result), self._reader.stamp
            await self._recheck.distrust_containers(self._store, item.head, at, stamp=stamp)


class ImportedHistory(History):
    """Appends what was captured long ago: in the order of the captures, as in a replay."""

    is_import = True


def _is_text(item: JudgedItem) -> bool:
    return isinstance(item.result, ParsedPage) and item.result.is_text


def _readable_page(item: JudgedItem) -> tuple[ParsedPage, Article] | None:
    """Return the page of a check with its article, if it is one that versions may be made of."""
    page = item.result
    if not isinstance(page, ParsedPage) or page.article is None or item.verdict.outcome is Outcome.QUARANTINED:
        return None
    return page, page.article
