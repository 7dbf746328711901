"""Quarantine: doubtful pages with their evidence, until a later look or a person decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import bson
from bson import ObjectId
from bson.errors import InvalidId
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Capture, Extraction, ParsedPage
from newscrawl.store import documents, payloads
from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]


async def add(db: Database, page: ParsedPage, reason: str, key: str) -> None:
    """Keep a doubtful page once an article and wording: seeing it again raises `seen`, and the newest look is kept."""
    capture = page.capture
    there = await db.articles.find_one({"_id": page.article_id}, {"head.payload": 1})
    base = there["head"]["payload"] if there else None
    await payloads.put(db, capture.payload_digest, capture.body, base=base)
    wording = page.article.wording_digest if page.article else None
    found: Document = documents.plain(
        {
            "source": page.source,
            "url": capture.final_uri,
            "guid": page.guid,
            "kind": page.extraction.kind,
            "reason": reason,
            "problem": page.problem,
            "evidence": page.extraction.evidence,
            "reading": documents.extraction_document(page.extraction),
            "payload": capture.payload_digest,
            "capture": documents.capture_document(capture),
            "at": capture.fetched_at,
        }
    )
    found["reading"] = _bounded(found["reading"])
    same = {"article_id": page.article_id, "state": "open", "wording": wording, "kind": found["kind"]}
    if wording is None:
        same["reason"] = found.pop("reason")
    # `key` names this call: repeated after a lost answer it counts once.
    await db.quarantine.update_one(
        {**same, "last": {"$ne": key}},
        {"$set": {**found, "last": key}, "$inc": {"seen": 1}, "$setOnInsert": {"first_at": found["at"]}},
        upsert=await db.quarantine.find_one({"last": key}, {"_id": 1}) is None,
    )


def _bounded(extraction: Document) -> Document:
    """Return a reading that fits a document: of one too large, which is doubtful for that alone, without its text."""
    if len(bson.encode(extraction)) <= documents.MAX_BYTES // 2:
        return extraction
    short = {"rules": extraction["rules"], "kind": extraction["kind"], "evidence": extraction["evidence"][:10]}
    return {**short, "headline": (extraction["headline"] or "")[:1000] or None}


async def listed(
    db: Database, *, source: str | None = None, article_id: str | None = None, state: str = "open", limit: int = 1000
) -> list[Document]:
    query: Document = {"state": state}
    if source is not None:
        query["source"] = source
    if article_id is not None:
        query["article_id"] = article_id
    cursor = db.quarantine.find(query).sort("at", -1).limit(limit)
    return [_shown(found) async for found in cursor]


async def one(db: Database, key: str) -> Document | None:
    try:
        found = await db.quarantine.find_one({"_id": ObjectId(key)})
    except InvalidId:
        return None
    return None if found is None else _shown(found)


def _shown(found: Mapping[str, Any]) -> Document:
    return {**found, "_id": str(found["_id"])}


async def evidence(db: Database, key: str) -> tuple[Capture, Extraction] | None:
    """Return what was fetched and read, to look at it again."""
    found = await one(db, key)
    if found is None:
        return None
    body = await payloads.get(db, found["payload"])
    if body is None:
        return None
    return documents.capture(found["capture"], body), documents.extraction(found["reading"])


async def suspected(db: Database, article_id: str) -> set[str]:
    """Return the wordings of an article that are believed when seen again: doubted once, or confirmed by a person."""
    waiting = {"article_id": article_id, "state": {"$in": ["open", "confirmed"]}, "wording": {"$ne": None}}
    cursor = db.quarantine.find(waiting, {"wording": 1})
    return {found["wording"] async for found in cursor}


async def settle(db: Database, article_id: str, wording: str) -> None:
    """Decide an article's open entries by a good look: the wording seen again was true, the others were not."""
    waiting = {"article_id": article_id, "state": "open"}
    await db.quarantine.update_many({**waiting, "wording": wording}, {"$set": {"state": "confirmed"}})
    await db.quarantine.update_many(waiting, {"$set": {"state": "dismissed"}})


async def decide(db: Database, key: str, state: str, *, by: str, at: datetime) -> bool:
    """Confirm or dismiss one entry; return whether it was open."""
    try:
        wanted = ObjectId(key)
    except InvalidId:
        return False
    decision = {"state": state, "decided_by": documents.repaired(by), "decided_at": documents.milliseconds(at)}
    result = await db.quarantine.update_one({"_id": wanted, "state": "open"}, {"$set": decision})
    return result.modified_count == 1
