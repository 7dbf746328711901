"""Versions: the wordings of an article, chained by hashes, inserted once and never altered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.errors import StaleHead
from newscrawl.items import Capture, Cause, Change, Hold, Version
from newscrawl.store import commitments, page_documents, payloads, version_documents
from newscrawl.store.announcement_marks import LATE, is_late, mark
from newscrawl.store.documents import Document, encoded, milliseconds, to_bson, version_id
from newscrawl.store.gathered_commands import GatheredCommands
from newscrawl.store.search_order import place
from newscrawl.store.terms import terms

Database = AsyncDatabase[Document]
_NO_CHANGE = Change()
_SENTENCES = {"added": "new_sentences", "removed": "old_sentences"}


def chain_of(previous: str, version: Version) -> str:
    """Return the SHA-256 over the previous version's chain ("" for the first) and this version's content."""
    return _chain_of(previous, replace(version, capture=None, change=_NO_CHANGE, chain=""))


@lru_cache(maxsize=64)
def _chain_of(previous: str, version: Version) -> str:
    """Remembered, as whoever makes a version and whoever appends it ask one after the other."""
    salt = {"salt": version.salt} if version.salt else {}
    return commitments.chain(previous, {**version_documents.content_document(version), **salt})


async def insert(gathered: GatheredCommands, version: Version, *, hold: Hold | None, lease: int = 0) -> None:
    """Insert a version, once; raises StaleHead if another one has its number."""
    document = version_documents.version_document(version, hold=hold, lease=lease)
    # A pending one is marked when it is published; what others brought without a page is nowhere announced.
    if hold is not Hold.PENDING and gathered.announces and version.cause is not Cause.IMPORTED:
        document |= mark()
    if is_late(version.seen_at, datetime.now(UTC)):
        document[LATE] = True
    raw = encoded(document, f"version {version.number} of {version.article_id}")
    if not await gathered.versions.insert(raw):
        stored = await gathered.versions.get(document["_id"])
        if stored is None or stored["chain"] != version.chain:
            raise StaleHead(f"article {version.article_id} has a version {version.number} already")


async def insert_passages(gathered: GatheredCommands, version: Version) -> None:
    """Store added and removed passages in the collections that searches read; derived, so they may be written again."""
    if version.cause is Cause.IMPORTED:
        return  # without evidence no search for changes is to find it
    key, seen_at = version_id(version.article_id, version.number), milliseconds(version.seen_at)
    for name, collection in gathered.passages.items():
        passages, sentences = getattr(version.change, name), getattr(version.change, _SENTENCES[name])
        if passages:
            document: Document = {
                "_id": key,
                "article_id": version.article_id,
                "number": version.number,
                "source": version.article.source,
                "seen_at": seen_at,
                "types": list(version.change.types),
                # Words are sought in whole sentences, so that "6.2 million" is found where 6.2 alone was replaced; at
                # least one must be among those that changed. Without `changed`, as older ones, all of the text is.
                "text": list(sentences or passages),
                "terms": terms(sentences or passages),
                **({"changed": terms(passages)} if sentences else {}),
                "place": place(seen_at, key),
            }
            await collection.replace(to_bson(document))


async def get(gathered: GatheredCommands, article_id: str, number: int) -> Version | None:
    document = await gathered.versions.get(version_id(article_id, number))
    return None if document is None else version_documents.version(document)


async def history(db: Database, article_id: str) -> list[Version]:
    """Return all versions of an article, oldest first, without their captures."""
    cursor = db.versions.find({"article_id": article_id}).sort("number", 1)
    return [version_documents.version(document) async for document in cursor]


async def wordings(db: Database, article_ids: Sequence[str]) -> list[dict[str, int]]:
    """Return for each article the digest of each wording that it has had, with the newest version that has it."""
    found: dict[str, dict[str, int]] = {article_id: {} for article_id in article_ids}
    fields = {"_id": 0, "article_id": 1, "wording": 1, "number": 1}
    async for version in db.versions.find({"article_id": {"$in": list(found)}}, fields).sort("number", 1):
        found[version["article_id"]][version["wording"]] = version["number"]
    return [found[article_id] for article_id in article_ids]


async def capture_of(db: Database, article_id: str, number: int) -> Capture | None:
    """Return the capture that a version was extracted from, body included: its own, or if it has none an earlier one's.

    A re-extracted version has the payload of an earlier version and no capture of its own.
    """
    fields = {"capture": 1, "payload": 1}
    version = await db.versions.find_one({"_id": version_id(article_id, number)}, fields)
    if version is not None and version["capture"] is None:
        query = {
            "article_id": article_id,
            "number": {"$lt": number},
            "payload": version["payload"],
            "capture": {"$ne": None},
        }
        version = await db.versions.find_one(query, fields, sort=[("number", -1)])
    if version is None:
        return None
    body = await payloads.get(db, version["payload"])
    return None if body is None else page_documents.capture(version["capture"], body)


async def seen(db: Database, moments: Collection[tuple[str, object]]) -> list[Document]:
    """Return the versions that were seen at these moments, each an article's id and a time, in their order."""
    fields = dict.fromkeys(("article_id", "number", "seen_at", "cause", "headline", "url"), 1)
    found = db.versions.find({"article_id": {"$in": list({article_id for article_id, _ in moments})}}, fields)
    versions = [version async for version in found if (version["article_id"], version["seen_at"]) in moments]
    return sorted(versions, key=lambda version: (version["seen_at"], version["_id"]))


async def histories(db: Database) -> AsyncIterator[Document]:
    """Yield each article's times, for the fitting of rates: published, first seen, edits, last check; Unix seconds."""
    fields = {"source": 1, "first_seen_at": 1, "date_published": 1, "last_checked_at": 1, "track.kind": 1}
    async for article in db.articles.find({}, fields):
        edits = db.versions.find({"article_id": article["_id"], "cause": "edit", "held": None}, {"seen_at": 1})
        published = (article.get("date_published") or {}).get("value") or article["first_seen_at"]
        yield {
            "article": article["_id"],
            "source": article["source"],
            "published": published.timestamp(),
            "discovered": article["first_seen_at"].timestamp(),
            "observed_until": (article.get("last_checked_at") or article["first_seen_at"]).timestamp(),
            "versions": sorted([version["seen_at"].timestamp() async for version in edits]),
            "kind": "live" if (article.get("track") or {}).get("kind") == "live" else "normal",
        }
