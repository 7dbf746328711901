"""Versions: what an article read like, chained by hashes, inserted once and never altered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from newscrawl.errors import StaleHead
from newscrawl.items import Capture, Version
from newscrawl.store import documents, payloads
from newscrawl.store.documents import Document, version_id
from newscrawl.store.terms import terms

Database = AsyncDatabase[Document]

# What the chain covers: all that the newspaper said and when we saw it, nothing that we may recompute (change, texts).
CHAINED = (
    "article_id", "number", "seen_at", "cause", "payload", "url", "guid", "headline", "alternative_headlines", "byline",
    "author", "date_published", "date_modified", "section", "language", "description", "is_accessible_for_free",
    "paragraphs", "wording", "stamp",
)  # fmt: skip


def chain_of(previous: str, version: Version) -> str:
    """Return the SHA-256 over the previous version's chain ("" for the first) and this version's content."""
    return chain_of_document(previous, documents.content_document(version))


def chain_of_document(previous: str, document: Mapping[str, Any]) -> str:
    content = {name: documents.plain(document[name]) for name in CHAINED}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_stated)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def _stated(value: Any) -> str:
    """Return a moment as text for hashing: UTC, milliseconds."""
    return str(value.isoformat(timespec="milliseconds"))


async def insert(db: Database, version: Version, *, is_held: bool) -> None:
    """Insert a version; raises StaleHead if another one has its number. Inserting the same one again is no fault."""
    document = documents.version_document(version, is_held=is_held)
    key = document["_id"]
    try:
        await db.versions.insert_one(documents.encoded(document, f"version {version.number} of {version.article_id}"))
    except DuplicateKeyError as error:
        there = await db.versions.find_one({"_id": key}, {"chain": 1})
        if there is None or there["chain"] != version.chain:
            raise StaleHead(f"article {version.article_id} has a version {version.number} already") from error


async def insert_changed_text(db: Database, version: Version) -> None:
    """Keep added and removed wording where searches look; derived, so writing it again is no fault."""
    for name in ("added", "removed"):
        texts = getattr(version.change, name)
        if texts:
            document: Document = {
                "_id": version_id(version.article_id, version.number),
                "article_id": version.article_id,
                "number": version.number,
                "source": version.article.source,
                "seen_at": documents.milliseconds(version.seen_at),
                "types": list(version.change.types),
                "text": list(texts),
                "terms": terms(texts),
            }
            document = documents.plain(document)
            await db[name].replace_one({"_id": document["_id"]}, document, upsert=True)


async def one(db: Database, article_id: str, number: int) -> Version | None:
    found = await db.versions.find_one({"_id": version_id(article_id, number)})
    return None if found is None else documents.version(found)


async def every(db: Database, article_id: str) -> list[Version]:
    cursor = db.versions.find({"article_id": article_id}).sort("number", 1)
    return [documents.version(found) async for found in cursor]


async def wordings(db: Database, article_id: str) -> dict[str, int]:
    """Return each wording the article ever had with the newest version that has it."""
    cursor = db.versions.find({"article_id": article_id}, {"_id": 0, "wording": 1, "number": 1}).sort("number", 1)
    return {found["wording"]: found["number"] async for found in cursor}


async def evidence(db: Database, article_id: str, number: int) -> Capture | None:
    """Return the capture that a version was read from: its own, or for a re-reading the newest earlier one's."""
    found = await db.versions.find_one({"_id": version_id(article_id, number)}, {"capture": 1, "payload": 1})
    if found is None:
        return None
    if found["capture"] is None:
        query = {
            "article_id": article_id,
            "number": {"$lt": number},
            "payload": found["payload"],
            "capture": {"$ne": None},
        }
        found = await db.versions.find_one(query, {"capture": 1, "payload": 1}, sort=[("number", -1)])
    body = await payloads.get(db, found["payload"]) if found else None
    return documents.capture(found["capture"], body) if found and body is not None else None


async def histories(db: Database) -> AsyncIterator[Document]:
    """Yield each story's times, for the fitting of rates: first sight, edits, end of watching; Unix seconds."""
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
