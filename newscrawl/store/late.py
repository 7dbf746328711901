"""Withdraw versions that were inserted after a newer check of their article.

A writer may sleep (SIGSTOP, a paused machine) between its check of the lease and the insert. No acknowledged check is
lost in this way: the sleeper's writes of the head are fenced, and it never reports the version as stored.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Article, Cause, Extraction, Instant, ParsedPage
from newscrawl.store import page_documents, payloads, quarantine, version_documents
from newscrawl.store.documents import Document
from newscrawl.store.gathered_commands import GatheredCommands
from newscrawl.store.head_writes import CHECKED_LEASE

Database = AsyncDatabase[Document]
REASON = "inserted after a newer check of the article"

logger = logging.getLogger(__name__)


def is_late(version: Mapping[str, Any], article: Mapping[str, Any] | None) -> bool:
    """Return whether a version that the head has not reached was written under an older claim than the newest check."""
    lease = version.get("lease", 0)
    return bool(lease) and article is not None and lease < article.get(CHECKED_LEASE, 0)


async def withdraw(db: Database, document: Mapping[str, Any]) -> None:
    """Move a late version into quarantine; repeated after a crash it does the rest."""
    page = await _page(db, document)
    if page is not None:
        await quarantine.add(
            GatheredCommands(db), page, REASON, f"{document['_id']} {document['chain']}", kind=quarantine.LATE
        )
    for name in ("added", "removed"):
        await db[name].delete_one({"_id": document["_id"]})
    await db.versions.delete_one({"_id": document["_id"], "chain": document["chain"]})
    source, key, number = (document[name] for name in ("source", "article_id", "number"))
    logger.warning("decision=withdrawn source=%s article=%s version=%s", source, key, number)


async def _page(db: Database, document: Mapping[str, Any]) -> ParsedPage | None:
    """Return the page that a version was made from; None for one that our own rules made of an earlier payload."""
    body = await payloads.get(db, document["payload"]) if document["cause"] != Cause.REBASE.value else None
    if body is None or document["capture"] is None:
        return None
    article = version_documents.article(document)
    return ParsedPage(
        source=article.source,
        guid=article.guid,
        article_id=document["article_id"],
        capture=page_documents.capture(document["capture"], body),
        extraction=_extraction(article),
        article=article,
    )


def _extraction(article: Article) -> Extraction:
    """Return what was extracted, as far as the version keeps it."""
    return Extraction(
        rules=article.rules,
        kind=article.kind,
        url=article.url,
        guid=article.guid,
        headline=article.headline,
        alternative_headlines=article.alternative_headlines,
        byline=article.byline,
        author=article.author,
        date_published=_stated(article.date_published),
        date_modified=_stated(article.date_modified),
        article_section=article.article_section,
        in_language=article.in_language,
        description=article.description,
        paragraphs=article.paragraphs,
        optional=article.optional,
        shown=article.shown,
        is_accessible_for_free=article.is_accessible_for_free,
    )


def _stated(instant: Instant | None) -> tuple[str, ...]:
    return (instant.stated,) if instant else ()
