"""Quarantine: doubtful pages with their captures, until a later check or a person decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import bson
from bson import ObjectId
from bson.errors import InvalidId
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Capture, Extraction, PageKind, ParsedPage
from newscrawl.store import page_documents, payloads, visibility_generation
from newscrawl.store.documents import MAX_BYTES, Document, milliseconds, repaired, to_bson
from newscrawl.store.gathered_commands import GatheredCommands

Database = AsyncDatabase[Document]
# Kind of a page that only other readers read than its last version; a person decides, or a trusted check.
LAYOUT_LOST = "layout_lost"
EMPTIED = "emptied"  # kind of a page of a known article on which its headline alone is left
TOO_COSTLY = PageKind.TOO_COSTLY.value  # kind of a page of which the reading cost too much, or that of its last version
LATE = "late"  # kind of a readable page that was recorded after a newer check; its wording waits for a person
IDENTITY_CLASH = "identity_clash"  # kind of a readable page that claims to be an article which another URL has
MAX_TOO_COSTLY = 10_000  # of a source; without them it would be tried again
FOR_A_PERSON = (LATE, IDENTITY_CLASH)  # kinds whose text is not doubted: no later check decides on them


async def add(gathered: GatheredCommands, page: ParsedPage, reason: str, key: str, *, kind: str | None = None) -> None:
    """Store a doubtful page, once per article and wording; a repeated one raises `seen` and replaces the capture.

    `key` identifies the call: repeated after a lost answer it counts once. `kind` is the page's unless it is given.
    """
    capture, db = page.capture, gathered.db
    article = await db.articles.find_one({"_id": page.article_id}, {"head.payload": 1, "erased": 1})
    if article and article.get("erased"):
        return  # by order nothing of it is kept
    base = article["head"]["payload"] if article else None
    if not page.is_text:
        await payloads.put_capture(gathered, capture, base=base)
    wording = page.article.wording_digest if page.article else None
    entry = {**_entry(page, reason), **({"kind": kind} if kind else {})}
    same_doubt = {"article_id": page.article_id, "state": "open", "wording": wording, "kind": entry["kind"]}
    if wording is None:
        same_doubt["reason"] = entry.pop("reason")
    await db.quarantine.update_one(
        {**same_doubt, "last": {"$ne": key}},
        {"$set": {**entry, "last": key}, "$inc": {"seen": 1}, "$setOnInsert": {"first_at": entry["at"]}},
        upsert=await db.quarantine.find_one({"last": key}, {"_id": 1}) is None,
    )


def _entry(page: ParsedPage, reason: str) -> Document:
    capture, extraction = page.capture, page.extraction
    entry: Document = to_bson(
        {
            "source": page.source,
            "url": capture.final_uri,
            "guid": page.guid,
            "kind": extraction.kind,
            "reason": reason,
            "problem": page.problem,
            "evidence": extraction.evidence,
            "reading": page_documents.extraction_document(extraction),
            "payload": "" if page.is_text else capture.payload_digest,
            "capture": page_documents.capture_document(capture),
            "at": capture.fetched_at,
        }
    )
    entry["reading"] = _shortened(entry["reading"])
    return entry


def _shortened(extraction: Document) -> Document:
    """Return an extraction that fits a document: one that is too large, and doubtful for that alone, without text."""
    if len(bson.encode(extraction)) <= MAX_BYTES // 2:
        return extraction
    short = {"rules": extraction["rules"], "kind": extraction["kind"], "evidence": extraction["evidence"][:10]}
    return {**short, "headline": (extraction["headline"] or "")[:1000] or None}


async def listed(
    db: Database, *, source: str | None = None, article_id: str | None = None, state: str = "open", limit: int = 1000
) -> list[Document]:
    """Return the newest entries in a state, newest first."""
    query: Document = {"state": state}
    if source is not None:
        query["source"] = source
    if article_id is not None:
        query["article_id"] = article_id
    cursor = db.quarantine.find(query).sort("at", -1).limit(limit)
    return [_with_text_id(entry) async for entry in cursor]


async def counts(db: Database, source: str) -> dict[str, int]:
    """Return the number of a source's open entries by reason, the most frequent first.

    The reason is its first word, as in `shrunk: 40 of 300 words left`; of one that is a sentence the kind, since it may
    repeat the page.
    """
    first = {"$arrayElemAt": [{"$split": [{"$ifNull": ["$reason", "$kind"]}, ":"]}, 0]}
    word = {"$cond": [{"$regexMatch": {"input": first, "regex": "^[a-z0-9_]+$"}}, first, "$kind"]}
    stages: list[Document] = [
        {"$match": {"state": "open", "source": source}},
        {"$group": {"_id": word, "count": {"$sum": 1}}},
        {"$sort": {"count": -1, "_id": 1}},
    ]
    return {group["_id"]: group["count"] async for group in await db.quarantine.aggregate(stages)}


async def get(db: Database, key: str) -> Document | None:
    """Return one entry by its id; None if there is none, or `key` is no id."""
    try:
        entry = await db.quarantine.find_one({"_id": ObjectId(key)})
    except InvalidId:
        return None
    return None if entry is None else _with_text_id(entry)


def _with_text_id(entry: Mapping[str, Any]) -> Document:
    return {**entry, "_id": str(entry["_id"])}


async def evidence(db: Database, key: str) -> tuple[Capture, Extraction] | None:
    """Return the capture of an entry, body included, and what was extracted from it."""
    entry = await get(db, key)
    if entry is None:
        return None
    body = await payloads.get(db, entry["payload"]) if entry["payload"] or entry.get("erased") else b""
    if body is None:
        return None
    return page_documents.capture(entry["capture"], body), page_documents.extraction(entry["reading"])


async def suspected(db: Database, article_ids: Sequence[str]) -> list[set[str]]:
    """Return the wordings of each article that are believed when seen again: in quarantine, or confirmed by a person.

    Of lost layouts and texts only those that were confirmed: the same page is read in the same way again.
    """
    is_believed = [{"state": "open", "kind": {"$nin": [LAYOUT_LOST, EMPTIED, IDENTITY_CLASH]}}, {"state": "confirmed"}]
    found: dict[str, set[str]] = {article_id: set() for article_id in article_ids}
    query = {"article_id": {"$in": list(found)}, "wording": {"$ne": None}, "$or": is_believed}
    async for entry in db.quarantine.find(query, {"article_id": 1, "wording": 1}):
        found[entry["article_id"]].add(entry["wording"])
    return [found[article_id] for article_id in article_ids]


async def too_costly(db: Database, source: str) -> list[tuple[str, datetime, int]]:
    """Return the articles whose pages cost too much to read: when the last one was tried, and how many there were."""
    query = {"state": "open", "source": source, "kind": TOO_COSTLY}
    entries = db.quarantine.find(query, {"article_id": 1, "at": 1, "seen": 1}).sort("at", -1).limit(MAX_TOO_COSTLY)
    return [(entry["article_id"], entry["at"], entry["seen"]) async for entry in entries]


async def settle(db: Database, article_id: str, wording: str) -> None:
    """Decide an article's open entries after a trusted check: confirm those with its wording, dismiss the others.

    Late wordings and clashing identities are not doubted: they stay until a person decides.
    """
    query = {"article_id": article_id, "state": "open"}
    # By the system's clock, also in a replay: from here on the entry is kept for the configured time.
    at = milliseconds(datetime.now(UTC))
    confirmed, dismissed = ({"state": state, "decided_at": at} for state in ("confirmed", "dismissed"))
    await db.quarantine.update_many({**query, "wording": wording, "kind": {"$ne": IDENTITY_CLASH}}, {"$set": confirmed})
    await db.quarantine.update_many({**query, "kind": {"$nin": list(FOR_A_PERSON)}}, {"$set": dismissed})


async def decide(db: Database, key: str, state: str, *, by: str, at: datetime) -> bool:
    """Confirm or dismiss one entry; return whether it was open."""
    try:
        entry_id = ObjectId(key)
    except InvalidId:
        return False
    decision = {"state": state, "decided_by": repaired(by), "decided_at": milliseconds(at)}
    result = await db.quarantine.update_one({"_id": entry_id, "state": "open"}, {"$set": decision})
    await visibility_generation.decided(db)
    return result.modified_count == 1
