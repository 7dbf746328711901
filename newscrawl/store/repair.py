"""Advance heads that lag behind their newest version after a crash, or withdraw that version if it came too late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.errors import StaleHead
from newscrawl.items import Cause, CheckHistory, Head, State, Validators, Version
from newscrawl.store import append, head_documents, head_writes, late, version_documents, versions
from newscrawl.store.documents import Document, version_id
from newscrawl.store.gathered_commands import GatheredCommands

Database = AsyncDatabase[Document]
FIRST_CAUSES = [Cause.FIRST.value, Cause.BACKFILLED.value, Cause.IMPORTED.value]
NEWEST_ARTICLES = 2000  # of a source; whatever one killed run can have left is among them


async def advance(db: Database, article_id: str, article: Mapping[str, Any] | None) -> bool:
    """Set the head of an article's document to the next version, if there is one; return whether there was.

    A version that came too late is withdrawn.

    Of two repairs at the same time one writes, and the other finds nothing left to do.
    """
    number = 0 if article is None else article["head"]["number"]
    document = await db.versions.find_one({"_id": version_id(article_id, number + 1)})
    if document is None:
        return False
    if late.is_late(document, article):
        await late.withdraw(db, document)
        return False
    version = version_documents.version(document)
    await versions.insert_passages(GatheredCommands(db), version)
    before = head_documents.head(article) if article is not None else None
    facts = append.facts_update(version, is_held=bool(document.get("held")), publisher=None)
    after = next_head(before, version)
    if before is None:
        await _insert(db, after, version, facts)
    else:
        await head_writes.write(db, after, before.number, extra_update=facts)
    return True


async def insert_missing_articles(db: Database, source: str) -> int:
    """Insert the articles whose writer was killed after their first version; return how many.

    Only the source's newest articles are examined.
    """
    missing: list[Document] = [
        {"$match": {"source": source, "cause": {"$in": FIRST_CAUSES}}},
        {"$sort": {"seen_at": -1, "_id": -1}},
        {"$limit": NEWEST_ARTICLES},
        {"$project": {"article_id": 1}},
        {"$lookup": {"from": "articles", "localField": "article_id", "foreignField": "_id", "as": "found"}},
        {"$match": {"found": []}},
    ]
    ids = [version["article_id"] async for version in await db.versions.aggregate(missing)]
    for article_id in ids:
        await advance(db, article_id, None)
    return len(ids)


async def _insert(db: Database, head: Head, version: Version, facts: Document) -> None:
    try:
        await append.insert_article(GatheredCommands(db), head, version, facts)
    except StaleHead:
        return  # its writer lives and was faster


def next_head(before: Head | None, version: Version) -> Head:
    """Return the head at `version`, with the schedule of the head before; without one it is due at once.

    Validators are dropped: whether they belong to the old or the new body is unknown.
    """
    article = version.article
    former_urls = (*before.aliases, before.url) if before else ()
    return Head(
        article_id=version.article_id,
        source=article.source,
        guid=article.guid,
        url=article.url,
        number=version.number,
        wording_digest=article.wording_digest,
        display_digest=article.display_digest,
        stamp=article.stamp,
        chain=version.chain,
        payload_digest=version.payload_digest,
        seen_at=version.seen_at,
        headline=article.headline,
        state=before.state if before and before.state is State.HIDDEN else State.WATCHED,
        state_since=before.state_since if before else None,
        check_history=_next_check_history(before, version),
        aliases=tuple(dict.fromkeys(url for url in former_urls if url != article.url)),
        validators=Validators(),
        next_check_at=before.next_check_at if before and before.next_check_at else version.seen_at,
        next_check_reason=before.next_check_reason if before else "the first check was cut short",
        priority=before.priority if before else 0.0,
    )


def _next_check_history(before: Head | None, version: Version) -> CheckHistory:
    if before is None:
        return _first_check_history(version)
    history = before.check_history
    if version.cause is not Cause.EDIT:
        return history
    return replace(history, last_changed_at=version.seen_at, changes=history.changes + 1, unchanged_streak=0)


def _first_check_history(version: Version) -> CheckHistory:
    published = version.article.date_published
    return CheckHistory(
        source=version.article.source,
        first_seen_at=version.seen_at,
        published_at=published.value if published else None,
        last_checked_at=version.seen_at,
        checks=1,
        kind=version.article.kind,
    )
