"""The results of a stored check: its line in the check log, and the item for logs and feed exports. Pure."""

from __future__ import annotations

from datetime import datetime

from newscrawl.items import (
    Article,
    Cause,
    Check,
    CheckResult,
    FetchFailure,
    Head,
    IdenticalPage,
    JudgedItem,
    Outcome,
    ParsedPage,
    RecordedItem,
    Revisit,
    State,
    Verdict,
    WindowCheck,
    without_readers,
)


def checked_at(result: CheckResult) -> datetime:
    return result.at if isinstance(result, FetchFailure) else result.capture.fetched_at


def url_of(result: CheckResult) -> str:
    return result.url if isinstance(result, FetchFailure) else result.capture.target_uri


def check_line(item: JudgedItem, head: Head | None, run_id: str | None) -> Check:
    result = item.result
    capture = None if isinstance(result, FetchFailure) else result.capture
    return Check(
        article_id=result.article_id if head is not None else None,
        source=result.source,
        # Of an erased article nothing says where it was.
        url="" if head is not None and head.state is State.HIDDEN else url_of(result),
        at=checked_at(result),
        outcome=item.verdict.outcome,
        reason=item.verdict.reason,
        status=capture.status if capture else result.status if isinstance(result, FetchFailure) else None,
        elapsed_ms=capture.elapsed_ms if capture else 0,
        size_bytes=len(capture.body) if capture else 0,
        interval=head.check_history.interval if head else None,
        run_id=run_id,
        payload_digest=_superseded_payload(item, head),
        is_clock_step=_is_clock_step(item),
    )


def _superseded_payload(item: JudgedItem, head: Head | None) -> str | None:
    """Return the digest of a superseded page, which is stored though no version refers to it."""
    is_kept = head is None or head.state is not State.HIDDEN
    if isinstance(item.result, FetchFailure) or item.verdict.outcome is not Outcome.SUPERSEDED or not is_kept:
        return None
    return item.result.capture.payload_digest


def _is_clock_step(item: JudgedItem) -> bool:
    """Return whether the newest check of an article seems to be before the one before it."""
    last_checked_at = item.head.check_history.last_checked_at if item.head else None
    is_newest = item.verdict.outcome is not Outcome.SUPERSEDED
    return is_newest and last_checked_at is not None and checked_at(item.result) < last_checked_at


def not_modified_check(revisit: Revisit, head: Head) -> WindowCheck:
    """Return what a 304 says about mass changes of its source."""
    at = revisit.capture.fetched_at
    return WindowCheck(head.article_id, at, head.seen_at, without_readers(head.stamp), is_edit=False, has_text=False)


def identical_check(page: IdenticalPage, head: Head) -> WindowCheck:
    """Return what a page with the bytes of the newest check says about mass changes: its text was read unchanged."""
    at = page.capture.fetched_at
    return WindowCheck(head.article_id, at, head.seen_at, without_readers(head.stamp), is_edit=False)


def window_check(page: ParsedPage, article: Article, head: Head, verdict: Verdict) -> WindowCheck:
    """Return what a check that read a text says about mass changes of its source."""
    return WindowCheck(
        article_id=page.article_id,
        at=page.capture.fetched_at,
        compared_with=head.seen_at,
        stamp=without_readers(article.stamp),
        is_edit=verdict.cause in (Cause.EDIT, Cause.RESTORED),
    )


def recorded_item(item: JudgedItem, head: Head | None) -> RecordedItem:
    result = item.result
    return RecordedItem(
        source=result.source,
        article_id=head.article_id if head else None,
        url=url_of(result),
        outcome=item.verdict.outcome,
        reason=item.verdict.reason,
        at=checked_at(result),
        number=head.number if head else None,
        headline=head.headline if head else None,
        next_check_at=head.next_check_at if head else None,
        gap_seconds=_gap_seconds(item),
        detail=result.detail if isinstance(result, FetchFailure) else "",
        is_listing=isinstance(result, FetchFailure) and result.is_listing,
        has_article=isinstance(result, ParsedPage) and result.article is not None,
        article=result.article if isinstance(result, ParsedPage) else None,
        adds_version=head is not None and item.verdict.cause is not None,
        is_backfilled=isinstance(result, ParsedPage | FetchFailure) and result.is_backfilled,
    )


def _gap_seconds(item: JudgedItem) -> float | None:
    last_checked_at = item.head.check_history.last_checked_at if item.head else None
    return None if last_checked_at is None else (checked_at(item.result) - last_checked_at).total_seconds()
