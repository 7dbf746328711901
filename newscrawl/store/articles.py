"""Articles: finding heads, and storing what a check or a listing changed beside the wording."""

from __future__ import annotations

from collections.abc import AsyncIterator

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.errors import StaleHead
from newscrawl.items import CheckHistory, Head
from newscrawl.store import documents, events, head_writes, repair
from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]
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


async def article_ids(db: Database, source: str, sample: int | None) -> AsyncIterator[str]:
    """Yield the ids of a source's stories; with `sample`, of so many picked by chance."""
    picked: list[Document] = [{"$sample": {"size": sample}}] if sample is not None else []
    stages = [{"$match": {"source": source}}, *picked, {"$project": {"_id": 1}}]
    async for found in await db.articles.aggregate(stages):
        yield found["_id"]


async def touch(db: Database, head: Head) -> None:
    """Store what a check left of a head whose version stays; a change of state or address is written down as an event.

    The event comes first: a kill in between leaves it to be written again, under the same key, by the next check.
    """
    if await head_writes.write(
        db, head, head.number, where={"state": head.state.value, "url": documents.repaired(head.url)}
    ):
        return
    there = await db.articles.find_one({"_id": head.article_id})
    head_writes.check_lease(there, head)
    if there is not None and there["head"]["number"] == head.number:
        await events.of_transition(db, there, head)
        if await head_writes.write(db, head, head.number):
            return
        head_writes.check_lease(await db.articles.find_one({"_id": head.article_id}, head_writes.GUARDED), head)
    raise StaleHead(f"article {head.article_id} does not stand at version {head.number}")


async def note_listing(db: Database, head: Head, check_history: CheckHistory) -> None:
    """Store what listings said of an article, unless a check since `head` was read has answered it."""
    found = documents.check_history_document(check_history)
    said = {f"track.{name}": found[name] for name in ("listed_at", "listed_as", "signal_at")}
    checked_at = documents.plain(head.check_history.last_checked_at)
    await db.articles.update_one({"_id": head.article_id, "track.last_checked_at": checked_at}, {"$set": said})
