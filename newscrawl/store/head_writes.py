"""The guarded write of an article's head: by the expected version number, and by the lease's fencing token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.errors import Fenced
from newscrawl.items import Head
from newscrawl.store.documents import Document
from newscrawl.store.gathered_commands import GatheredCommands
from newscrawl.store.head_documents import schedule_document

Database = AsyncDatabase[Document]
CHECKED_LEASE = "checked_lease"  # field of articles: token of the claim under which the newest check was written
GUARD_FIELDS = {"head.number": 1, "head.chain": 1, "head.payload": 1, "claims": 1}


async def write(
    db: Database,
    head: Head,
    expected: int,
    *,
    condition: Document | None = None,
    extra_update: Document | None = None,
    gathered: GatheredCommands | None = None,
) -> bool:
    """Store a head if the article is at version `expected`, no other run has claimed it and `condition` holds.

    Returns whether it was stored; with `gathered` it is sent together with others. Under a lease this also frees the
    article to be claimed when it is due; the token stays valid until another run claims it. Without a lease, the lease
    of another run stays as it is.
    """
    extra = extra_update or {}
    schedule = schedule_document(head)
    del schedule["first_seen_at"]
    update = {**extra, "$set": {**schedule, **extra.get("$set", {})}}
    query = {**guard(head, expected), **(condition or {})}
    if head.lease:
        update["$set"][CHECKED_LEASE] = head.lease
        update["$unset"] = {"lease": ""}
        if gathered is not None:
            return await gathered.articles.update(query, update)
        return (await db.articles.update_one(query, update)).matched_count == 1
    result = await db.articles.update_one({**query, "lease": None}, update)
    if result.matched_count == 0:
        del update["$set"]["claim_at"]
        result = await db.articles.update_one(query, update)
    return result.matched_count == 1


def guard(head: Head, expected: int) -> Document:
    """Return the condition under which a head may be written."""
    query: Document = {"_id": head.article_id, "head.number": expected}
    if head.lease:
        query["claims"] = head.lease
    return query


def check_lease(stored: Mapping[str, Any] | None, head: Head) -> None:
    """Raise Fenced if another run has claimed the article since the head's lease."""
    if head.lease and (stored or {}).get("claims", 0) != head.lease:
        raise Fenced(f"article {head.article_id} was claimed by another run since lease {head.lease}")
