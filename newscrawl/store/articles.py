"""Articles: heads with their schedule, guarded by the expected number and by fencing tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.errors import Fenced, StaleHead
from newscrawl.items import CheckHistory, Head
from newscrawl.store import documents, events, repair
from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]
GUARDED = {"head.number": 1, "head.chain": 1, "head.payload": 1, "claims": 1}
MAX_FOUND = 100  # articles that one address may lead to


async def head(db: Database, article_id: str) -> Head | None:
    """Return the head, made to follow its versions where a kill between the two writes left it behind."""
    while True:
        found = await db.articles.find_one({"_id": article_id})
        if not await repair.follow(db, article_id, found):
            return None if found is None else documents.head(found)


async def find(db: Database, source: str | None, url: str) -> list[Head]:
    query: Document = {"$or": [{"url": url}, {"aliases": url}]}
    if source is not None:
        query["source"] = source
    cursor = db.articles.find(query).sort("first_seen_at", 1).limit(MAX_FOUND)
    return [documents.head(found) async for found in cursor]


async def counts(db: Database) -> dict[str, int]:
    """Return how many stories of each source are on record."""
    names = await db.articles.distinct("source")
    return {name: await db.articles.count_documents({"source": name}) for name in names}


async def touch(db: Database, head: Head) -> None:
    """Store what a check left of a head whose version stays; a change of state or address is written down as an event.

    The event comes first: a kill in between leaves it to be written again, under the same key, by the next check.
    """
    if await write(db, head, head.number, where={"state": head.state.value, "url": documents.repaired(head.url)}):
        return
    there = await db.articles.find_one({"_id": head.article_id})
    check_lease(there, head)
    if there is not None and there["head"]["number"] == head.number:
        await events.of_transition(db, there, head)
        if await write(db, head, head.number):
            return
        check_lease(await db.articles.find_one({"_id": head.article_id}, GUARDED), head)
    raise StaleHead(f"article {head.article_id} does not stand at version {head.number}")


async def note_listing(db: Database, head: Head, check_history: CheckHistory) -> None:
    """Store what listings said of a story, unless it was looked at since `head` was read: that look has answered it."""
    found = documents.check_history_document(check_history)
    said = {f"track.{name}": found[name] for name in ("listed_at", "listed_as", "signal_at")}
    checked_at = documents.plain(head.check_history.last_checked_at)
    await db.articles.update_one({"_id": head.article_id, "track.last_checked_at": checked_at}, {"$set": said})


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
