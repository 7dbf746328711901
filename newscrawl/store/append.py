"""The append of a version to a history: payload, version, changed text, head, in this order.

A kill after the version leaves a head that is behind; `repair` makes it follow. A kill before it leaves a payload that
nothing names, which the next look at the same page uses again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from newscrawl.errors import StaleHead
from newscrawl.items import Cause, Head, Version
from newscrawl.store import documents, events, head_writes, payloads, versions
from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]


async def append_version(
    db: Database, version: Version, *, expected: int, head: Head, is_held: bool = False, publisher: str | None = None
) -> None:
    there = await db.articles.find_one({"_id": head.article_id})
    _check_follows(there, expected, version, head)
    if version.capture is not None:
        base = there["head"]["payload"] if there else None
        await payloads.put(db, version.payload_digest, version.capture.body, base=base)
    await versions.insert(db, version, is_held=is_held)
    await versions.insert_changed_text(db, version)
    if there is not None:
        await events.of_transition(db, there, head)
    facts = facts_of(version, is_held=is_held, publisher=publisher)
    if expected == 0:
        await insert_article(db, head, version, facts)
    else:
        await _advance(db, head, version, facts, expected)


def _check_follows(there: Mapping[str, Any] | None, expected: int, version: Version, head: Head) -> None:
    """Raise before anything is written if the version cannot follow on what is there."""
    head_writes.check_lease(there, head)
    if _is_done(there, version):
        return
    number, chain = (there["head"]["number"], there["head"]["chain"]) if there else (0, "")
    if number != expected:
        raise StaleHead(f"article {head.article_id} stands at version {number}, not {expected}")
    if version.number != expected + 1 or version.chain != versions.chain_of(chain, version):
        raise ValueError(f"version {version.number} of {version.article_id} does not chain on to version {expected}")


def _is_done(there: Mapping[str, Any] | None, version: Version) -> bool:
    """Tell whether the head has this very version: ours from before a lost answer, or set by a repair."""
    return there is not None and bool(there["head"]["chain"] == version.chain)


def facts_of(version: Version, *, is_held: bool, publisher: str | None) -> Document:
    """Return the update of an article that a new version brings beyond its head; held versions are no edits yet."""
    article = version.article
    facts: Document = documents.plain(
        {
            "section": article.article_section,
            "language": article.in_language,
            "date_published": documents.instant_document(article.date_published),
            "versions": version.number,
        }
    )
    if publisher is not None:
        facts["publisher"] = publisher
    return {"$set": facts, "$inc": {"edits": int(version.cause is Cause.EDIT and not is_held)}}


async def insert_article(db: Database, head: Head, version: Version, facts: Document) -> None:
    """Insert a new article; raises StaleHead if there is one with another first version."""
    document = {
        "_id": head.article_id,
        "source": head.source,
        **documents.schedule_document(head),
        **facts["$set"],
        **facts["$inc"],
        "claims": 0,
    }
    try:
        await db.articles.insert_one(documents.encoded(document, f"article {head.article_id}"))
    except DuplicateKeyError as error:
        if not await _reschedule(db, head, version):
            raise StaleHead(f"article {head.article_id} exists already") from error


async def _advance(db: Database, head: Head, version: Version, facts: Document, expected: int) -> None:
    if await head_writes.write(db, head, expected, extra=facts) or await _reschedule(db, head, version):
        return
    _check_follows(await db.articles.find_one({"_id": head.article_id}, head_writes.GUARDED), expected, version, head)
    raise StaleHead(f"article {head.article_id} was advanced meanwhile")


async def _reschedule(db: Database, head: Head, version: Version) -> bool:
    """Where the head follows our version already, give it our schedule unless a later check has set another."""
    checked_at = documents.milliseconds(head.check_history.last_checked_at or head.seen_at)
    ours = {"head.chain": version.chain}
    earlier = {**ours, "track.last_checked_at": {"$not": {"$gt": checked_at}}}
    if await head_writes.write(db, head, version.number, where=earlier):
        return True
    there = {**head_writes.guard(head, version.number), **ours}
    return await db.articles.find_one(there, {"_id": 1}) is not None
