"""Judge one page against the head of its article: like with like, each time a text was read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial

from newscrawl.bounded_reading import read_page
from newscrawl.change import describe, is_served_as_modified, judge, judge_lost_layout
from newscrawl.diff import compare
from newscrawl.history.baseline import Baseline, baseline_of
from newscrawl.history.unseen import is_unlike
from newscrawl.items import (
    Article,
    Cause,
    Change,
    Head,
    IdenticalPage,
    JudgedItem,
    Outcome,
    ParsedPage,
    Verdict,
    is_of_others,
    without_readers,
)
from newscrawl.normalize import canonical_url
from newscrawl.reading import PageReader
from newscrawl.store.documents import require_text_fits
from newscrawl.store.erasure import is_erased_digest
from newscrawl.store.session import Store


class PageJudge:
    """Gives the pages of one source their verdicts; it writes nothing."""

    def __init__(self, store: Store, reader: PageReader) -> None:
        self._store = store
        self._reader = reader

    async def page(self, page: ParsedPage, head: Head | None) -> JudgedItem:
        current = page.article
        if current is not None:
            require_text_fits(current.paragraphs, current.url)  # first: a diff of such a text takes minutes
        if head is None or current is None:
            return JudgedItem(page, head, judge(head, page, baseline=None, is_reextracted=False, earlier={}))
        if is_erased_digest(head.wording_digest):
            # No edit: what the page shows cannot be compared with what was erased.
            verdict = Verdict(Outcome.REBASED, "the version before was erased by order", cause=Cause.REBASE)
            return JudgedItem(page, head, verdict)
        if page.is_text or is_of_others(head.stamp):
            return JudgedItem(page, head, await self._beside_others(page, current, head))
        is_moved = canonical_url(current.url) != canonical_url(head.url)
        is_same_rules = without_readers(head.stamp) == without_readers(current.stamp)
        if is_same_rules and head.wording_digest == current.wording_digest:
            verdict = judge(head, page, baseline=current, is_reextracted=False, earlier={}, is_moved=is_moved)
            return JudgedItem(page, head, verdict)
        baseline = await baseline_of(head, page, current, self._store, self._reader)
        return await self._against(baseline, page, head, is_moved=is_moved)

    async def _beside_others(self, page: ParsedPage, current: Article, head: Head) -> Verdict:
        """Return the verdict on a text that others read, or whose predecessor others read: it is never an edit.

        The first page that we read makes a version also if it says the same: it is the first evidence.
        """
        if not page.is_text:
            summary = "first read from its page; others had brought the text before"
            return Verdict(Outcome.REBASED, summary, Change(summary=summary), Cause.REBASE)
        if current.wording_digest == head.wording_digest:
            return Verdict(Outcome.UNCHANGED, "same text")
        before = await self._store.version(head.article_id, head.number)
        if before is None or head.stamp != current.stamp:
            summary = "read by others in another way than the text before"
            return Verdict(Outcome.REBASED, summary, Change(summary=summary), Cause.IMPORTED)
        change = describe(before.article, current, compare(before.article, current))
        return Verdict(Outcome.REBASED, "another text, brought by others", _unfounded(change), Cause.IMPORTED)

    async def _against(self, baseline: Baseline, page: ParsedPage, head: Head, *, is_moved: bool) -> JudgedItem:
        """Return the page, as the readers of the baseline read it if it is a version, and its verdict."""
        baseline = baseline.of_wholes()
        current = replace(baseline.current, url=page.article.url) if page.article else baseline.current
        compared = replace(page, article=current)
        earlier = {} if baseline.is_same else await self._earlier(head)
        suspected: Collection[str] = ()
        judged = partial(
            judge, head, compared, baseline=baseline.article, is_reextracted=baseline.is_reextracted, earlier=earlier,
            is_moved=is_moved,
        )  # fmt: skip
        verdict = judged()
        if not baseline.is_same and (baseline.layout_lost or verdict.outcome is Outcome.QUARANTINED):
            # Asked only of texts that are doubted: few of those that changed are.
            suspected = await self._store.suspected(head.article_id)
            verdict = judged(suspected=suspected)
        if baseline.layout_lost and not baseline.is_same:
            is_confirmed = baseline.current.wording_digest in suspected
            verdict = judge_lost_layout(baseline.layout_lost, is_confirmed=is_confirmed)
        elif is_unlike(current, baseline.article):
            verdict = Verdict(Outcome.QUARANTINED, f"{current.shown}: shows little, and what it shows is another text")
        elif baseline.is_revealed and baseline.is_same:
            verdict = Verdict(Outcome.REBASED, "the page shows what it did not show before", cause=Cause.REBASE)
        if verdict.cause is not None:
            would_be_noted = self._reader.source.notes_edits or is_served_as_modified(head, page.capture)
            change = _change(baseline, verdict, earlier, would_be_noted=would_be_noted)
            verdict = replace(verdict, change=change)
        if verdict.cause is not None or current.carried:
            page = compared
        is_before_edit = baseline.is_reextracted and verdict.cause is not Cause.REBASE
        reextracted = baseline.article if is_before_edit else None
        return JudgedItem(page, head, replace(verdict, reextracted=reextracted))

    async def _earlier(self, head: Head) -> dict[str, int]:
        """Return the wordings that the article had before the head's, with the newest version that has each."""
        if head.number == 1:
            return {}
        wordings = await self._store.wordings(head.article_id)
        return {digest: number for digest, number in wordings.items() if number != head.number}


async def read_after_all(page: IdenticalPage, head: Head | None, reader: PageReader) -> ParsedPage:
    """Read a page whose article was changed in the store since its bytes were found to be known."""
    known_urls = (head.url, *head.aliases) if head is not None else ()
    reading = await read_page(reader, page.capture, guid=page.guid, known_urls=known_urls)
    return ParsedPage(
        source=page.source,
        guid=page.guid,
        article_id=page.article_id,
        capture=page.capture,
        extraction=reading.extraction,
        article=reading.article,
        problem=reading.problem,
        lease=page.lease,
    )


def _unfounded(change: Change) -> Change:
    """Return a change of which there is no evidence: it accuses nobody, and no search for changes finds it."""
    return replace(
        change, silent=False, unnoted=False, noted=(), added=(), removed=(), new_sentences=(), old_sentences=()
    )


def _change(baseline: Baseline, verdict: Verdict, earlier: Mapping[str, int], *, would_be_noted: bool) -> Change:
    before, current = baseline.article, baseline.current
    change = describe(before, current, compare(before, current), would_be_noted=would_be_noted)
    if verdict.outcome is Outcome.REVERTED:
        return replace(change, reverts_to=earlier[current.wording_digest])
    return change
