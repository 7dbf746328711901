"""Advance heads that lag behind their newest version after a crash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.errors import StaleHead
from newscrawl.items import Cause, CheckHistory, Head, State, Validators, Version
from newscrawl.store import append, documents, head_writes, versions
from newscrawl.store.documents import Document, version_id

Database = AsyncDatabase[Document]
NEWEST = 2000  # stories; what one killed run can have left is among them


async def follow(db: Database, article_id: str, found: Mapping[str, Any] | None) -> bool:
    """Set the head to the version after it, if there is one; return whether there was.

    Of two that repair at once one wins, and the other finds nothing left to do.
    """
    number = 0 if found is None else found["head"]["number"]
    ahead = await db.versions.find_one({"_id": version_id(article_id, number + 1)})
    if ahead is None:
        return False
    version = documents.version(ahead)
    await versions.insert_changed_text(db, version)
    before = documents.head(found) if found is not None else None
    facts = append.facts_of(version, is_held=bool(ahead.get("held")), publisher=None)
    after = followed(before, version)
    if before is None:
        await _insert(db, after, version, facts)
    else:
        await head_writes.write(db, after, before.number, extra=facts)
    return True


async def missing_articles(db: Database, source: str) -> int:
    """Make the articles whose writer was killed after their first version; looks at the source's newest stories."""
    lost: list[Document] = [
        {"$match": {"source": source, "cause": Cause.FIRST.value}},
        {"$sort": {"seen_at": -1, "_id": -1}},
        {"$limit": NEWEST},
        {"$project": {"article_id": 1}},
        {"$lookup": {"from": "articles", "localField": "article_id", "foreignField": "_id", "as": "found"}},
        {"$match": {"found": []}},
    ]
    keys = [version["article_id"] async for version in await db.versions.aggregate(lost)]
    for key in keys:
        await follow(db, key, None)
    return len(keys)


async def _insert(db: Database, head: Head, version: Version, facts: Document) -> None:
    try:
        await append.insert_article(db, head, version, facts)
    except StaleHead:
        return  # its writer lived and was faster


def followed(before: Head | None, version: Version) -> Head:
    """Return the head that `version` asks for: its values with the schedule of before, due at once if there is none.

    Validators are dropped: whether they belong to the old or the new body is not known.
    """
    article = version.article
    check_history = before.check_history if before else _first_check_history(version)
    if before and version.cause is Cause.EDIT:
        check_history = replace(
            check_history, last_changed_at=version.seen_at, changes=check_history.changes + 1, unchanged_streak=0
        )
    known = (*before.aliases, before.url) if before else ()
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
        check_history=check_history,
        aliases=tuple(dict.fromkeys(alias for alias in known if alias != article.url)),
        validators=Validators(),
        next_check_at=before.next_check_at if before and before.next_check_at else version.seen_at,
        next_check_reason=before.next_check_reason if before else "the first check was cut short",
        priority=before.priority if before else 0.0,
    )


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
