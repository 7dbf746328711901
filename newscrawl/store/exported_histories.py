"""Writing histories as an export says them: versions with their numbers, times and causes, and what stands beside them.

The versions come first and the article last, so that after a kill the same import goes on: what is there is compared,
what is missing is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newscrawl.items import Article, Cause, Head, Hold, PageKind, Retraction, Version
from newscrawl.store import append, head_documents, version_documents, versions, visibility_generation
from newscrawl.store.documents import Document, encoded, milliseconds, to_bson
from newscrawl.store.erasure.order import Order, What
from newscrawl.store.erasure.tombstones import erased_version
from newscrawl.store.gathered_commands import GatheredCommands
from newscrawl.store.session import Store

LEFT_OUT = "left out of the export that this history was imported from"
BY = "import"


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """What is stored of an article: its document, None if there is none, and its versions in their order."""

    article: Mapping[str, Any] | None
    versions: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What an article's document holds beside its head."""

    publisher: str
    edits: int
    section: str | None
    language: str | None


async def stored_history(store: Store, article_id: str) -> StoredHistory:
    article = await store.db.articles.find_one({"_id": article_id})
    found = store.db.versions.find({"article_id": article_id}, {"terms": 0, "passages": 0, "change": 0})
    return StoredHistory(article, await found.sort("number", 1).to_list())


async def put_version(store: Store, version: Version, hold: Hold | None, retraction: Retraction | None) -> None:
    """Insert a version, without a mark: nothing imported so is announced."""
    document = version_documents.version_document(version, hold=hold)
    if retraction is not None:
        document["retraction"] = to_bson({"at": retraction.at, "reason": retraction.reason, "by": BY})
    await _insert(store, document, f"version {version.number} of {version.article_id}")
    if hold is None:
        await versions.insert_passages(GatheredCommands(store.db), version)


async def put_gap(store: Store, version: Version, erased_at: datetime, reason: str) -> None:
    """Insert a tombstone in the place of a version that the export does not hold; `version` has no content."""
    order = Order(
        version.article_id, version.article.source, What.VERSION, version.number, reason, BY, milliseconds(erased_at)
    )
    await store.db.erasures.update_one({"_id": order.key}, {"$setOnInsert": order.document}, upsert=True)
    document = erased_version(version_documents.version_document(version, hold=None), order)
    await _insert(store, document, f"version {version.number} of {version.article_id}")
    await visibility_generation.advance(store.db, erased_at)


def gap(version: Version, number: int, chain: str) -> Version:
    """Return a version without content for a number below that of `version`."""
    blank = Article(
        source=version.article.source, guid="", url="", headline="", paragraphs=(), wording_digest="",
        display_digest="", stamp="", kind=PageKind.ARTICLE, rules="",
    )  # fmt: skip
    return Version(
        article_id=version.article_id, number=number, seen_at=version.seen_at, not_before=None, article=blank,
        payload_digest="", capture=None, cause=Cause.FIRST if number == 1 else Cause.REBASE, chain=chain,
        has_page=False,
    )  # fmt: skip


async def put_events(store: Store, article_id: str, source: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write events; the same one is written once."""
    for row in rows:
        detail, at = row["detail"] or "", milliseconds(row["at"])
        digest = hashlib.sha256(detail.encode("utf-8", "replace")).hexdigest()[:8]
        key = f"{article_id}:{row['kind']}:{at.isoformat(timespec='milliseconds')}:{digest}"
        event = {"article_id": article_id, "source": source, "kind": row["kind"], "at": at, "detail": detail}
        await store.db.events.update_one({"_id": key}, {"$set": to_bson(event)}, upsert=True)


async def put_checks(store: Store, article_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write how often an article was checked in a month, of months of which nothing is known."""
    for row in rows:
        counts = {outcome: int(number) for outcome, number in row["outcomes"].items()}
        facts: Document = to_bson({"article_id": article_id, "month": row["month"], "counts": counts})
        key = f"{article_id}:{row['month']}"
        await store.db.check_counts.update_one({"_id": key}, {"$setOnInsert": facts}, upsert=True)


async def put_article(store: Store, head: Head, newest: Version, facts: ArticleFacts, *, is_new: bool) -> None:
    """Write the article's document: its history is complete then."""
    instant = version_documents.instant_document(newest.article.date_published)
    values: Document = to_bson(
        {
            "section": facts.section, "language": facts.language, "date_published": instant, "versions": newest.number,
            "publisher": facts.publisher, "edits": facts.edits,
        }
    )  # fmt: skip
    if is_new:
        await append.insert_article(GatheredCommands(store.db), head, newest, {"$set": values, "$inc": {}})
        return
    values |= head_documents.schedule_document(head)
    await store.db.articles.update_one({"_id": head.article_id}, {"$set": values})


async def _insert(store: Store, document: Document, name: str) -> None:
    """Insert a version; one that is there is left as it is: its chain was compared before."""
    await GatheredCommands(store.db).versions.insert(encoded(document, name))
