"""Invented articles and their versions as the store takes them, for the tests of this room."""

from __future__ import annotations

import hashlib
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


def capture_of(article: Article, at: datetime = NOON) -> Capture:
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in article.paragraphs).encode("utf-8", "replace")
    return Capture(
        target_uri=article.url,
        final_uri=article.url,
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"), ("etag", '"lamp"')),
        body=body,
        fetched_at=at,
        elapsed_ms=120,
    )


def first_version(article: Article, at: datetime = NOON) -> Version:
    capture = capture_of(article, at)
    version = Version(
        article_id=article_id(article.source, article.guid),
        number=1,
        seen_at=at,
        not_before=None,
        article=article,
        payload_digest=capture.payload_digest,
        capture=capture,
        cause=Cause.FIRST,
        chain="",
        salt=hashlib.sha256(article.guid.encode()).digest(),
    )
    return replace(version, chain=chain_of("", version))


def next_version(before: Version, article: Article, at: datetime, cause: Cause = Cause.EDIT) -> Version:
    old, new = before.article.paragraphs, article.paragraphs
    change = Change(
        types=("text",),
        words_added=5,
        significance=0.6,
        summary="one paragraph",
        added=tuple(paragraph for paragraph in new if paragraph not in old),
        removed=tuple(paragraph for paragraph in old if paragraph not in new),
    )
    version = replace(
        first_version(article, at),
        number=before.number + 1,
        cause=cause,
        not_before=before.seen_at,
        change=change,
        chain="",
    )
    return replace(version, chain=chain_of(before.chain, version))


def head_of(version: Version, **fields: object) -> Head:
    article = version.article
    values = {
        "article_id": version.article_id,
        "source": article.source,
        "guid": article.guid,
        "url": article.url,
        "number": version.number,
        "wording_digest": article.wording_digest,
        "display_digest": article.display_digest,
        "stamp": article.stamp,
        "chain": version.chain,
        "payload_digest": version.payload_digest,
        "seen_at": version.seen_at,
        "headline": article.headline,
        "state": State.WATCHED,
        "check_history": CheckHistory(
            article.source, NOON, last_checked_at=version.seen_at, checks=version.number, interval=HOUR
        ),
        "next_check_at": version.seen_at + HOUR,
        "next_check_reason": "an hour after the last check",
    }
    return Head(**{**values, **fields})  # type: ignore[arg-type]


def doubtful_page(article: Article, at: datetime = NOON, kind: PageKind = PageKind.ARTICLE) -> ParsedPage:
    return ParsedPage(
        source=article.source,
        guid=article.guid,
        article_id=article_id(article.source, article.guid),
        capture=capture_of(article, at),
        extraction=Extraction(rules="Layout2024", kind=kind, evidence=("short text",), paragraphs=article.paragraphs),
        article=article,
    )


async def append(store: Store, version: Version, **fields: object) -> Head:
    """Append a version with an ordinary head, and return that head."""
    head = head_of(version, **fields)
    await store.append_version(version, expected=version.number - 1, head=head)
    return head


async def set_head_back(store: Store, version: Version) -> None:
    """Leave a head at an earlier version, as a writer does that is killed after its version."""
    head = {"head.number": version.number, "head.chain": version.chain, "head.wording": version.article.wording_digest}
    update = {**head, "versions": version.number, "edits": version.number - 1}
    await store.db.articles.update_one({"_id": version.article_id}, {"$set": update})
    for name in ("added", "removed"):
        await store.db[name].delete_many({"article_id": version.article_id, "number": {"$gt": version.number}})


async def delete_article(store: Store, version: Version) -> None:
    """Leave a version without an article, as a writer does that is killed after its first version."""
    await store.db.articles.delete_one({"_id": version.article_id})
