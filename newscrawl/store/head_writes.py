"""The guarded write of an article's head: by the expected version number, and by the lease's fencing token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.errors import Fenced
from newscrawl.items import Head
from newscrawl.store import documents
from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]
GUARDED = {"head.number": 1, "head.chain": 1, "head.payload": 1, "claims": 1}


async def write(
    db: Database, head: Head, expected: int, *, where: Document | None = None, extra: Document | None = None
) -> bool:
    """Store a head if the article stands at `expected`, nobody claimed it since and `where` holds; tell whether so.

    Under a lease this also frees the story to be claimed when it is due; the token stays good until somebody claims
    it. Without one, another's lease goes on.
    """
    found = documents.schedule_document(head)
    del found["first_seen_at"]
    update = {**(extra or {}), "$set": {**found, **(extra or {}).get("$set", {})}}
    query = {**guard(head, expected), **(where or {})}
    if head.lease:
        result = await db.articles.update_one(query, {**update, "$unset": {"lease": ""}})
        return result.matched_count == 1
    result = await db.articles.update_one({**query, "lease": None}, update)
    if result.matched_count == 0:
        del update["$set"]["claim_at"]
        result = await db.articles.update_one(query, update)
    return result.matched_count == 1


def guard(head: Head, expected: int) -> Document:
    found: Document = {"_id": head.article_id, "head.number": expected}
    if head.lease:
        found["claims"] = head.lease
    return found


def check_lease(there: Mapping[str, Any] | None, head: Head) -> None:
    if head.lease and (there or {}).get("claims", 0) != head.lease:
        raise Fenced(f"article {head.article_id} was claimed by another run since lease {head.lease}")
