"""The versions that a check or a re-extraction appends. Pure, but for the salt of each."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from newscrawl.items import Article, Capture, Cause, Change, Head, ParsedPage, Verdict, Version
from newscrawl.store.commitments import SALT_BYTES
from newscrawl.store.versions import chain_of


def first_version(page: ParsedPage, article: Article) -> Version:
    cause = Cause.IMPORTED if page.is_text else Cause.BACKFILLED if page.is_backfilled else Cause.FIRST
    at, capture = page.capture.fetched_at, None if page.is_text else page.capture
    return _version(page.article_id, None, article, cause, Change(), at=at, capture=capture)


def next_version(page: ParsedPage, article: Article, verdict: Verdict, head: Head) -> Version:
    cause = verdict.cause or Cause.EDIT
    at, capture = page.capture.fetched_at, None if page.is_text else page.capture
    return _version(head.article_id, head, article, cause, verdict.change, at=at, capture=capture)


def rebased_version(head: Head, article: Article, *, at: datetime, change: Change | None = None) -> Version:
    """Return the version for the head's payload as today's rules read it; it is no edit."""
    return _version(head.article_id, head, article, Cause.REBASE, change or Change(), at=at, capture=None)


def _version(
    article_id: str, head: Head | None, article: Article, cause: Cause, change: Change, *, at: datetime,
    capture: Capture | None,
) -> Version:  # fmt: skip
    """Return the version after `head`; `capture` is None if the head's payload was read again.

    `seen_at` never falls from one version to the next: order is by claims, and clocks may be set back.
    """
    has_page = cause is not Cause.IMPORTED
    payload_digest = capture.payload_digest if capture is not None else ""
    if head is not None and capture is None and has_page:
        payload_digest = head.payload_digest
    seen_at = max(at, head.seen_at) if head else at
    version = Version(
        article_id=article_id,
        number=head.number + 1 if head else 1,
        seen_at=seen_at,
        not_before=min(head.check_history.last_checked_at or head.seen_at, seen_at) if head else None,
        article=article,
        payload_digest=payload_digest,
        capture=capture,
        cause=cause,
        chain="",
        change=change,
        is_clock_step=seen_at > at,
        salt=secrets.token_bytes(SALT_BYTES),
        has_page=has_page,
    )
    return replace(version, chain=chain_of(head.chain if head else "", version))
