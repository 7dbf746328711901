"""Articles: finding heads, and storing what a check or a listing changed beside the wording."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.errors import StaleHead
from newscrawl.items import CheckHistory, Head
from newscrawl.store import events, head_documents, head_writes, repair
from newscrawl.store.documents import Document, repaired, to_bson, version_id

Database = AsyncDatabase[Document]
BATCH = 1000
MAX_MATCHES = 100  # articles that have or had one URL
LISTING_FIELDS = ("listed_at", "listed_as", "signal_at")  # of `track`, by their stored names


async def head(db: Database, article_id: str) -> Head | None:
    """Return the head, advanced to the newest version if a crash between the two writes left it behind."""
    while True:
        article = await db.articles.find_one({"_id": article_id})
        if not await repair.advance(db, article_id, article):
            return None if article is None else head_documents.head(article)


async def heads(db: Database, ids: Sequence[str]) -> dict[str, Head]:
    """Return the heads of those of the articles that are stored, by id; in two commands for a thousand of them."""
    found: dict[str, Head] = {}
    for start in range(0, len(ids), BATCH):
        wanted = ids[start : start + BATCH]
        batch = {article["_id"]: article async for article in db.articles.find({"_id": {"$in": wanted}})}
        following = [version_id(key, batch[key]["head"]["number"] + 1 if key in batch else 1) for key in wanted]
        lagging = {v["article_id"] async for v in db.versions.find({"_id": {"$in": following}}, {"article_id": 1})}
        found |= {key: head_documents.head(article) for key, article in batch.items() if key not in lagging}
        for key in lagging:
            if advanced := await head(db, key):
                found[key] = advanced
    return found


async def find(db: Database, source: str | None, *urls: str) -> list[Head]:
    """Return the articles that have or had one of these URLs, oldest first."""
    query: Document = {"$or": [{"url": {"$in": urls}}, {"aliases": {"$in": urls}}]}
    if source is not None:
        query["source"] = source
    cursor = db.articles.find(query).sort("first_seen_at", 1).limit(MAX_MATCHES)
    return [head_documents.head(article) async for article in cursor]


async def counts(db: Database) -> dict[str, int]:
    """Return the number of stored articles by source."""
    names = await db.articles.distinct("source")
    return {name: await db.articles.count_documents({"source": name}) for name in names}


async def article_ids(db: Database, source: str, sample: int | None) -> AsyncIterator[str]:
    """Yield the ids of a source's articles; with `sample`, of that many picked at random."""
    sampling: list[Document] = [{"$sample": {"size": sample}}] if sample is not None else []
    stages = [{"$match": {"source": source}}, *sampling, {"$project": {"_id": 1}}]
    async for article in await db.articles.aggregate(stages):
        yield article["_id"]


async def touch(db: Database, head: Head) -> None:
    """Store a head whose version stays; a change of its state or URL becomes an event.

    The event is written first: after a crash in between, the next check writes it again under the same key.
    """
    same_state = {"state": head.state.value, "url": repaired(head.url)}
    if await head_writes.write(db, head, head.number, condition=same_state):
        return
    stored = await db.articles.find_one({"_id": head.article_id})
    head_writes.check_lease(stored, head)
    if stored is not None and stored["head"]["number"] == head.number:
        await events.add_transition(db, stored, head)
        if await head_writes.write(db, head, head.number):
            return
        stored = await db.articles.find_one({"_id": head.article_id}, head_writes.GUARD_FIELDS)
        head_writes.check_lease(stored, head)
    raise StaleHead(f"article {head.article_id} is not at version {head.number}")


async def note_listing(db: Database, head: Head, check_history: CheckHistory) -> None:
    """Store what listings stated about an article, unless a check since `head` was read has answered it."""
    document = head_documents.check_history_document(check_history)
    update = {f"track.{name}": document[name] for name in LISTING_FIELDS}
    checked_at = to_bson(head.check_history.last_checked_at)
    await db.articles.update_one({"_id": head.article_id, "track.last_checked_at": checked_at}, {"$set": update})
