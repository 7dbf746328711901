"""Articles: finding heads, and storing what a check or a listing changed beside the wording."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.errors import StaleHead
from newscrawl.items import CheckHistory, Head
from newscrawl.store import events, head_documents, head_writes, repair
from newscrawl.store.distinct import distinct
from newscrawl.store.documents import Document, repaired, to_bson, version_id
from newscrawl.store.gathered_commands import GatheredCommands

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


async def at_urls(db: Database, source: str, urls: Sequence[str]) -> dict[str, list[Head]]:
    """Return the articles of a source that have or had each of these URLs, oldest first."""
    found: dict[str, list[Head]] = {}
    for start in range(0, len(urls), BATCH):
        wanted = set(urls[start : start + BATCH])
        query = {"source": source, "$or": [{"url": {"$in": [*wanted]}}, {"aliases": {"$in": [*wanted]}}]}
        cursor = db.articles.find(query).sort("first_seen_at", 1).limit(MAX_MATCHES * len(wanted))
        async for article in cursor:
            head = head_documents.head(article)
            for url in wanted.intersection((head.url, *head.aliases)):
                found.setdefault(url, []).append(head)
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
    names = await distinct(db.articles, "source")
    return {name: await db.articles.count_documents({"source": name}) for name in names}


async def article_ids(
    db: Database, source: str, sample: int | None, within: tuple[str | None, str | None] = (None, None)
) -> AsyncIterator[str]:
    """Yield the ids of a source's articles; with `sample`, of that many picked at random.

    `within` bounds the ids: above the first, up to and including the second.
    """
    sampling: list[Document] = [{"$sample": {"size": sample}}] if sample is not None else []
    stages = [{"$match": {"source": source} | id_range(*within)}, *sampling, {"$project": {"_id": 1}}]
    async for article in await db.articles.aggregate(stages):
        yield article["_id"]


def id_range(after: str | None, upto: str | None) -> Document:
    """Return the condition of ids above the first, up to and including the second; None: without that bound."""
    bounds = {**({"$gt": after} if after is not None else {}), **({"$lte": upto} if upto is not None else {})}
    return {"_id": bounds} if bounds else {}


async def touch(gathered: GatheredCommands, head: Head, *, before: Head | None = None) -> None:
    """Store a head whose version stays; a change of its state or URL becomes an event.

    The event is written first: after a crash in between, the next check writes it again under the same key. Raises
    StaleHead also if state or URL were changed since `before`, which the head was made from, was read.
    """
    db = gathered.db
    same_state = {"state": head.state.value, "url": repaired(head.url)}
    if await head_writes.write(db, head, head.number, condition=same_state, gathered=gathered):
        return
    stored = await db.articles.find_one({"_id": head.article_id})
    head_writes.check_lease(stored, head)
    if before is not None and stored is not None and _is_changed(stored, before):
        raise StaleHead(f"article {head.article_id} was changed since it was claimed")
    if stored is not None and stored["head"]["number"] == head.number:
        await events.add_transition(db, stored, head, announces=gathered.announces)
        if await head_writes.write(db, head, head.number):
            return
        stored = await db.articles.find_one({"_id": head.article_id}, head_writes.GUARD_FIELDS)
        head_writes.check_lease(stored, head)
    raise StaleHead(f"article {head.article_id} is not at version {head.number}")


def _is_changed(stored: Document, before: Head) -> bool:
    return (stored["state"], stored["url"]) != (before.state.value, repaired(before.url))


async def note_listings(db: Database, notes: Sequence[tuple[Head, CheckHistory]]) -> None:
    """Store what listings stated about articles, except those that were checked since their heads were read."""
    for start in range(0, len(notes), BATCH):
        updates = [_listing_note(head, check_history) for head, check_history in notes[start : start + BATCH]]
        await db.articles.bulk_write(updates, ordered=False)


def _listing_note(head: Head, check_history: CheckHistory) -> UpdateOne:
    document = head_documents.check_history_document(check_history)
    update = {f"track.{name}": document[name] for name in LISTING_FIELDS}
    checked_at = to_bson(head.check_history.last_checked_at)
    return UpdateOne({"_id": head.article_id, "track.last_checked_at": checked_at}, {"$set": update})
