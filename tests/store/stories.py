"""Invented stories as the store takes them, for the tests of this room."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newscrawl.items import (
    Article,
    Capture,
    Cause,
    Change,
    CheckHistory,
    Extraction,
    Head,
    Instant,
    PageKind,
    ParsedPage,
    Precision,
    State,
    Version,
    article_id,
)
from newscrawl.store import Store, chain_of

SOURCE = "courier"
NOON = datetime(2026, 1, 5, 12, 0, 0, 123_000, tzinfo=UTC)
HOUR = timedelta(hours=1)
TERM = timedelta(minutes=10)


def article(guid: str = "lighthouse", *paragraphs: str, **fields: object) -> Article:
    paragraphs = paragraphs or ("The lamp went out at dusk.",)
    values = {
        "source": SOURCE,
        "guid": guid,
        "url": f"https://courier.example/{guid}",
        "headline": "Lighthouse goes dark",
        "paragraphs": paragraphs,
        "wording_digest": "w:" + "|".join(paragraphs),
        "display_digest": "t:" + "|".join(paragraphs),
        "stamp": "rules-1",
        "kind": PageKind.ARTICLE,
        "rules": "Layout2024",
        "date_published": Instant(NOON - HOUR, Precision.MINUTE, "5 January 2026, 11:00"),
        "in_language": "en",
        "article_section": "Harbour",
        "author": ("Ada Quill",),
    }
    return Article(**{**values, **fields})  # type: ignore[arg-type]


def capture(of: Article, at: datetime = NOON) -> Capture:
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in of.paragraphs).encode("utf-8", "replace")
    return Capture(
        target_uri=of.url,
        final_uri=of.url,
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"), ("etag", '"lamp"')),
        body=body,
        fetched_at=at,
        elapsed_ms=120,
    )


def first(of: Article, at: datetime = NOON) -> Version:
    seen = capture(of, at)
    version = Version(
        article_id=article_id(of.source, of.guid),
        number=1,
        seen_at=at,
        not_before=None,
        article=of,
        payload_digest=seen.payload_digest,
        capture=seen,
        cause=Cause.FIRST,
        chain="",
    )
    return replace(version, chain=chain_of("", version))


def following(before: Version, of: Article, at: datetime, cause: Cause = Cause.EDIT) -> Version:
    added = tuple(p for p in of.paragraphs if p not in before.article.paragraphs)
    removed = tuple(p for p in before.article.paragraphs if p not in of.paragraphs)
    change = Change(
        types=("text",), words_added=5, significance=0.6, summary="one paragraph", added=added, removed=removed
    )
    version = replace(
        first(of, at), number=before.number + 1, cause=cause, not_before=before.seen_at, change=change, chain=""
    )
    return replace(version, chain=chain_of(before.chain, version))


def head(version: Version, **fields: object) -> Head:
    of = version.article
    values = {
        "article_id": version.article_id,
        "source": of.source,
        "guid": of.guid,
        "url": of.url,
        "number": version.number,
        "wording_digest": of.wording_digest,
        "display_digest": of.display_digest,
        "stamp": of.stamp,
        "chain": version.chain,
        "payload_digest": version.payload_digest,
        "seen_at": version.seen_at,
        "headline": of.headline,
        "state": State.WATCHED,
        "check_history": CheckHistory(
            of.source, NOON, last_checked_at=version.seen_at, checks=version.number, interval=HOUR
        ),
        "next_check_at": version.seen_at + HOUR,
        "next_check_reason": "an hour after the last look",
    }
    return Head(**{**values, **fields})  # type: ignore[arg-type]


def doubtful(of: Article, at: datetime = NOON, kind: PageKind = PageKind.ARTICLE) -> ParsedPage:
    return ParsedPage(
        source=of.source,
        guid=of.guid,
        article_id=article_id(of.source, of.guid),
        capture=capture(of, at),
        extraction=Extraction(rules="Layout2024", kind=kind, evidence=("short text",), paragraphs=of.paragraphs),
        article=of,
    )


async def recorded(store: Store, version: Version, **fields: object) -> Head:
    """Store a version with an ordinary head, and return that head."""
    made = head(version, **fields)
    await store.append_version(version, expected=version.number - 1, head=made)
    return made
