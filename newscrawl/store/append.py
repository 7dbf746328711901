"""The append of a version to a history: payload, version, passages, head, in this order.

A crash after the version leaves a head that lags behind; `repair` advances it. A crash before it leaves a payload that
no version refers to, which the next check that fetches the same page uses again. A writer that slept between its last
read of the lease and the insert leaves a version that came too late: `repair` withdraws it (see `late`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.errors import Fenced, StaleHead
from newscrawl.items import Cause, Head, Hold, Version
from newscrawl.store import events, head_writes, payloads, versions
from newscrawl.store.documents import Document, encoded, milliseconds, to_bson
from newscrawl.store.gathered_commands import GatheredCommands
from newscrawl.store.head_documents import schedule_document
from newscrawl.store.version_documents import instant_document

Database = AsyncDatabase[Document]


async def append_version(
    gathered: GatheredCommands,
    version: Version,
    *,
    expected: int,
    head: Head,
    hold: Hold | None = None,
    publisher: str | None = None,
) -> None:
    """Append a version and set the head to it; see `Store.append_version`."""
    stored = await gathered.articles.get(head.article_id)
    _check_follows(stored, expected, version, head)
    if version.capture is not None:
        base = stored["head"]["payload"] if stored else None
        await payloads.put_capture(gathered, version.capture, base=base)
    await versions.insert(gathered, version, hold=hold, lease=head.lease)
    await versions.insert_passages(gathered, version)
    if stored is not None:
        await events.add_transition(gathered.db, stored, head, announces=gathered.announces)
    facts = facts_update(version, is_held=hold is not None, publisher=publisher)
    if expected == 0:
        await insert_article(gathered, head, version, facts)
    else:
        await _advance(gathered, head, version, facts, expected)


def _check_follows(stored: Mapping[str, Any] | None, expected: int, version: Version, head: Head) -> None:
    """Raise before anything is written if the version cannot follow the article as stored."""
    if stored is not None and stored.get("erased"):
        raise Fenced(f"article {head.article_id} was erased by order")
    head_writes.check_lease(stored, head)
    if _is_appended(stored, version):
        return
    number, chain = (stored["head"]["number"], stored["head"]["chain"]) if stored else (0, "")
    if number != expected:
        raise StaleHead(f"article {head.article_id} is at version {number}, not {expected}")
    if version.number != expected + 1 or version.chain != versions.chain_of(chain, version):
        raise ValueError(f"version {version.number} of {version.article_id} does not chain on to version {expected}")


def _is_appended(stored: Mapping[str, Any] | None, version: Version) -> bool:
    """Return whether the head is at this very version: from a write whose answer was lost, or from a repair."""
    return stored is not None and bool(stored["head"]["chain"] == version.chain)


def facts_update(version: Version, *, is_held: bool, publisher: str | None) -> Document:
    """Return the update of an article that a new version brings beside its head; a held version counts as no edit."""
    article = version.article
    facts: Document = to_bson(
        {
            "section": article.article_section,
            "language": article.in_language,
            "date_published": instant_document(article.date_published),
            "versions": version.number,
        }
    )
    if publisher is not None:
        facts["publisher"] = publisher
    return {"$set": facts, "$inc": {"edits": int(version.cause is Cause.EDIT and not is_held)}}


async def insert_article(gathered: GatheredCommands, head: Head, version: Version, facts: Document) -> None:
    """Insert a new article; raises StaleHead if it exists with another first version."""
    document = {
        "_id": head.article_id,
        "source": head.source,
        **schedule_document(head),
        **facts["$set"],
        **facts["$inc"],
        "claims": 0,
    }
    is_new = await gathered.articles.insert(encoded(document, f"article {head.article_id}"))
    if not is_new and not await _reschedule(gathered.db, head, version):
        raise StaleHead(f"article {head.article_id} exists already")


async def _advance(gathered: GatheredCommands, head: Head, version: Version, facts: Document, expected: int) -> None:
    db = gathered.db
    if await head_writes.write(db, head, expected, extra_update=facts, gathered=gathered):
        return
    if await _reschedule(db, head, version):
        return
    stored = await db.articles.find_one({"_id": head.article_id}, head_writes.GUARD_FIELDS)
    _check_follows(stored, expected, version, head)
    raise StaleHead(f"article {head.article_id} was advanced meanwhile")


async def _reschedule(db: Database, head: Head, version: Version) -> bool:
    """Store our schedule on a head that is at our version already, unless a later check has set another schedule.

    Returns whether the head is at our version.
    """
    checked_at = milliseconds(head.check_history.last_checked_at or head.seen_at)
    same_version = {"head.chain": version.chain}
    no_later_check = {"track.last_checked_at": {"$not": {"$gt": checked_at}}}
    if await head_writes.write(db, head, version.number, condition={**same_version, **no_later_check}):
        return True
    query = {**head_writes.guard(head, version.number), **same_version}
    return await db.articles.find_one(query, {"_id": 1}) is not None
